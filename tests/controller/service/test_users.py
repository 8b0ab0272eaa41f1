"""Users and PINs: hashed, counted, locked out, kept whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from controller.records.store import StoreError
from controller.service import users as module
from controller.service.users import LOCKED_S, TRIES, Users, add_user, demo_users, load_users, made


def test_right_pin_and_who_it_is():
    users = Users([made("chen", "Chen, Y.", "operator", "2468")])
    user, reasons = users.log_in("chen", "2468", 0.0)
    assert user is not None
    assert user.role == "operator"
    assert reasons == []


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """PINs are hashed at next to no cost: for tests that count tries, of which each costs a quarter of a second."""
    monkeypatch.setitem(module._SCRYPT, "n", 2)


@pytest.mark.usefixtures("quick")
def test_lock_out_ends_by_itself_and_counts_each_user():
    users = Users([made("a", "A", "operator", "1111"), made("b", "B", "engineer", "2222")])
    for _ in range(TRIES):
        assert users.log_in("a", "9999", 10.0)[0] is None
    assert users.log_in("a", "1111", 10.0 + LOCKED_S - 1)[0] is None
    assert users.log_in("b", "2222", 11.0)[0] is not None
    assert users.log_in("a", "1111", 10.0 + LOCKED_S + 1)[0] is not None


@pytest.mark.usefixtures("quick")
def test_a_success_forgets_earlier_mistakes():
    users = Users([made("a", "A", "operator", "1111")])
    for _ in range(3):
        for _ in range(TRIES - 1):
            users.log_in("a", "9999", 0.0)
        assert users.log_in("a", "1111", 0.0)[0] is not None


@pytest.mark.parametrize("pin", ["123", "12a4", "１２３４", "", "    "])
def test_pins_are_four_plain_digits_or_more(pin: str):
    with pytest.raises(ValueError, match="PIN"):
        made("a", "A", "operator", pin)


def test_an_unknown_role_is_refused():
    with pytest.raises(ValueError, match="known: operator, engineer"):
        made("a", "A", "root", "1234")


def test_kept_without_the_pin_and_read_again(tmp_path: Path):
    path = tmp_path / "users.json"
    assert load_users(path).by_id == {}, "a tool ships with no users"
    add_user(path, made("chen", "Chen, Y.", "operator", "2468"))
    add_user(path, made("sato", "Sato, K.", "engineer", "1357"))
    assert "2468" not in path.read_text("utf-8")
    assert path.stat().st_mode & 0o077 == 0
    users = load_users(path)
    assert users.log_in("chen", "2468", 0.0)[0] is not None
    assert [user["id"] for user in users.listed()] == ["chen", "sato"]
    assert all(set(user) == {"id", "name", "role"} for user in users.listed())


@pytest.mark.parametrize("text", ["", "[]", '{"users": [{"id": "a"}]}', '{"users": 3}', "\x00"])
def test_a_broken_file_is_refused_in_words(tmp_path: Path, text: str):
    path = tmp_path / "users.json"
    path.write_text(text, "utf-8")
    with pytest.raises(StoreError, match=r"users\.json"):
        load_users(path)


def test_demo_users_carry_their_hint():
    assert all("hint" in user for user in demo_users().listed())
    json.dumps(demo_users().listed())
