"""Every verb and option of the command line, in words for the person who types them.

Owns the words and nothing of what is done. Loads nothing: `maskglow --help` is there at once.
"""

from __future__ import annotations

import argparse
from pathlib import Path

REFERENCE = Path(__file__).parent / "machine" / "reference.toml"
DEFAULT_STORE = "runs/maskglow.sqlite"
REPLAY_CODES = (
    "Exit code 0: the whole run was replayed, and every output is as it was, bit for bit. Another version of code, "
    "NumPy, Python or computer is named and changes nothing: it came to the same outputs. 1: an output differs, a part "
    "of the record is missing, or the recipe or machine file kept with the run is not the one that ran. 2: there is no "
    "such run, or its record is damaged or empty."
)
CAPTURE_WORDS = (
    "Without --replay it identifies and polls the devices and sets no output. Identifying is not nothing: it switches "
    "an RF generator off, sets units, and arms the watchdog of a remote I/O, whose outputs then fall about a second "
    "later: an I/O with outputs is left out unless --with-io is given. "
    "A controller that runs keeps its lines itself: use `maskglow controller … --capture DIR` for a tool at work."
)
CAPTURE_CODES = (
    "Exit code 0: done; with --replay: every exchange is as it was. 1: the disk took no more, or no device answered; "
    "with --replay: the "
    "driver sends something else than then, or fails where it did not, and the place is said. 2: the file is no whole "
    "capture, or an option cannot be followed."
)
SWEEP_WORDS = (
    "All combinations of recipes, tools, seeds and --grid; --draw adds random choices, the same for the same sweep. "
    "A sweep that was broken off goes on where it was when the same command is given again. Example: "
    "maskglow sweep o2-organic-clean --tools 0-9 --grid film_nm=2:20:4 --out spread.csv"
)
VALIDATE_CODES = (
    "Exit code 0: every row is met, or missed for a reason that is known and said. 1: a row is missed, or met though "
    "it was expected to be missed (its reason has then outlived itself)."
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

    one.add_argument("--capture", metavar="DIR", help="keep every byte of every line in files of this folder")
    _limits(one)

    about = "keep every byte of every line with its time, or play that back against the drivers"
    one = verbs.add_parser("capture", help=about, description=f"{about}. {CAPTURE_WORDS}", epilog=CAPTURE_CODES)
    one.add_argument("machine", metavar="MACHINE.toml", nargs="?", help="poll the devices of this machine file")
    one.add_argument("--out", metavar="DIR", help="folder for the files, one row of them a line (default: under runs/)")
    one.add_argument("--seconds", type=float, metavar="N", help="end after so long (default: at Ctrl+C or SIGTERM)")
    one.add_argument("--bus", action="append", default=[], metavar="NAME", help="only this line; may be said again")
    one.add_argument("--with-io", action="store_true", help="remote I/O with outputs too: all its outputs will fall")
    _limits(one)
    one.add_argument("--replay", metavar="FILE", help="play a file back: what was sent then must be sent now")
    one.add_argument(
        "--machine", dest="instead", metavar="MACHINE.toml", help="with --replay: drivers and options of this file"
    )
    _json(one)

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
        "--film",
        choices=["organic", "carbon", "resist", "tin", "haze"],
        default="organic",
        help="what lies on the masks",
    )
    _world(one)

    example = "maskglow simulate o2-organic-clean --set film_nm=20 --fault water.off@170:for=10 --out runs/try"
    about = "Run a recipe in virtual time on the simulated tool; times of faults are those of the run. Example: "
    one = verbs.add_parser("simulate", help="run a recipe in virtual time", description=about + example)
    one.add_argument("recipe", nargs="?", help="a recipe file, or the name of one in the library")
    _machine(one)
    _world(one)
    one.add_argument("--out", metavar="DIR", help="folder for run.json, trace.csv, report.html (default: under runs/)")
    one.add_argument("--speed", choices=["max", "1"], default="max", help="as fast as it goes, or real time")
    one.add_argument("--list-parameters", action="store_true", help="print what --set can change, and end")
    one.add_argument("--list-faults", action="store_true", help="print what --fault can break, and end")
    _json(one)

    one = verbs.add_parser("sweep", help="many simulated runs on every core, as one table", description=SWEEP_WORDS)
    one.add_argument("recipes", nargs="+", metavar="RECIPE", help="recipe files, or names in the library")
    _machine(one)
    one.add_argument("--tools", default="0", metavar="N", help="tools: 0, 0,3 or 0-9 (0 is the nominal one)")
    one.add_argument("--seeds", default="0", metavar="N", help="seeds of the noise: 0, 0,3 or 0-9")
    one.add_argument("--grid", action="append", default=[], metavar="NAME=…", help="NAME=A,B,C or NAME=LOW:HIGH:COUNT")
    one.add_argument("--draw", action="append", default=[], metavar="NAME=LOW:HIGH", help="drawn anew for each run")
    one.add_argument("--runs", type=int, default=1, metavar="N", help="random runs of every combination (default 1)")
    one.add_argument("--fault", action="append", default=[], metavar="F", help="in every run: TARGET.TYPE@T[:k=v,…]")
    one.add_argument("--jobs", type=int, default=-1, metavar="N", help="processes (default: one a core)")
    one.add_argument("--dask", default="", metavar="ADDRESS", help="scheduler of a Dask cluster, instead of --jobs")
    one.add_argument("--out", metavar="FILE", default="runs/sweep.csv", help="table: .csv or .parquet (runs/sweep.csv)")
    _json(one)

    one = verbs.add_parser("validate", help="the plant against published numbers, row by row", epilog=VALIDATE_CODES)
    one.add_argument("--only", metavar="WORD", default="", help="only rows whose id or quantity holds this")
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


def _limits(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--max-mb", type=float, default=16, metavar="N", help="size of a capture's file (default 16)")
    verb.add_argument(
        "--keep", type=int, default=8, metavar="N", help="newest files of a line that stay in the folder (default 8)"
    )


def _world(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--tool", type=int, default=0, metavar="N", help="0: the nominal tool; others: its plausible kin")
    verb.add_argument("--seed", type=int, default=0, metavar="N", help="draws the noise; same seed, same run")
    verb.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change the simulated tool")
    verb.add_argument("--fault", action="append", default=[], metavar="F", help="break it: TARGET.TYPE@T[:k=v,…]")


def _run(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("run", metavar="RUN", help=RUN_HELP)
    _store(verb)
    _json(verb)
