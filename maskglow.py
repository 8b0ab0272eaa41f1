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
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from controller.command_line import REFERENCE, parser

_say = partial(print, flush=True)


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
    except BrokenPipeError:  # nobody reads any more (… | head); nor will they what Python says at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        about = f"{error.filename}: " if error.filename else ""
        return _refuse(given, [about + (error.strerror or str(error))])
    except KeyboardInterrupt:
        return 130


def _physics() -> None:
    """Have the laws of the simulated tool compiled, and say so when that takes its time."""
    from sim.plant.__main__ import main as compile_all

    compile_all()


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
    captures = None
    if given.capture:
        from controller.records.capture import Captures

        captures = Captures(Path(given.capture), given.max_mb, given.keep)
    return run(given.machine, given.store, given.port, given.demo, given.recipes, _say, captures)


def _capture(given: argparse.Namespace) -> int:
    from controller.__main__ import open_port
    from controller.capture import play, record, shown

    if given.replay:
        if given.machine:
            raise Usage("--replay takes drivers and options of another machine file with --machine")

        def say(outcome: Any) -> None:
            _say(json.dumps({"event": "exchange", "text": shown(outcome)}) if given.json else shown(outcome))

        code, told, lines = play(given.replay, given.instead, say)
    elif given.machine and not given.instead:
        limits = (given.max_mb, given.keep)
        tell = partial(print, file=sys.stderr, flush=True)
        chosen = given.out, given.seconds, given.bus
        code, told, lines = record(given.machine, open_port, *chosen, limits, tell, given.with_io)
    else:
        raise Usage("capture wants a machine file, or --replay FILE")
    _result(given.json, told, lines)
    return code


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
    _physics()
    settings = read_settings(given.machine, given.seed, given.set, given.fault, given.tool)
    film = (given.film, settings.set.pop("film_nm", FILM_NM[given.film]))
    options = {"pty": given.pty, "free_ports": given.free_ports, "seed": given.seed, "tool": given.tool}
    return serve(given.machine, settings=settings.set, faults=settings.faults, film=film, say=_say, **options)


def _simulate(given: argparse.Namespace) -> int:
    from controller.machine.checks import load_machine
    from sim.settings import every_fault, faults_text, list_parameters, parameters_text, read_settings

    if given.machine != str(REFERENCE):
        load_machine(given.machine)  # says what is wrong with it before the simulated tool is built from it
    _physics()
    if given.list_parameters or given.list_faults:
        told, lines = dict[str, Any](), list[str]()
        if given.list_parameters:
            rows = list_parameters(given.machine, given.tool)
            told |= {"tool": given.tool, "parameters": rows}
            lines += parameters_text(rows)
        if given.list_faults:
            targets, faults = every_fault(given.machine)
            told |= {"targets": targets, "faults": faults}
            lines += faults_text(targets, faults)
        _result(given.json, told, lines)
        return 0
    if given.recipe is None:
        from recipes.store import library

        raise Usage("simulate needs a recipe: a file, or one of " + ", ".join(path.stem for path in library()))
    from controller.clock import utc_now
    from controller.records.files import fresh, made, write_run
    from controller.records.store import Store
    from sim.lab import NotReadyError, ready, simulate

    run_id = f"{utc_now():%Y%m%d-%H%M%S}-{Path(given.recipe).stem}"
    settings = read_settings(given.machine, given.seed, given.set, given.fault, given.tool)
    try:
        lab = ready(given.recipe, settings)  # refuses what cannot run before a folder is made
        folder = made(given.out) if given.out else fresh("runs", run_id)
        run_id = run_id if given.out else folder.name
        with closing(Store(folder / "store.sqlite")) as store:
            with store.simulating(utc_now), _progress(given.json, f"Simulating {given.recipe}") as progress:
                more = simulate(lab, given.recipe, store, run_id, progress, paced=given.speed == "1")
            write_run(store, run_id, folder, more)
    except NotReadyError as error:
        _result(given.json, {"verdict": "refused", "reasons": error.reasons}, error.reasons)
        return 1
    summary = json.loads((folder / "run.json").read_text("utf-8"))
    _result(given.json, {**summary, "folder": str(folder)}, _spoken(summary, folder))
    return 0 if summary["verdict"] == "pass" else 1


def _sweep(given: argparse.Namespace) -> int:
    from controller.machine.checks import load_machine
    from controller.records.files import made, why_no_table, write_table
    from recipes.store import find
    from sim.lab import Outcomes
    from sim.plant.law import digest
    from sim.plant.tool import TOOLS
    from sim.settings import read_settings
    from sim.sweep import SweepError, ended_alike, ground_of, plan, run, table

    if given.machine != str(REFERENCE):
        load_machine(given.machine)
    out, reasons = Path(given.out), list[str]()
    reasons += why_no_table(out)
    if given.jobs == 0 or given.jobs < -1:
        reasons.append(f"--jobs {given.jobs}: a number of processes, or -1 for one a core")
    files = [*map(find, given.recipes), Path(given.machine), *sorted(TOOLS.glob("*.toml"))]
    ground = ground_of(files, digest())
    try:
        wanted = plan(given.recipes, given.tools, given.seeds, given.grid, given.draw, given.runs, given.fault, ground)
    except SweepError as error:
        reasons += error.reasons
    try:
        read_settings(given.machine, 0, [], given.fault)
    except ValueError as error:
        reasons += str(error).splitlines()
    if reasons:
        raise SweepError(reasons)
    _physics()
    made(out.parent)
    with ended_alike(), _progress(given.json, f"{len(wanted.points)} runs", counted=True) as progress:
        rows = run(wanted, Outcomes(Path(given.machine)), out, given.jobs, progress, given.dask)
    columns, cells = table(wanted, rows)
    write_table(out, columns, cells)
    out.with_name(out.name + ".part").unlink()
    passed = sum(row["verdict"] == "pass" for row in rows)
    told = {"file": str(out), "runs": len(rows), "passed": passed}
    _result(given.json, told, [f"{out}: {passed} of {len(rows)} runs passed"])
    return 0 if passed == len(rows) else 1


def _validate(given: argparse.Namespace) -> int:
    from sim.validate.row import judge
    from sim.validate.table import chosen, printed

    rows = chosen(given.only)
    if not rows:
        raise Usage(f"--only {given.only}: no row holds that")
    verdicts = []
    with _progress(given.json, "Validating", counted=True) as progress:
        for number, row in enumerate(rows):
            progress(number, len(rows), row.id)
            verdicts.append(judge(row))
    good = all(verdict.good for verdict in verdicts)
    told = {"rows": [verdict.told() for verdict in verdicts], "good": good}
    _result(given.json, told, printed(verdicts))
    return 0 if good else 1


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
def _progress(as_json: bool, title: str, counted: bool = False) -> Iterator[Callable[[float, float, str], None]]:
    """A progress bar on the terminal's error stream, or one JSON line every ten seconds of run time; ``counted``:
    things are done, not seconds, and each gets its line.
    """
    if as_json and counted:
        yield lambda done, of, what: _say(json.dumps({"event": "progress", "done": done, "of": of, "what": what}))
        return
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
