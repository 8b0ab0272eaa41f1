"""Brings a pair together: starts the one that serves, lets the other talk, compares, and ends both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conformance.environments import python_for
from tests.conformance.pair import Pair, agrees

ROOT = Path(__file__).parents[2]
STRANGERS = Path(__file__).parent / "strangers"
TALK_S = 180.0  #: longest time that a client gets [s]
MISSING = "nothing: the check did not happen"


@dataclass
class Outcome:
    """How a meeting went. ``wrong``: what nobody expected; ``known``: differences that are explained."""

    checks: int = 0
    wrong: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)


def meet(pair: Pair) -> Outcome:
    """Let them talk. Absent or NotInstalled when the stranger could not come."""
    python = python_for(pair)
    stranger = [python, "-P", str(STRANGERS / f"{pair.script}.py")]
    order = {
        "device": pair.device,
        "over": pair.over,
        "address": pair.address,
        "options": dict(pair.options),
        "feels": dict(pair.feels),
        "wired": dict(pair.wired),
        "show": list(pair.holds),
        "outputs": dict(pair.outputs),
        "seconds": pair.seconds,
    }
    ours = [sys.executable, "-m", f"tests.conformance.{'ours' if pair.serves else 'stand'}"]
    server = [*stranger, pair.device] if pair.serves else [*ours, json.dumps(order)]
    with serving(server) as (process, url):
        client = [*ours, json.dumps({**order, "url": url})] if pair.serves else [*stranger, url, pair.device]
        got, trouble = talk(client)
        held, _ = process.communicate(timeout=TALK_S)
    return judge(pair, got, json.loads(held) if held.strip() else {}, trouble)


def judge(pair: Pair, got: dict[str, Any], held: dict[str, Any], trouble: list[str]) -> Outcome:
    """Compare what was got, and what is held, with what the pair expects; what is too much is wrong as well."""
    outcome = Outcome(wrong=list(trouble))
    for wanted, found in ((pair.expects, got), (pair.holds, held)):
        for check in dict.fromkeys((*wanted, *found)):
            outcome.checks += 1
            told = found.get(check, MISSING)
            fits = check in wanted and agrees(told, wanted[check])
            if check in pair.differences and told != MISSING:  # what did not happen differs in nothing
                if fits:
                    outcome.wrong.append(f"{check}: agrees now; take the known difference out")
                else:
                    outcome.known.append(f"{check}: got {told!r}: {pair.differences[check]}")
            elif not fits:
                outcome.wrong.append(f"{check}: got {told!r}, want {wanted.get(check, 'no such check')!r}")
    return outcome


@contextmanager
def serving(command: list[str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that prints {"url": …} and serves until its input ends."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=_environment()
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise RuntimeError(f"{' '.join(command[:3])} … did not start; its message stands above")
        yield process, json.loads(line)["url"]
    finally:
        process.kill()  # does nothing to one that has ended
        process.wait()


def talk(command: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Run a client to its end: {check: got}, and what went wrong with the process itself."""
    trouble: list[str] = []
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TALK_S, cwd=ROOT, env=_environment(), check=False
        )
        out, err, code = done.stdout, done.stderr, done.returncode
    except subprocess.TimeoutExpired as error:
        out, err, code = _text(error.stdout), _text(error.stderr), None
    if code != 0:
        what = f"did not end within {TALK_S:g} s" if code is None else f"ended with {code}"
        trouble.append(f"the client {what}: {' | '.join(err.strip().splitlines()[-3:])}")
    if os.environ.get("LOUD"):
        print(out, err, sep="\n", file=sys.stderr)
    got: dict[str, Any] = {}
    for line in out.splitlines():
        if line.startswith('{"check"'):  # some strangers print by themselves
            finding = json.loads(line)
            got[finding["check"]] = finding["got"]
    return got, trouble


def _text(said: str | bytes | None) -> str:
    return said.decode() if isinstance(said, bytes) else said or ""


def _environment() -> dict[str, str]:
    """A stranger finds nothing of ours but the kit."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return {**kept, "PYTHONPATH": str(STRANGERS / "kit"), "PYTHONUNBUFFERED": "1"}
