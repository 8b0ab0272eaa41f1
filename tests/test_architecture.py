"""The plan of the house as a test: who imports whom, what only one file may do, how long a file may be (DESIGN 5)."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("controller", "drivers", "recipes", "gui", "sim")
#: tests and the front door: short like all else, bound by nothing else here
BESIDE = ["maskglow.py", *sorted(file.relative_to(ROOT).as_posix() for file in (ROOT / "tests").rglob("*.py"))]
FILES = sorted(file.relative_to(ROOT).as_posix() for room in ROOMS for file in (ROOT / room).rglob("*.py"))

#: where a file lies (longest prefix counts) -> prefixes of our own modules that it may import besides its own room
MAY_IMPORT = {
    "drivers": (),
    "sim": (),
    "sim/lab.py": ("controller", "drivers", "recipes"),
    "recipes": ("drivers.tags",),
    "controller": ("drivers", "recipes"),
    "gui": ("controller.service.messages", "recipes"),
}
#: a module of others -> the only places that may import it
ONLY_IN = {
    "time": ("controller/clock.py", "drivers/transport.py", "gui/link.py", "sim/ports.py"),
    "threading": ("controller/runtime.py", "controller/service/server.py", "gui/link.py", "sim/ports.py"),
    "serial": ("drivers/transport.py", "sim/ports.py"),
    "pymodbus": ("drivers/modbus.py",),
    "PySide6": ("gui/",),
    "pyqtgraph": ("gui/",),
    "pickle": ("controller/records/flight.py", "sim/lab.py"),
}
WALL_CLOCK = ("datetime.now", "datetime.utcnow", "date.today", "datetime.datetime.now", "time.time", "time.monotonic")
MAY_ASK_THE_DATE = ("controller/clock.py",)
MAY_CATCH_ALL = {"controller/runtime.py": 2}  #: the two supervisor loops
LONGEST, MEDIAN = 400, 120


@cache
def tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"), file)


def imports(file: str) -> Iterator[str]:
    """Every module that a file imports, wherever in it, also only for types; `from a import b` gives a and a.b."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import hides where it leads"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(module: str, *prefixes: str) -> bool:
    return any(module == prefix or module.startswith(f"{prefix}.") for prefix in prefixes)


def test_rooms_import_only_what_lies_below_them():
    wrong = []
    for file in [file for file in FILES if not file.endswith("__main__.py")]:  # front doors may import anything
        place = max((place for place in MAY_IMPORT if file == place or file.startswith(f"{place}/")), key=len)
        allowed = (file.split("/")[0], *MAY_IMPORT[place])
        for name in imports(file):
            if name.split(".")[0] in (*ROOMS, "maskglow", "tests") and not within(name, *allowed):
                wrong.append(f"{file} imports {name}")
            if place == "sim" and within(name, "sim.lab"):
                wrong.append(f"{file} imports {name}: only the front door needs the lab")
    assert not wrong


@pytest.mark.parametrize("module", ONLY_IN)
def test_what_only_some_files_may_import(module):
    importers = [file for file in FILES if any(within(name, module) for name in imports(file))]
    assert not [file for file in importers if not file.startswith(ONLY_IN[module])]


def test_no_sleep_and_no_wall_clock():
    wrong = []
    for file in FILES:
        for node in ast.walk(tree(file)):
            name = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""
            if name.split(".")[-1] == "sleep" and file not in ONLY_IN["time"]:
                wrong.append(f"{file}:{node.lineno}: {name}")
            if name in WALL_CLOCK and file not in (*ONLY_IN["time"], *MAY_ASK_THE_DATE):
                wrong.append(f"{file}:{node.lineno}: {name}")
    assert not wrong


def broad(node: ast.AST) -> bool:
    """Whether this catches everything and neither raises it again nor hands it to whoever waits."""
    if isinstance(node, ast.ExceptHandler):
        kinds = list(ast.walk(node.type)) if node.type else [ast.Name("Exception")]
        again = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node)) or any(
            isinstance(inner, ast.Attribute) and inner.attr == "set_exception" for inner in ast.walk(node)
        )
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
        kinds, again = list(node.args), False
    else:
        return False
    return not again and any(ast.unparse(kind) in ("Exception", "BaseException") for kind in kinds)


def test_no_broad_except():
    found = {file: [node.lineno for node in ast.walk(tree(file)) if broad(node)] for file in FILES}
    assert not {file: lines for file, lines in found.items() if len(lines) > MAY_CATCH_ALL.get(file, 0)}


def test_files_are_short():
    lengths = {file: (ROOT / file).read_text(encoding="utf-8").count("\n") for file in (*FILES, *BESIDE)}
    assert not {file: length for file, length in lengths.items() if length > LONGEST}
    assert statistics.median(lengths[file] for file in FILES if lengths[file] > 1) <= MEDIAN


def test_every_module_says_what_it_owns():
    assert not [file for file in FILES if not ast.get_docstring(tree(file))]


@pytest.mark.parametrize("room", [*ROOMS, "tests"])
def test_every_room_has_a_readme(room):
    assert len((ROOT / room / "README.md").read_text(encoding="utf-8")) > 500


def test_every_folder_has_a_readme():
    """Whoever opens a folder with code, recipes, numbers or drawings is told what lives there, and what must not."""
    kept = [file for room in (*ROOMS, "tests") for file in (ROOT / room).rglob("*")]
    folders = {file.parent for file in kept if file.suffix in (".py", ".toml", ".svg", ".otf")}
    assert len(folders) > len(ROOMS)
    short = [folder for folder in folders if not (folder / "README.md").is_file()]
    short += [folder for folder in folders - set(short) if len((folder / "README.md").read_text("utf-8")) < 300]
    assert not [folder.relative_to(ROOT).as_posix() for folder in short]


@pytest.mark.parametrize("modules", ["controller.build, controller.runtime", "recipes.check", "sim.lab", "maskglow"])
def test_without_the_screen_nobody_loads_qt(modules):
    code = f"import sys, {modules}; print(sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    loaded = ast.literal_eval(done.stdout)
    assert modules.split(".")[0] in loaded
    assert not {"PySide6", "pyqtgraph"} & set(loaded)
