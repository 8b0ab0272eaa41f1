"""Where recipes and procedures lie, and what identifies one: its name, version and the hash of its text.

Owns look-up and loading. A run uses the text as it was when loaded; later edits do not touch it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from recipes.files import Document, FileRefused, Finding, field_name, load
from recipes.model import Recipe
from recipes.program import Machine, Program, ProgramError, build

HERE = Path(__file__).parent
LIBRARY = HERE / "library"
PROCEDURES = HERE / "procedures"


@dataclass(frozen=True)
class Loaded:
    """A recipe as it was read: model, document and the SHA-256 of its text."""

    recipe: Recipe
    document: Document
    sha256: str


def load_recipe(path: str | Path) -> Loaded:
    """Load one recipe file; FileRefused carries every finding. A file that has not changed is not parsed again."""
    try:
        state = Path(path).stat()
    except OSError:
        return _load(str(path), 0, 0)  # says what is wrong with it
    return _load(str(path), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _load(path: str, _changed_ns: int, _size: int) -> Loaded:
    recipe, document = load(path, Recipe)
    return Loaded(recipe, document, hashlib.sha256(document.text.encode()).hexdigest())


def find(name_or_path: str, library: Path = LIBRARY) -> Path:
    """A recipe by path, by file name in the library, or by its own name; FileRefused lists what there is."""
    if not name_or_path.strip():
        raise FileRefused([Finding("recipe", None, "", "has no name: give a file, or the name of one in the library")])
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.exists():
        return path
    for folder in (library, PROCEDURES):
        if (candidate := folder / f"{name_or_path}.toml").exists():
            return candidate
    known = ", ".join(sorted(file.stem for file in library.glob("*.toml")))
    raise FileRefused([Finding(name_or_path, None, "", f"is neither a file nor a recipe of the library ({known})")])


def find_named(name: str, library: Path = LIBRARY) -> Path:
    """A recipe or procedure by file name alone, never by a path: what a screen or a host may ask for. FileRefused."""
    for folder in (library, PROCEDURES):
        for path in folder.glob("*.toml"):
            if path.stem == name:
                return path
    known = ", ".join(sorted(file.stem for file in library.glob("*.toml")))
    raise FileRefused([Finding(name, None, "", f"is not a recipe of the library ({known})")])


def procedures(folder: Path = PROCEDURES) -> dict[str, Recipe]:
    """Every procedure by name; FileRefused for the first that cannot be read."""
    found = (load_recipe(path).recipe for path in sorted(folder.glob("*.toml")))
    return {recipe.recipe.name: recipe for recipe in found}


def library(folder: Path = LIBRARY) -> list[Path]:
    """The recipes of the library, by file name."""
    return sorted(folder.glob("*.toml"))


def prepare(loaded: Loaded, machine: Machine) -> Program:
    """A program for this machine; FileRefused with every reason why this machine cannot run it."""
    program, errors = build(loaded.recipe, machine, procedures())
    if errors:
        raise FileRefused(in_words(errors, loaded.document))
    return program


def in_words(errors: Sequence[ProgramError], document: Document) -> list[Finding]:
    """What stands against a program, with the lines of its file."""
    return [
        Finding(document.path, document.line_of(error.field), field_name(error.field), error.reason) for error in errors
    ]
