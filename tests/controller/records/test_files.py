"""Folders for runs."""

from __future__ import annotations

import pytest

from controller.records.files import fresh
from controller.records.store import StoreError


def test_two_runs_of_one_second_have_folders_of_their_own(tmp_path):
    made = [fresh(tmp_path / "runs", "20260101-000000-vent").name for _ in range(3)]
    assert made == ["20260101-000000-vent", "20260101-000000-vent-2", "20260101-000000-vent-3"]
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == made


def test_a_place_that_is_no_folder_is_said(tmp_path):
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(StoreError, match=r"cannot write .*runs"):
        fresh(tmp_path / "runs", "vent")
