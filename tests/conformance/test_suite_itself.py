"""The suite's own machinery: what counts as agreement, that its table is true, that strangers stay strangers."""

from __future__ import annotations

import ast
import json
import re
import sys
from dataclasses import replace
from typing import Any

import pytest

from sim.devices.catalogue import EMULATORS
from tests.conformance import environments, meeting, table
from tests.conformance.__main__ import main
from tests.conformance.pair import Error, Near, Pair, Text, agrees
from tests.conformance.pairs import PAIRS

PAIR = Pair("pump_nxds", "somebody", "1.0", "nobody", "something", {"speed": 30.0, "who": Text("nXDS.*")}, {"on": True})


ALIKE = [
    (30.001, 30.0), (30, 30.0), ([1, [2.0]], [1, [2.0]]), ({"a": 1.0}, {"a": 1.0}), (None, None), (True, True),
    ({"error": "OSError"}, Error("OSError")), (2.05, Near(2.0, 0.1)), ("nXDS15i", Text("nXDS.*")),
]  # fmt: skip
UNLIKE = [
    (30.1, 30.0), (True, 1), (1, True), (1.0, 1), ("30", 30.0), ([1], [1, 2]), ({"a": 1}, {"a": 1, "b": 2}), (None, 0),
    ({"error": "OSError"}, Error("ValueError")), (2.2, Near(2.0, 0.1)), (True, Near(1.0, 1.0)),
    ("an nXDS", Text("nXDS")), (float("nan"), 1.0), (float("nan"), Near(1.0, 9.0)),
]  # fmt: skip


@pytest.mark.parametrize(("got", "want"), ALIKE)
def test_what_agrees(got: Any, want: Any):
    assert agrees(got, want)


@pytest.mark.parametrize(("got", "want"), UNLIKE)
def test_what_does_not(got: Any, want: Any):
    assert not agrees(got, want)


def test_everything_that_was_not_expected_is_told():
    outcome = meeting.judge(PAIR, {"speed": 31.0, "more": 1}, {"on": True}, [])
    assert [text.partition(":")[0] for text in outcome.wrong] == ["speed", "who", "more"]
    assert meeting.judge(PAIR, {"speed": 30.0, "who": "nXDS15i"}, {"on": True}, []) == meeting.Outcome(3)
    assert meeting.judge(PAIR, {"speed": 30.0, "who": "nXDS15i"}, {"on": False}, ["it died"]).wrong[0] == "it died"


def test_a_known_difference_is_no_fault_until_it_is_gone():
    pair = replace(PAIR, differences={"speed": "it counts from one"})
    differs = meeting.judge(pair, {"speed": 31.0, "who": "nXDS15i"}, {"on": True}, [])
    assert not differs.wrong and "it counts from one" in differs.known[0]
    mended = meeting.judge(pair, {"speed": 30.0, "who": "nXDS15i"}, {"on": True}, [])
    assert "take the known difference out" in mended.wrong[0]


def test_a_check_that_did_not_happen_is_no_known_difference():
    pair = replace(PAIR, differences={"speed": "it counts from one", "on": "it has no such coil"})
    silent = meeting.judge(pair, {"who": "nXDS15i"}, {}, [])
    assert [text.partition(":")[0] for text in silent.wrong] == ["speed", "on"] and not silent.known
    assert all(meeting.MISSING in text for text in silent.wrong)


def test_a_suite_in_which_nobody_met_has_failed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    came: dict[str, Any] = {}

    def meets(pair: Pair) -> meeting.Outcome:
        if pair.name not in came:
            raise environments.Absent("not in this computer")
        return came[pair.name]

    monkeypatch.setattr("tests.conformance.__main__.meet", meets)
    assert main([]) == 1
    assert f"{len(PAIRS)} SKIPPED" in capsys.readouterr().out
    came[PAIRS[0].name] = meeting.Outcome(3)
    assert main([]) == 0, "one that met is a suite, if a small one"
    came[PAIRS[0].name] = meeting.Outcome(3, wrong=["speed: off"])
    assert main([]) == 1


def test_the_readme_has_exactly_the_pairs_of_the_suite():
    page = table.README.read_text("utf-8")
    block = page.partition(table.BEGIN)[2].partition(table.END)[0]
    shown = re.findall(r"^\| `(\w+)` \| (\S+ \S+) \| (serves|client)", block, re.MULTILINE)
    assert shown == [(pair.device, pair.who, "serves" if pair.serves else "client") for pair in PAIRS]
    assert table.readme_with(table.text(), page) == page, "run: python -m tests.conformance --write"


def test_a_page_without_its_place_is_refused():
    with pytest.raises(ValueError, match="no place"):
        table.readme_with("table", "nothing here")


def test_pairs_are_complete():
    assert len({pair.name for pair in PAIRS}) == len(PAIRS)
    for pair in PAIRS:
        assert pair.device in EMULATORS, pair.name
        assert re.fullmatch(r"\d+(\.\d+)+((a|b|rc)\d+)?", pair.version), f"{pair.name}: a version is pinned"
        assert all(re.fullmatch(r"[\w.-]+==[\d.]+", need) for need in pair.needs), pair.name
        assert (meeting.STRANGERS / f"{pair.script}.py").is_file(), pair.name
        assert pair.expects and set(pair.differences) <= {*pair.expects, *pair.holds}, pair.name
        assert "|" not in table.row(pair).replace(" | ", "").strip("| "), f"{pair.name}: a bar would break the table"


def test_strangers_import_nothing_of_ours():
    scripts = {script.stem: script for script in meeting.STRANGERS.glob("*.py")}
    assert set(scripts) == {pair.script for pair in PAIRS}
    for script in [*scripts.values(), *(meeting.STRANGERS / "kit").glob("*.py")]:
        for node in ast.walk(ast.parse(script.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            ours = {"controller", "drivers", "recipes", "gui", "sim", "maskglow", "tests"}
            assert not ours & {name.split(".")[0] for name in names}, script.name


def test_who_is_absent_is_named(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(environments.Absent, match="no-such-program"):
        environments.python_for(replace(PAIR, package="debian:no-such-program"))
    assert main(["no such pair"]) == 1 and "no such pair" in capsys.readouterr().out


@pytest.mark.realtime
def test_an_emulator_on_a_port_feels_what_it_is_told_and_tells_what_it_holds():
    order = {"device": "pump_nxds", "over": "tcp", "address": 1, "options": {}, "feels": {"dry_pump_speed_hz": 30.0}}
    order |= {"wired": {}, "show": ["running", "wiring.commands.dry_pump_on"]}
    client = """
import socket, sys
sys.path.insert(0, sys.argv[2])
from note import host_and_port, note, say
line = socket.create_connection(host_and_port(sys.argv[1])).makefile("rw", newline="\\r")
def ask(text):
    line.write(text + "\\r")
    line.flush()
    return line.readline().strip()
note("start", ask, "!C802 1")
note("status", lambda: ask("?V802").split(";")[0])
note("wrong", int, "x")
print("chatter")
"""
    with meeting.serving([sys.executable, "-m", "tests.conformance.stand", json.dumps(order)]) as (process, url):
        got, trouble = meeting.talk([sys.executable, "-c", client, url, str(meeting.STRANGERS / "kit")])
        held, _ = process.communicate(timeout=30.0)
    assert (got, trouble) == ({"start": "*C802 0", "status": "=V802 30", "wrong": {"error": "ValueError"}}, [])
    assert json.loads(held) == {"running": True, "wiring.commands.dry_pump_on": True}
    assert meeting.talk([sys.executable, "-c", "raise SystemExit(3)"])[1] == ["the client ended with 3: "]
