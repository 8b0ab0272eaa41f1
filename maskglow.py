"""The front door: the command line. Each verb's work lives in its room; this file only asks for it and prints.

May import anything, but imports it late: a verb without a screen never loads Qt, and `--help` loads nothing.
Exit codes: 0 done, 1 refused or failed verdict, 2 bad usage or bad input. Never a traceback.
"""

from __future__ import annotations

import argparse
import gc
import getpass
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).parent / "controller" / "machine" / "reference.toml"
DEFAULT_STORE = "runs/maskglow.sqlite"
_say = partial(print, flush=True)
REPLAY_CODES = (
    "Exit code 0: the whole run was replayed, and every output is as it was, bit for bit. Another version of code, "
    "NumPy, Python or computer is named and changes nothing: it came to the same outputs. 1: an output differs, a part "
    "of the record is missing, or the recipe or machine file kept with the run is not the one that ran. 2: there is no "
    "such run, or its record is damaged or empty."
)
RUN_HELP = "a folder that `simulate` wrote, a store file, or the id of a run in --store"


def parser() -> argparse.ArgumentParser:
    """Every verb and option, in words for the person who types them."""
    top = argparse.ArgumentParser(
        prog="maskglow",
        description="Control software for a photomask plasma cleaner, and a simulator that speaks the same bytes.",
        epilog="Software interlocks protect the mask and the machine. People are protected by hardware.",
    )
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)

    one = verbs.add_parser("demo", help="simulator, controller and screen together, ready to press start")
    one.add_argument("--headless", action="store_true", help="no screen: one complete clean in virtual time instead")
    _json(one)

    one = verbs.add_parser("controller", help="run a tool: lines, interlocks, recipes, loops, records")
    _machine(one, positional=True)
    one.add_argument("--port", type=int, default=4840, help="port of the screens on this computer (default 4840)")
    _store(one)
    one.add_argument(
        "--recipes", metavar="DIR", help="folder of the recipes that may be started (default: the library)"
    )
    one.add_argument("--demo", action="store_true", help="named demo users with the PIN 1234; says so on the screen")
    one.add_argument("--add-user", metavar="NAME:ROLE", help="ask for a PIN, keep a user (operator, engineer), and end")

    one = verbs.add_parser("gui", help="open a screen on a running controller")
    one.add_argument("--connect", metavar="HOST:PORT", default="127.0.0.1:4840", help="where the controller listens")
    one.add_argument("--lang", default="en", choices=["en", "zh_TW", "ja"], help="language of the screen")
    one.add_argument("--theme", default="light", choices=["light", "dark"], help="colours of the screen")
    one.add_argument("--full-screen", action="store_true", help="no window frame")
    one.add_argument("--wait", action="store_true", help="open even when no controller answers yet, and keep trying")

    one = verbs.add_parser("sim", help="emulated devices on real ports, around one simulated chamber")
    _machine(one, positional=True)
    where = one.add_mutually_exclusive_group()
    where.add_argument("--tcp", action="store_true", help="TCP ports as the machine file names them (default)")
    where.add_argument("--pty", action="store_true", help="a pseudo-terminal for each serial line")
    one.add_argument("--free-ports", action="store_true", help="any free TCP ports instead of the machine file's")
    one.add_argument(
        "--film", choices=["organic", "carbon", "resist"], default="organic", help="what lies on the masks"
    )
    _world(one)

    example = "maskglow simulate o2-organic-clean --set film_nm=20 --fault water.off@170:for=10 --out runs/try"
    about = "Run a recipe in virtual time on the simulated tool; times of faults are those of the run. Example: "
    one = verbs.add_parser("simulate", help="run a recipe in virtual time", description=about + example)
    one.add_argument("recipe", nargs="?", help="a recipe file, or the name of one in the library")
    _machine(one)
    one.add_argument("--tool", type=int, default=0, metavar="N", help="0: the nominal tool (others come later)")
    _world(one)
    one.add_argument("--out", metavar="DIR", help="folder for run.json, trace.csv, report.html (default: under runs/)")
    one.add_argument("--speed", choices=["max", "1"], default="max", help="as fast as it goes, or real time")
    one.add_argument("--list-parameters", action="store_true", help="print what --set can change, and end")
    one.add_argument("--list-faults", action="store_true", help="print what --fault can break, and end")
    _json(one)

    one = verbs.add_parser("check", help="check recipes and machine files: every finding with file, line and field")
    one.add_argument("files", nargs="+", metavar="FILE", help="recipe, procedure or machine files")
    _machine(one)
    one.add_argument("--junit", metavar="OUT.xml", help="write the findings as JUnit XML too")
    _json(one)

    about = "feed a flight record back into the core and compare every output"
    one = verbs.add_parser("replay", help=about, epilog=REPLAY_CODES)
    _run(one)

    one = verbs.add_parser("interlocks", help="print the cause-and-effect table of a machine")
    _machine(one, positional=True)
    _json(one)

    one = verbs.add_parser("report", help="write the report of a run as one HTML page")
    _run(one)
    one.add_argument("--out", metavar="FILE", help="the page to write (default: <run>.html)")

    one = verbs.add_parser("export", help="write the trace of a run for other programs")
    _run(one)
    one.add_argument("--format", choices=["csv", "parquet"], default="csv", help="file format (default csv)")
    one.add_argument("--out", metavar="FILE", help="the file to write (default: <run>.csv or .parquet)")

    one = verbs.add_parser("support", help="one file with logs, versions, configuration and last runs")
    _machine(one)
    _store(one)
    one.add_argument("--out", metavar="FILE.zip", default="maskglow-support.zip", help="the file to write")
    _json(one)
    return top


def _json(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="one JSON line an event, the last one the result")


def _machine(verb: argparse.ArgumentParser, positional: bool = False) -> None:
    words = "machine file (default: the reference tool)"
    if positional:
        verb.add_argument("machine", metavar="MACHINE.toml", help="machine file")
    else:
        verb.add_argument("--machine", metavar="MACHINE.toml", default=str(REFERENCE), help=words)


def _store(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--store", metavar="FILE", default=DEFAULT_STORE, help=f"where runs are kept ({DEFAULT_STORE})")


def _world(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--seed", type=int, default=0, metavar="N", help="draws the noise; same seed, same run")
    verb.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change the simulated tool")
    verb.add_argument("--fault", action="append", default=[], metavar="F", help="break it: TARGET.TYPE@T[:k=v,…]")


def _run(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("run", metavar="RUN", help=RUN_HELP)
    _store(verb)
    _json(verb)


def main(argv: list[str] | None = None) -> int:
    """Run one verb; returns the exit code."""
    given = parser().parse_args(argv)
    from controller.records.store import StoreError
    from recipes.files import FileRefused

    try:
        code = int(globals()[f"_{given.verb}"](given))
        if argv is None:
            gc.freeze()  # the process ends here: no last look for garbage
        return code
    except (FileRefused, StoreError, ValueError) as error:  # the rooms refuse bad options with a ValueError in words
        return _refuse(given, str(error).splitlines())
    except OSError as error:
        about = f"{error.filename}: " if error.filename else ""
        return _refuse(given, [about + (error.strerror or str(error))])
    except KeyboardInterrupt:
        return 130


class Usage(ValueError):
    """An option that cannot be followed; the text says why."""


def _refuse(given: argparse.Namespace, reasons: list[str]) -> int:
    for reason in reasons:
        print(reason, file=sys.stderr)
    if getattr(given, "json", False):
        _result(True, {"verdict": "refused", "reasons": reasons}, [])
    return 2


# --- what each verb does ------------------------------------------------------------------------------------


def _demo(given: argparse.Namespace) -> int:
    from gui.qt_ready import why_not

    why = "asked for" if given.headless or os.environ.get("HEADLESS") else why_not()
    if why is None:
        from sim.__main__ import demo

        return demo(REFERENCE, _start)
    if not given.json:
        print(f"No screen ({why}): one complete clean in virtual time instead.", file=sys.stderr)
    plain = ["simulate", "o2-organic-clean", *(["--json"] if given.json else [])]
    return _simulate(parser().parse_args(plain))


def _start(*words: str) -> subprocess.Popen[str]:
    """This program once more, as a process of its own."""
    return subprocess.Popen([sys.executable, str(Path(__file__).resolve()), *words], stdout=subprocess.PIPE, text=True)


def _controller(given: argparse.Namespace) -> int:
    from controller.__main__ import keep_user, run

    if given.add_user:
        return keep_user(given.add_user, given.store, getpass.getpass)
    if not 0 <= given.port <= 65535:
        raise Usage(f"--port {given.port}: a port is a number from 0 (any free one) to 65535")
    return run(given.machine, given.store, given.port, given.demo, given.recipes, _say)


def _gui(given: argparse.Namespace) -> int:
    from gui.i18n import CATALOGUES
    from gui.qt_ready import why_not

    if given.lang not in CATALOGUES:
        raise Usage(f"--lang {given.lang}: the screen speaks {', '.join(CATALOGUES)} so far")
    host, _, port = given.connect.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise Usage(f"--connect {given.connect!r}: want HOST:PORT, for example 127.0.0.1:4840")
    if why := why_not():
        raise Usage(f"no screen: {why}")
    if not given.wait and not _answers(host, int(port)):
        raise Usage(f"no controller answers at {given.connect}: start one, or use --wait to wait for it")
    from gui.__main__ import run

    return run(host, int(port), given.lang, given.theme, given.full_screen)


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=2.0).close()
    except OSError:
        return False
    return True


def _sim(given: argparse.Namespace) -> int:
    from controller.machine.checks import load_machine
    from sim.__main__ import serve
    from sim.lab import FILM_NM
    from sim.settings import read_settings

    load_machine(given.machine)  # says what is wrong with it before a port is opened
    settings = read_settings(given.machine, given.seed, given.set, given.fault)
    film = (given.film, settings.set.pop("film_nm", FILM_NM[given.film]))
    options = {"pty": given.pty, "free_ports": given.free_ports, "seed": given.seed}
    return serve(given.machine, settings=settings.set, faults=settings.faults, film=film, say=_say, **options)


def _simulate(given: argparse.Namespace) -> int:
    from controller.machine.checks import load_machine
    from sim.settings import faults_text, parameters_text, read_settings

    if given.machine != str(REFERENCE):
        load_machine(given.machine)  # says what is wrong with it before the simulated tool is built from it
    if given.list_parameters or given.list_faults:
        print(parameters_text(given.machine) if given.list_parameters else faults_text(given.machine))
        return 0
    if given.recipe is None:
        from recipes.store import library

        raise Usage("simulate needs a recipe: a file, or one of " + ", ".join(path.stem for path in library()))
    if given.tool != 0:
        raise Usage(f"--tool {given.tool}: only tool 0, the nominal one, can be simulated so far")
    from controller.clock import utc_now
    from controller.records.files import made, write_run
    from controller.records.store import Store
    from sim.lab import NotReadyError, ready, simulate

    run_id = f"{utc_now():%Y%m%d-%H%M%S}-{Path(given.recipe).stem}"
    settings = read_settings(given.machine, given.seed, given.set, given.fault)
    try:
        lab = ready(given.recipe, settings)  # refuses what cannot run before a folder is made
        folder = made(given.out or Path("runs") / run_id)
        store = Store(folder / "store.sqlite")
        with store.simulating(utc_now), _progress(given.json, f"Simulating {given.recipe}") as progress:
            more = simulate(lab, given.recipe, store, run_id, progress, paced=given.speed == "1")
    except NotReadyError as error:
        _result(given.json, {"verdict": "refused", "reasons": error.reasons}, error.reasons)
        return 1
    write_run(store, run_id, folder, more)
    summary = json.loads((folder / "run.json").read_text("utf-8"))
    _result(given.json, {**summary, "folder": str(folder)}, _spoken(summary, folder))
    return 0 if summary["verdict"] == "pass" else 1


def _check(given: argparse.Namespace) -> int:
    from controller.build import view_of
    from controller.machine.checks import load_machine
    from controller.records.files import text
    from recipes.check import check_file, junit

    view = view_of(given.machine)
    found = {file: check_file(file, view, load_machine) for file in given.files}
    if given.junit:
        text(given.junit, junit(found), "--junit")
    every = [finding for findings in found.values() for finding in findings]
    lines = [str(finding) for finding in every] + [f"{file}: good" for file, findings in found.items() if not findings]
    _result(given.json, {"findings": [vars(finding) for finding in every], "files": len(found)}, lines)
    return 2 if every else 0


def _replay(given: argparse.Namespace) -> int:
    from controller.records.proof import prove
    from controller.records.store import find_run

    proof = prove(*find_run(given.run, given.store))
    _result(given.json, proof.told(), proof.lines())
    return proof.exit_code


def _interlocks(given: argparse.Namespace) -> int:
    from controller.machine.checks import load_machine
    from controller.scan.interlocks import cause_and_effect

    machine, _ = load_machine(given.machine)
    rows = cause_and_effect(machine)
    if given.json:
        keys = ("id", "name", "requires", "effect", "hazard")
        _say(json.dumps({"rules": [dict(zip(keys, row, strict=True)) for row in rows]}))
        return 0
    for id_, name, requires, effect, hazard in rows:
        print(f"{id_}  {name}\n    must be true  {requires}\n    otherwise     {effect}\n    prevents      {hazard}\n")
    print("These rules protect the mask and the machine. People are protected by hardware.")
    return 0


def _report(given: argparse.Namespace) -> int:
    from controller.records.files import write_report
    from controller.records.store import find_run

    store, run = find_run(given.run, given.store)
    out = write_report(store, run, given.out)
    _result(given.json, {"run": run, "file": str(out)}, [str(out)])
    return 0


def _export(given: argparse.Namespace) -> int:
    from controller.records.files import write_trace
    from controller.records.store import find_run

    store, run = find_run(given.run, given.store)
    out, rows = write_trace(store, run, given.format, given.out)
    _result(given.json, {"run": run, "file": str(out), "rows": rows}, [f"{out}: {rows} rows"])
    return 0


def _support(given: argparse.Namespace) -> int:
    from controller.records.support import write_support

    parts = write_support(given.out, given.machine, given.store)
    _result(given.json, {"file": given.out, "parts": parts}, [f"{given.out}: {', '.join(parts)}"])
    return 0


# --- how it is said -----------------------------------------------------------------------------------------


def _result(as_json: bool, told: dict[str, Any], lines: list[str]) -> None:
    if as_json:
        _say(json.dumps({"event": "result", **told}))
    else:
        print("\n".join(lines))


def _spoken(summary: dict[str, Any], folder: Path) -> list[str]:
    from controller.records.report import spoken

    pace = f"  speed    {summary['wall_s']:.1f} s for {summary['simulated_s']:.0f} s of process"
    return [*spoken(summary), pace, f"  report   {folder / 'report.html'}"]


@contextmanager
def _progress(as_json: bool, title: str) -> Iterator[Callable[[float, float, str], None]]:
    """A progress bar on the terminal's error stream, or one JSON line every ten seconds of run time."""
    if as_json:
        last = [-10.0]

        def tell(run_s: float, expected_s: float, step: str) -> None:
            if run_s - last[0] >= 10.0:
                last[0] = run_s
                _say(
                    json.dumps({"event": "progress", "run_s": round(run_s, 2), "expected_s": expected_s, "step": step})
                )

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[step]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None, step="")
        yield lambda run_s, expected_s, step: bar.update(task, completed=run_s, total=max(expected_s, run_s), step=step)


if __name__ == "__main__":
    sys.exit(main())
