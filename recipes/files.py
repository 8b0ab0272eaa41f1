"""TOML files as people edit them: read with line numbers, checked against a strict model, saved whole or not at all.

Owns Finding (file, line, field, reason) and the walk from a field to its line. Knows no recipe and no machine.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import tomlkit
from pydantic import BaseModel, ValidationError
from tomlkit.container import OutOfOrderTableProxy
from tomlkit.exceptions import ParseError, TOMLKitError
from tomlkit.items import AoT, Table

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
            parsed = tomlkit.parse(text)
        except ParseError as error:
            raise FileRefused([Finding(path, error.line, "", _plain(error))]) from None
        except TOMLKitError as error:
            raise FileRefused([Finding(path, _line_of_key(text, error), "", str(error))]) from None
        self.tree = parsed
        self.data: dict[str, Any] = parsed.unwrap()

    def line_of(self, field: Field) -> int | None:
        """The line (from 1) of a field path such as ("step", 2, "set", "o2_flow"), or of its nearest parent."""
        lines = self.text.split("\n")
        at, found = 0, None
        node: Any = self.tree
        trail: list[str] = []
        for depth, part in enumerate(field):
            try:
                child = node[part]
            except (KeyError, IndexError, TypeError, TOMLKitError):
                break
            if isinstance(part, str):
                trail.append(part)
            index = part if isinstance(part, int) else None
            line = _search(lines, at, trail, child, index, depth)
            if line is not None:
                found, at = line, line
            node = child
        return None if found is None else found + 1

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


def _search(lines: list[str], start: int, trail: list[str], child: Any, index: int | None, depth: int) -> int | None:
    """The line on which ``trail``'s last key is written, at or after ``start``."""
    if index is not None:
        header = f"[[{'.'.join(trail)}]]"
        if not isinstance(child, Table):
            return None
        seen = -1
        for number in range(start, len(lines)):
            if lines[number].split("#")[0].strip() == header:
                seen += 1
                if seen == index:
                    return number
        return None
    if isinstance(child, AoT):
        return start if depth else 0
    name, path = trail[-1], ".".join(trail)
    if isinstance(child, Table | OutOfOrderTableProxy):  # its own header, or the first one below it
        for number in range(start, len(lines)):
            header = lines[number].split("#")[0].strip()
            if header.startswith("[") and f"{header.strip('[]').strip()}.".startswith(f"{path}."):
                return number
    for number in range(start, len(lines)):
        text = lines[number].split("#")[0].strip()
        if _writes_key(text, name):
            return number
    return None


def _writes_key(text: str, name: str) -> bool:
    """Whether a line (or an inline table on it) assigns ``name``."""
    for spelled in (name, f'"{name}"'):
        at = text.find(spelled)
        while at >= 0:
            before = text[:at].rstrip()
            after = text[at + len(spelled) :].lstrip()
            if (not before or before[-1] in "{,[") and after.startswith("="):
                return True
            at = text.find(spelled, at + 1)
    return False


def _line_of_key(text: str, error: TOMLKitError) -> int | None:
    """The second line on which a duplicate key stands, where the parser does not say."""
    words = str(error).split('"')
    if len(words) < 2:
        return None
    hits = [n for n, line in enumerate(text.split("\n"), 1) if _writes_key(line.strip(), words[1])]
    return hits[-1] if hits else None


def _plain(error: ParseError) -> str:
    return str(error).split(" at line ")[0] + f" (column {error.col + 1})"


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
