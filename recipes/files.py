"""TOML files as people edit them: read with line numbers, checked against a strict model, saved whole or not at all.

Owns Finding (file, line, field, reason). Knows no recipe and no machine; `lines` finds the line of a field.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)
Field = Sequence[str | int]
MAX_BYTES = 1_000_000  #: no honest recipe or machine file is larger
MAX_DEPTH = 30  #: tables and lists within each other; no honest file has more
TOO_DEEP = f"tables or lists lie in each other more than {MAX_DEPTH} deep"


@dataclass(frozen=True)
class Finding:
    """Something wrong with a file, in words for the person who edits it."""

    file: str
    line: int | None
    field: str
    reason: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.field + ': ' if self.field else ''}{self.reason}"


class FileRefused(Exception):
    """A file that cannot be used; carries every finding."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


class Document:
    """A parsed TOML file that can tell on which line a field stands."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise FileRefused([_syntax(path, text, str(error))]) from None
        except RecursionError:
            raise FileRefused([Finding(path, None, "", TOO_DEEP)]) from None
        if _deeper_than(self.data, MAX_DEPTH):
            raise FileRefused([Finding(path, None, "", TOO_DEEP)])

    def line_of(self, field: Field) -> int | None:
        """The line (from 1) of a field path such as ("step", 2, "set", "o2_flow"), or of its nearest parent."""
        from recipes.lines import line_of

        return line_of(self.text, field)

    def findings_of(self, error: ValidationError) -> list[Finding]:
        """A pydantic error as findings, one each, in the words of the file."""
        findings = []
        for detail in error.errors():
            field = [part for part in detail["loc"] if not _is_model_name(part)]
            name = field_name(field)
            findings.append(Finding(self.path, self.line_of(field), name, _reason(detail)))
        return sorted(findings, key=lambda finding: (finding.line or 0, finding.field))


def read(path: str | Path) -> Document:
    """Read and parse a TOML file; FileRefused names what is wrong with it."""
    name = str(path)
    try:
        raw = Path(path).read_bytes()
    except FileNotFoundError:
        raise FileRefused([Finding(name, None, "", "there is no such file")]) from None
    except OSError as error:
        raise FileRefused([Finding(name, None, "", f"cannot be read: {error.strerror}")]) from None
    if len(raw) > MAX_BYTES:
        raise FileRefused([Finding(name, None, "", f"{len(raw)} bytes is too large for such a file")])
    if not raw.strip():
        raise FileRefused([Finding(name, None, "", "the file is empty")])
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise FileRefused([Finding(name, line, "", "is not UTF-8 text")]) from None
    return Document(name, text)


def load(path: str | Path, model: type[Model]) -> tuple[Model, Document]:
    """Read a file and check it against a strict model; FileRefused carries all findings at once."""
    document = read(path)
    found, findings, _ = examine(document, model)
    if found is None or findings:
        raise FileRefused(findings)
    return found, document


def examine(
    document: Document, model: type[Model], instead: Any = None
) -> tuple[Model | None, list[Finding], list[Field]]:
    """Hold a file against a strict model: what can be used of it, every finding, and the fields that cannot be read.

    An unknown key hides nothing else: what is left without it is examined too. ``instead``: data for those of the file.
    """
    data: Any = document.data if instead is None else instead
    findings: list[Finding] = []
    while True:
        try:
            return model.model_validate(data), findings, []
        except ValidationError as error:
            findings += [finding for finding in document.findings_of(error) if finding not in findings]
            findings.sort(key=lambda finding: (finding.line or 0, finding.field))
            details = error.errors()
            unknown = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
            rest = _without(data, unknown)
            if rest == data:
                return None, findings, [detail["loc"] for detail in details]
            data = rest


def _without(data: Any, fields: Sequence[Field]) -> Any:
    """A copy of tables and lists that lacks these keys; one that is not there is passed over."""
    here = {field[0] for field in fields if len(field) == 1}
    below = {field[0]: [each[1:] for each in fields if len(each) > 1 and each[0] == field[0]] for field in fields}
    if isinstance(data, dict):
        return {key: _without(value, below.get(key, [])) for key, value in data.items() if key not in here}
    if isinstance(data, list):
        return [_without(value, below.get(number, [])) for number, value in enumerate(data)]
    return data


def save(path: str | Path, text: str) -> None:
    """Replace a file whole or not at all: written beside it, flushed, then renamed; the old one stays on failure."""
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def _syntax(path: str, text: str, reason: str) -> Finding:
    from recipes.lines import syntax_error

    try:
        line, words = syntax_error(text, reason) or (None, reason)
    except RecursionError:
        line, words = None, TOO_DEEP
    return Finding(path, line, "", words)


def _is_model_name(part: str | int) -> bool:
    """Pydantic puts the names of union members into a location; they are not fields."""
    return isinstance(part, str) and (part[:1].isupper() or part.startswith("function-") or "[" in part)


def field_name(field: Field) -> str:
    """A field path as people read it: "step[5].end.max", counted from one."""
    name = ""
    for part in field:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if name else part
    return name


def _deeper_than(data: Any, levels: int) -> bool:
    """Whether tables and lists lie in each other deeper than this."""
    layer = [data]
    for _ in range(levels):
        layer = [
            each
            for one in layer
            for each in (one.values() if isinstance(one, dict) else one)
            if isinstance(each, dict | list)
        ]
        if not layer:
            return False
    return True


def _reason(detail: Any) -> str:
    kind, message = detail["type"], str(detail["msg"])
    if kind == "extra_forbidden":
        return "is not a known key here"
    if kind == "missing":
        return "is missing"
    message = message.removeprefix("Value error, ")
    given = detail.get("input")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) and repr(given) not in message else ""
    return message[:1].lower() + message[1:] + shown
