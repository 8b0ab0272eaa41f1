"""Sweeps: what is planned, what is refused, what is run again after a break, and the table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.sweep import Plan, Point, SweepError, ground_of, plan, run, table


def nobody(done: float, of: float, what: str) -> None:
    pass


@dataclass(frozen=True)
class Work:
    """Stands in for a run: leaves a mark for each point that it was asked to do."""

    folder: Path

    def __call__(self, point: Point) -> dict[str, object]:
        (self.folder / f"{point.recipe}-{point.tool}-{point.seed}-{len(list(self.folder.iterdir()))}").touch()
        return {"verdict": "pass", "film_after_nm": point.set.get("film_nm", 0.0) / 2}


def test_a_grid_is_every_combination_in_one_order():
    points = plan(["a", "b"], tools="0-1", seeds="3,5", grid=["film_nm=2,4"]).points
    assert len(points) == 2 * 2 * 2 * 2
    assert points[0] == Point("a", 0, 3, {"film_nm": 2.0})
    assert points[-1] == Point("b", 1, 5, {"film_nm": 4.0})
    assert plan(["a"], grid=["film_nm=2:4:3"]).points[1].set == {"film_nm": 3.0}


def test_draws_are_the_same_for_the_same_sweep_and_within_their_range():
    first = plan(["a"], draws=["film_nm=2:4", "path_factor=0.9:1.1"], runs=50)
    assert first == plan(["a"], draws=["film_nm=2:4", "path_factor=0.9:1.1"], runs=50)
    films = [point.set["film_nm"] for point in first.points]
    assert all(2.0 <= film <= 4.0 for film in films) and len(set(films)) == 50
    alone = plan(["a"], draws=["film_nm=2:4"], runs=50)
    assert [point.set["film_nm"] for point in alone.points] == films  # whatever else is drawn beside it


def test_a_refusal_lists_every_reason():
    with pytest.raises(SweepError) as refused:
        plan(["a"], tools="9-0", seeds="x", grid=["nonsense=1", "film_nm=-5,2", "film_nm"], draws=["film_nm=4"], runs=0)
    reasons = refused.value.reasons
    for word in (
        "--tools 9-0",
        "--seeds x",
        "nonsense",
        "0..5000 nm",
        "--grid film_nm:",
        "--draw film_nm=4",
        "--runs 0",
    ):
        assert any(word in reason for reason in reasons), word
    with pytest.raises(SweepError, match="in --grid and in --draw"):
        plan(["a"], grid=["film_nm=2"], draws=["film_nm=2:4"])
    with pytest.raises(SweepError, match="more than"):
        plan(["a"], seeds="0-99999", grid=["film_nm=1:2:9"])


def test_rows_come_in_the_order_of_the_plan_and_say_what_was_varied(tmp_path):
    wanted = plan(["a"], seeds="0-5", grid=["film_nm=2,4"])
    rows = run(wanted, Work(marks(tmp_path)), tmp_path / "t.csv", jobs=2, progress=nobody)
    columns, cells = table(wanted, rows)
    assert columns == ["recipe", "tool", "seed", "film_nm", "faults", "verdict", "film_after_nm"]
    assert [line[2:4] for line in cells] == [[seed, film] for seed in range(6) for film in (2.0, 4.0)]
    assert all(line[-1] == line[3] / 2 for line in cells)


def test_a_sweep_that_was_broken_off_goes_on_where_it_was(tmp_path):
    wanted, out = plan(["a"], seeds="0-5"), tmp_path / "t.csv"
    whole = run(wanted, Work(marks(tmp_path)), out, jobs=1, progress=nobody)
    part = tmp_path / "t.csv.part"
    lines = part.read_text().splitlines(keepends=True)
    part.write_text("".join(lines[:4]) + lines[4][:20])  # killed in the middle of a line: three rows are whole
    again = marks(tmp_path / "again")
    told: list[float] = []
    rows = run(wanted, Work(again), out, jobs=1, progress=lambda done, of, what: told.append(done))
    assert rows == whole and len(list(again.iterdir())) == 3
    assert told == [3, 4, 5, 6]
    assert all(json.loads(line) for line in part.read_text().splitlines())


def test_the_file_of_another_sweep_is_not_touched(tmp_path):
    out = tmp_path / "t.csv"
    run(plan(["a"], seeds="0-1"), Work(marks(tmp_path)), out, jobs=1, progress=nobody)
    before = (tmp_path / "t.csv.part").read_bytes()
    with pytest.raises(SweepError, match="another sweep"):
        run(plan(["a"], seeds="0-2"), Work(tmp_path), out, jobs=1, progress=nobody)
    assert (tmp_path / "t.csv.part").read_bytes() == before


def test_a_sweep_of_a_recipe_that_has_changed_since_is_another_sweep(tmp_path):
    recipe, out = tmp_path / "r.toml", tmp_path / "t.csv"
    recipe.write_text("450 W")
    run(plan(["a"], ground=ground_of([recipe])), Work(marks(tmp_path)), out, jobs=1, progress=nobody)
    recipe.write_text("300 W")
    with pytest.raises(SweepError, match="other recipes"):
        run(plan(["a"], ground=ground_of([recipe])), Work(tmp_path), out, jobs=1, progress=nobody)


@pytest.mark.parametrize("bytes_", [b"[1]\n", b"garbage\n", b"\xff\xfe\n", b'{"plan": 1}\n{}\n'])
def test_a_file_that_is_none_of_ours_is_named_and_kept(tmp_path, bytes_):
    part = tmp_path / "t.csv.part"
    part.write_bytes(bytes_)
    with pytest.raises(SweepError, match=r"t\.csv\.part"):
        run(plan(["a"]), Work(tmp_path), tmp_path / "t.csv", jobs=1, progress=nobody)
    assert part.read_bytes() == bytes_


def test_what_would_be_too_many_is_refused_before_it_is_counted_out():
    for words in ({"tools": "0-99999999999"}, {"grid": ["film_nm=0:8:1000000000"]}):
        with pytest.raises(SweepError, match="more than 100000"):
            plan(["a"], **words)
    with pytest.raises(SweepError, match="said more than once"):
        plan(["a"], grid=["film_nm=1", "film_nm=2"])


def test_a_cluster_that_is_not_there_is_said(tmp_path):
    pytest.importorskip("distributed")
    with pytest.raises(SweepError, match=r"--dask tcp://127\.0\.0\.1:9"):
        run(Plan((Point("a", 0, 0),)), Work(tmp_path), tmp_path / "t.csv", 1, nobody, dask="tcp://127.0.0.1:9")


def marks(folder: Path) -> Path:
    """A folder for the marks of Work, outside the table's."""
    made = folder / "marks"
    made.mkdir(parents=True)
    return made


def test_a_dask_cluster_runs_the_same_sweep(tmp_path):
    distributed = pytest.importorskip("distributed")
    wanted = plan(["a"], seeds="0-3", grid=["film_nm=2,4"])
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        there = run(
            wanted, Work(marks(tmp_path)), tmp_path / "c.csv", jobs=1, progress=nobody, dask=cluster.scheduler_address
        )
    assert there == run(wanted, Work(marks(tmp_path / "here")), tmp_path / "t.csv", jobs=1, progress=nobody)
