"""The command line as its users type it: results, exit codes, one clear message for bad input, never a traceback.

What a process does besides is proven with one (`run`, `refused`); what a verb says is asked of `main` in this one, for
a process costs seconds before it says anything.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import maskglow

ROOT = Path(__file__).parents[1]
VERBS = (
    "demo", "controller", "gui", "sim", "simulate", "check", "replay", "interlocks", "report", "export", "support",
    "capture", "sweep", "validate",
)  # fmt: skip
MACHINE = str(ROOT / "controller/machine/reference.toml")


def run(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """The front door in a process of its own."""
    command = [sys.executable, str(ROOT / "maskglow.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **more)


def refused(*words: str, **more: Any) -> str:
    """What is said to bad input: exit 2, something on the error stream, no traceback."""
    done = run(*words, **more)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    return done.stderr


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """The same without a process: said(*words) is what the verb says on the error stream when it refuses."""

    def refuse(*words: str) -> str:
        assert maskglow.main(list(words)) == 2
        told = capsys.readouterr()
        assert told.err.strip() and "Traceback" not in told.err
        return told.err

    return refuse


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The demo without a screen, which is one O2 clean: where it was begun, and how it ended."""
    folder = tmp_path_factory.mktemp("demo")
    env = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return folder, run("demo", cwd=folder, env={**env, "HEADLESS": "1"})


@pytest.fixture(scope="module")
def clean(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> Path:
    """The folder of that clean."""
    folder, done = demo
    assert done.returncode == 0, done.stderr
    (run_folder,) = (folder / "runs").iterdir()
    return run_folder


def test_without_a_screen_the_demo_runs_a_clean(demo: tuple[Path, subprocess.CompletedProcess[str]]):
    folder, done = demo
    assert done.returncode == 0, done.stderr
    assert "PASS" in done.stdout
    assert "nm before" in done.stdout
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("  report"))
    assert (folder / line.split()[-1]).is_file()


def test_every_verb_has_help_for_a_person(capsys: pytest.CaptureFixture[str]):
    for verb in VERBS:
        with pytest.raises(SystemExit) as ended:
            maskglow.main([verb, "--help"])
        assert ended.value.code == 0
        assert len(capsys.readouterr().out) > 80
    done = run("demo", "--help")
    assert done.returncode == 0 and len(done.stdout) > 80


def test_help_and_checks_load_no_qt_and_no_numpy_before_they_must():
    code = "import sys, maskglow; maskglow.parser(); print(any(m in sys.modules for m in ('numpy', 'PySide6', 'rich')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "words",
    [
        ("interlocks", MACHINE),
        ("check", "recipes/library/o2-organic-clean.toml"),
        ("simulate", "--list-faults"),
        ("simulate", "--list-parameters"),
    ],
)
def test_verbs_without_a_screen_never_load_qt(words: tuple[str, ...]):
    code = f"import sys, maskglow; maskglow.main({list(words)!r}); sys.exit(any('PySide6' in m for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_parameters_are_those_of_the_tool_that_is_asked_for():
    """As text and as JSON; with --set on that tool the range is the same."""
    told = [json.loads(run("simulate", "--list-parameters", "--json", "--tool", tool).stdout) for tool in ("0", "7")]
    for number, one in zip((0, 7), told, strict=True):
        assert one["event"] == "result" and one["tool"] == number
        assert {row["name"] for row in one["parameters"]} >= {"film_nm", "wall_recombination"}
        for row in one["parameters"]:
            assert row.keys() == {"name", "value", "unit", "low", "high", "meaning"}
            assert row["low"] <= row["value"] <= row["high"]
    nominal, sister = ({row["name"]: row["value"] for row in one["parameters"]} for one in told)
    differ = {name for name in nominal if nominal[name] != sister[name]}
    assert {"wall_recombination", "coupling", "o2_mfc_span"} <= differ and "film_nm" not in differ
    lines = run("simulate", "--list-parameters", "--tool", "7").stdout.splitlines()
    assert dict(line.split()[:2] for line in lines) == {name: f"{value:.4g}" for name, value in sister.items()}
    assert "--tool -1" in refused("simulate", "--list-parameters", "--tool", "-1")


def test_faults_are_told_as_json_too():
    told = json.loads(run("simulate", "--list-faults", "--json").stdout)
    assert told["event"] == "result" and "throttle" in told["targets"]
    by_name = {row["fault"]: row for row in told["faults"]}
    assert by_name["water.off"]["of"] == "plant" and by_name["water.off"]["parameters"] == {}
    assert by_name["chamber.leak"]["parameters"] == {"rate": 1e-3, "growth": 0.0}
    assert by_name["TARGET.late"]["of"] == "wire" and by_name["TARGET.late"]["meaning"]
    lines = run("simulate", "--list-faults").stdout.splitlines()
    assert sorted(line.split("@T")[0].strip() for line in lines if "@T" in line) == sorted(by_name)
    both = json.loads(run("simulate", "--list-faults", "--list-parameters", "--json").stdout)
    assert both["faults"] == told["faults"] and both["parameters"]


def test_simulate_prints_progress_then_the_result(tmp_path: Path):
    """The procedure "vent" is the shortest run there is."""
    done = run("simulate", "vent", "--json", "--out", str(tmp_path / "run"))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["event"] for line in lines[:-1]} == {"progress"}
    assert lines[-1]["event"] == "result"
    assert lines[-1]["verdict"] == "pass"
    assert lines[-1]["folder"] == str(tmp_path / "run")
    files = {"run.json", "trace.csv", "report.html", "store.sqlite"}
    assert {file.name for file in (tmp_path / "run").iterdir()} == files, "the store is whole in its one file"


def test_who_reads_no_further_ends_it_quietly():
    command = [sys.executable, str(ROOT / "maskglow.py"), "simulate", "--list-parameters", "--list-faults"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


def test_run_json_has_what_design_promises(clean: Path):
    summary = json.loads((clean / "run.json").read_text("utf-8"))
    assert summary["verdict"] == "pass"
    assert summary["recipe"].keys() == {"name", "version", "sha256"}
    for step in summary["steps"]:
        assert step.keys() >= {"name", "start_s", "end_s", "ended_by"}
        assert step["end_s"] >= step["start_s"]
    assert summary["film_before_nm"] == pytest.approx(8.0)
    assert summary["film_after_nm"] < 0.1
    assert 0.05 < summary["energy_kwh"] < 1.0
    with (clean / "trace.csv").open() as file:
        truth = [float(row["true.energy_kwh"]) for row in csv.DictReader(file)]
    assert summary["energy_kwh"] == pytest.approx(truth[-1] - truth[0], rel=0.03), "an estimate, and a good one"
    assert summary["energy_is"] == "estimate" and "chiller" in summary["energy_rests_on"]
    assert summary["co2e_kg"] == pytest.approx(summary["energy_kwh"] * 0.474, rel=1e-3)
    for key in ("reasons", "machine", "tool", "seed", "alarms", "plasma_on_s", "scans", "simulated_s", "wall_s"):
        assert key in summary


def test_trace_csv_has_a_row_a_scan_and_the_truth(clean: Path):
    with (clean / "trace.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert next(iter(rows[0])) == "time_s"
    for column in ("chamber_pressure_pa", "load_power_w", "o2_flow_sccm", "throttle_pct", "true.film_mean_nm"):
        assert column in rows[0]
    assert not any("spectrum" in column for column in rows[0])
    times = [float(row["time_s"]) for row in rows]
    assert times[10] - times[9] == pytest.approx(0.05)
    assert rows[0]["chamber_pressure_pa"] == "", "at atmosphere the 133 Pa gauge has no number: an empty cell"
    lit = [float(row["load_power_w"]) for row in rows if row["plasma_on"] == "1"]
    assert max(lit) == pytest.approx(450.0, rel=0.05)


def test_report_is_one_page_with_plots(clean: Path):
    page = (clean / "report.html").read_text("utf-8")
    assert page.count("<svg") >= 5
    assert "Pass" in page
    assert "<script" not in page
    assert "nan" not in page.lower().replace("nanometre", "")


def test_replay_export_and_report_of_a_stored_run(clean: Path, tmp_path: Path):
    folder = str(clean)
    done = run("replay", folder, "--json")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["differences"] == []
    out = tmp_path / "again.csv"
    assert run("export", folder, "--out", str(out)).returncode == 0
    assert out.read_text("utf-8") == (clean / "trace.csv").read_text("utf-8")
    assert run("report", folder, "--out", str(tmp_path / "r.html")).returncode == 0
    done = run("export", folder, "--format", "parquet", "--out", str(tmp_path / "x.parquet"))
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        assert done.returncode == 2
        assert "pyarrow" in done.stderr
        assert not (tmp_path / "x.parquet").exists()
    else:
        assert done.returncode == 0


def test_support_gathers_versions_machine_and_runs(clean: Path, tmp_path: Path):
    out = tmp_path / "support.zip"
    done = run("support", "--store", str(clean / "store.sqlite"), "--out", str(out))
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(out) as file:
        assert {"versions.json", "machine.toml", "runs.json"} <= set(file.namelist())
        assert json.loads(file.read("runs.json"))[0]["verdict"] == "pass"


def test_a_failed_verdict_is_exit_1(tmp_path: Path):
    """Without a leak check, which takes the most of the time until the strike."""
    recipe = _edited(tmp_path, '[[step]]\ncall = "leak-check"\n', "")
    done = run("simulate", recipe, "--fault", "plasma.no_ignite@0", "--json", "--out", str(tmp_path / "r"))
    assert done.returncode == 1
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["verdict"] == "fail"
    assert any("strike" in reason.lower() for reason in result["reasons"])


def test_interlocks_as_text_and_json(capsys: pytest.CaptureFixture[str]):
    assert "IL-01" in run("interlocks", MACHINE).stdout
    assert maskglow.main(["interlocks", MACHINE, "--json"]) == 0
    rules = json.loads(capsys.readouterr().out)["rules"]
    assert {"id", "name", "requires", "effect", "hazard"} == set(rules[0])


def test_check_names_file_line_and_field(tmp_path: Path):
    bad = tmp_path / "bad.toml"
    text = (ROOT / "recipes/library/o2-organic-clean.toml").read_text("utf-8")
    bad.write_text(text.replace('"120 sccm"', '"120"').replace("o2_flow", "o3_flow", 1), "utf-8")
    junit = tmp_path / "out.xml"
    done = run("check", str(bad), "--junit", str(junit))
    assert done.returncode == 2
    assert f"{bad}:" in done.stdout
    assert "o3_flow" in done.stdout
    assert "<failure" in junit.read_text("utf-8")


def test_bad_input_is_one_message_and_exit_2(tmp_path: Path, said: Callable[..., str]):
    missing = str(tmp_path / "missing.toml")
    assert "there is no such file" in refused("controller", missing)
    assert "there is no such file" in said("sim", missing)
    assert "there is no such file" in said("simulate", missing)
    assert "there is no such file" in said("interlocks", missing)
    assert "library" in said("simulate", "no-such-recipe")
    assert "unit" in said("simulate", _edited(tmp_path, '"120 sccm"', '"120 bananas"'))
    assert "outside what this machine allows" in said("simulate", _edited(tmp_path, '"120 sccm"', '"900 sccm"'))
    assert "not a number" in said("simulate", _edited(tmp_path, '"120 sccm"', '"nan sccm"'))
    assert "not a known key" in said("simulate", _edited(tmp_path, "text =", "txt ="))
    assert "must be within" in said("simulate", "o2-organic-clean", "--set", "film_nm=nan")
    both = refused("simulate", "o2-organic-clean", "--set", "nix=1", "--fault", "nix.off@1")
    assert "'nix'" in both.splitlines()[0]
    assert "nix" in both.splitlines()[1]
    assert "tool" in said("simulate", "o2-organic-clean", "--tool", "-1")
    assert "there is no store" in refused("replay", "no-such-run")
    assert "HOST:PORT" in said("gui", "--connect", "nowhere")
    assert "--port" in said("controller", MACHINE, "--port", "99999", "--store", str(tmp_path / "s.sqlite"))


def test_unreachable_controller_and_port_in_use(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        words = refused("controller", MACHINE, "--port", str(port), "--store", str(tmp_path / "s.sqlite"))
        assert f"{port}" in words
        assert "in use" in words
    env = {"QT_QPA_PLATFORM": "offscreen"}
    assert "no controller answers" in refused("gui", "--connect", f"127.0.0.1:{port}", env={**os.environ, **env})


def test_emulator_port_in_use_is_named():
    taken = socket.create_server(("127.0.0.1", 4001))
    try:
        words = refused("sim", MACHINE)
    finally:
        taken.close()
    assert "4001" in words
    assert "bus rf" in words


def test_a_folder_that_cannot_be_written(said: Callable[..., str]):
    assert "cannot write" in said("simulate", "o2-organic-clean", "--out", "/proc/nowhere")


def test_a_disk_that_takes_no_more_leaves_nothing_half_written(tmp_path: Path):
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))  # the store fits its head, not its trace

    words = refused("simulate", "o2-organic-clean", "--out", str(tmp_path / "run"), preexec_fn=limit)
    assert "cannot write" in words
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".json", ".csv", ".html")]


def test_main_can_be_called_as_a_function(capsys: pytest.CaptureFixture[str]):
    assert maskglow.main(["interlocks", MACHINE]) == 0
    assert "People are protected by hardware" in capsys.readouterr().out


def _edited(folder: Path, old: str, new: str) -> str:
    text = (ROOT / "recipes/library/o2-organic-clean.toml").read_text("utf-8")
    assert old in text
    path = folder / "edited.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return str(path)


def test_a_sweep_is_one_table_and_its_bad_input_is_named_all_at_once(tmp_path: Path):
    out = tmp_path / "t.csv"
    said = refused(
        "sweep", "o2-organic-clean", "--tools", "9-0", "--grid", "film_nm=-1", "--jobs", "-5", "--out", str(tmp_path)
    )
    for word in ("--tools 9-0", "film_nm=-1", "--jobs -5", "--out"):
        assert word in said
    done = run("sweep", "vent", "--seeds", "0-1", "--jobs", "1", "--out", str(out), "--json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["event"] for event in events[:-1]] == ["progress"] * 3 and events[-1]["event"] == "result"
    lines = out.read_text().splitlines()
    assert len(lines) == 3 and lines[0].startswith("recipe,tool,seed,faults,verdict")
    assert not out.with_name("t.csv.part").exists()


def test_validate_says_row_verdict_and_source(said: Callable[..., str]):
    done = run("validate", "--only", "V1", "--json")
    told = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0 and told["good"]
    assert {"id", "quantity", "published", "ours", "tolerance", "source", "verdict", "why"} == set(told["rows"][0])
    assert "no row" in said("validate", "--only", "nonsense")
