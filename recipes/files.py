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
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise FileRefused([_syntax(path, text, str(error))]) from None

    def line_of(self, field: Field) -> int | None:
        """The line (from 1) of a field path such as ("step", 2, "set", "o2_flow"), or of its nearest parent."""
        from recipes.lines import line_of

        return line_of(self.text, field)

    def findings_of(self, error: ValidationError) -> list[Finding]:
        """A pydantic error as findings, one each, in the words of the file."""
        findings = []
        for detail in error.errors():
            field = [part for part in detail["loc"] if not _is_model_name(part)]
            name = _field_name(field)
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
    try:
        return model.model_validate(document.data), document
    except ValidationError as error:
        raise FileRefused(document.findings_of(error)) from None


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

    line, words = syntax_error(text, reason) or (None, reason)
    return Finding(path, line, "", words)


def _is_model_name(part: str | int) -> bool:
    """Pydantic puts the names of union members into a location; they are not fields."""
    return isinstance(part, str) and (part[:1].isupper() or part.startswith("function-") or "[" in part)


def _field_name(field: Field) -> str:
    name = ""
    for part in field:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if name else part
    return name


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
