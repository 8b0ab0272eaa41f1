"""Who may log in on a screen: names, roles, PINs (hashed), and the lock-out after wrong ones.

Owns the file of users beside the store. A tool ships with none; the demo has named ones and says so.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from controller.records.store import StoreError
from recipes.files import save

ROLES = ("operator", "engineer")  #: rising: each may do what those before it may
TRIES = 5  #: wrong PINs in a row, then …
LOCKED_S = 60.0  #: … so long no further try  # design guide 9, LoginSheet
SHORTEST_PIN = 4
_SCRYPT = {"n": 2**15, "r": 8, "p": 3, "maxmem": 2**26}  # RELIABILITY 4: 0.24 s a try; raises without maxmem
DEMO_PIN = "1234"
_DEMO = (("chen", "Chen, Y. (demo)", "operator"), ("sato", "Sato, K. (demo)", "engineer"))


@dataclass(frozen=True)
class User:
    """One person. ``salt`` and ``key`` are hexadecimal; ``hint`` is shown on the log-in sheet (demo only)."""

    id: str
    name: str
    role: str
    salt: str
    key: str
    hint: str = ""


class Users:
    """All users of one tool, and how often each was tried in vain."""

    def __init__(self, users: list[User]) -> None:
        self.by_id = {user.id: user for user in users}
        self._wrong: dict[str, int] = {}
        self._locked_until_s: dict[str, float] = {}

    def listed(self) -> list[dict[str, str]]:
        """What a log-in sheet may show: never a PIN."""
        return [
            {"id": user.id, "name": user.name, "role": user.role, **({"hint": user.hint} if user.hint else {})}
            for user in self.by_id.values()
        ]

    def log_in(self, name: str, pin: str, now: float) -> tuple[User | None, list[str]]:
        """The user, or every reason why not. ``now`` [s] counts the lock-out. Slow on purpose."""
        locked = self._locked_until_s.get(name, 0.0) - now
        if locked > 0:
            return None, [f"Too many wrong PINs: try again in {locked:.0f} s."]
        user = self.by_id.get(name)
        salt = bytes.fromhex(user.salt) if user else b"nobody"
        right = hmac.compare_digest(_key(pin, salt), user.key if user else "")
        if user is not None and right:
            self._wrong.pop(name, None)
            return user, []
        self._wrong[name] = self._wrong.get(name, 0) + 1
        left = TRIES - self._wrong[name]
        if left > 0:
            return None, [f"Wrong PIN: {left} more {'try' if left == 1 else 'tries'}."]
        self._wrong[name] = 0
        self._locked_until_s[name] = now + LOCKED_S
        return None, [f"Wrong PIN {TRIES} times: try again in {LOCKED_S:.0f} s."]


def demo_users() -> Users:
    """Named users for trying the simulator; their PIN is shown on the log-in sheet."""
    return Users([made(id_, name, role, DEMO_PIN, f"PIN {DEMO_PIN}") for id_, name, role in _DEMO])


def made(id_: str, name: str, role: str, pin: str, hint: str = "") -> User:
    """A user with a fresh salt; ValueError says what is wrong with role or PIN."""
    if role not in ROLES:
        raise ValueError(f"there is no role {role!r}; known: {', '.join(ROLES)}")
    if not pin.isdecimal() or not pin.isascii() or len(pin) < SHORTEST_PIN:
        raise ValueError(f"a PIN has at least {SHORTEST_PIN} digits 0 to 9")
    salt = os.urandom(16)
    return User(id_, name, role, salt.hex(), _key(pin, salt), hint)


def load_users(path: Path) -> Users:
    """The users of a tool; none when the file is not there yet. StoreError when it cannot be read."""
    if not path.exists():
        return Users([])
    try:
        listed: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["users"]
        return Users([User(**entry) for entry in listed])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"the file of users {path} cannot be read ({error}); restore it, or remove it and add users"
        ) from None


def add_user(path: Path, user: User) -> None:
    """Keep one more user, or a new PIN for one; StoreError when the file cannot be written."""
    users = load_users(path).by_id | {user.id: user}
    words = json.dumps({"users": [asdict(each) for each in users.values()]}, indent=2, ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save(path, words + "\n")
        path.chmod(0o600)
    except OSError as error:
        raise StoreError(f"cannot write the file of users {path}: {error.strerror}") from None


def _key(pin: str, salt: bytes) -> str:
    return hashlib.scrypt(pin.encode(), salt=salt, **_SCRYPT).hex()
