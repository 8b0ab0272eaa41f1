"""Who is working? User tiles and a PIN pad. The run goes on meanwhile; STOP stays free."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter

from gui import theme
from gui.i18n import tr
from gui.painting import box, icon, text
from gui.sheets.sheet import Sheet, TextButton
from gui.theme import MEDIUM, SEMIBOLD
from gui.widgets.painted import Painted, Pressable
from gui.wording import plain

LONGEST = 8  #: digits a PIN may have
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "del", "0", "enter")


class UserTile(Pressable):
    """(user, chosen): initials, name, role, and in the demo the hint."""

    def _told(self) -> None:
        self.setAccessibleName(str(self.model[0].get("name")))

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        user, chosen = self.model
        fill = "accent_soft" if chosen or self.down else "raised"
        box(p, (0, 0, w, h), fill, "accent" if chosen else None, 8, 2)
        box(p, (20, h / 2 - 28, 56, 56), "accent" if chosen else "sunken", radius=28)
        top = 12.0 if user.get("hint") else 22.0
        initials = "".join(part[0] for part in str(user.get("name", "")).split("(")[0].replace(",", " ").split()[:2])
        text(p, (20, h / 2 - 28, 56, 56), initials, 20, SEMIBOLD, "on_accent" if chosen else "text", "centre")
        text(p, (92, top, w - 100, 28), str(user.get("name")), 18, MEDIUM, free=True)
        text(p, (92, top + 27, w - 100, 22), plain(str(user.get("role", ""))), 15, token="text2")
        if user.get("hint"):
            text(p, (92, top + 50, w - 100, 22), str(user["hint"]), 15, SEMIBOLD, "sim", free=True)
        self._focus_ring(p)


class Key(Pressable):
    """One key of the pad; the model is its sign."""

    def _told(self) -> None:
        self.setAccessibleName({"del": tr("Delete"), "enter": tr("Log in")}.get(self.model, self.model))

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        if self.model == "enter":
            box(p, (0, 0, w, h), "accent2" if self.down else "accent", radius=8)
            icon(p, w / 2 - 16, h / 2 - 16, "log-in", 32, "on_accent")
        else:
            box(p, (0, 0, w, h), "accent_soft" if self.down else "raised", radius=8)
            if self.model == "del":
                icon(p, w / 2 - 16, h / 2 - 16, "delete", 32)
            else:
                text(p, (0, 0, w, h), self.model, 32, align="centre")
        self._focus_ring(p)


class PinDots(Painted):
    """How many digits were entered; never which."""

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        count = max(4, min(LONGEST, int(self.model) + 1))
        part = min(50.0, w / count)
        for i in range(count):
            here = i == self.model
            box(p, (i * part, 0, part - 8, h), "raised", "accent" if here else "line2", 8, 2 if here else 1.2)
            if i < self.model:
                box(p, (i * part + (part - 8) / 2 - 6, h / 2 - 6, 12, 12), "text", radius=6)


class ThemeSwitch(Pressable):
    """Light or dark."""

    def _told(self) -> None:
        self.setAccessibleName(tr("Light or dark"))

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        box(p, (0, 0, w, h), None, "line2", 8, 1.2)
        dark = self.model == "dark"
        box(p, (w / 2 if dark else 4, 4, w / 2 - 4, h - 8), "accent_soft", radius=6)
        icon(p, w / 4 - 12, h / 2 - 12, "sun", 24)
        icon(p, w * 3 / 4 - 12, h / 2 - 12, "moon", 24)
        self._focus_ring(p)


class LoginSheet(Sheet):
    """`log_in(user, pin, answer)` sends; `done()` is called when the controller accepts."""

    wide, high = 900, 588

    def __init__(
        self,
        users: list[dict[str, str]],
        demo: bool,
        log_in: Callable[[str, str, Callable[[dict[str, Any]], None]], bool],
        done: Callable[[], None],
        switch_theme: Callable[[], None],
        close: Callable[[], None],
        log_out: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.users, self.demo = users[:8], demo
        self._log_in, self._done = log_in, done
        self.pin, self.message, self.waiting = "", "", False
        self.user: dict[str, str] | None = self.users[0] if self.users else None
        self.tiles = [UserTile(self) for _ in self.users]
        for tile, user in zip(self.tiles, self.users, strict=True):
            tile.clicked.connect(lambda user=user: self.choose(user))
        self.dots = PinDots(self)
        self.keys = [Key(self) for _ in KEYS]
        for key, sign in zip(self.keys, KEYS, strict=True):
            key.show_model(sign)
            key.clicked.connect(lambda sign=sign: self.type(sign))
        self.switch, self.close_button = ThemeSwitch(self), TextButton(self, tr("Not now"), "quiet", 16)
        self.switch.show_model(theme.name())
        self.switch.clicked.connect(switch_theme)
        self.close_button.clicked.connect(close)
        self.leave = TextButton(self, tr("Log out"), "quiet", 16)
        self.leave.setVisible(log_out is not None)
        if log_out is not None:
            self.leave.clicked.connect(log_out)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._show()

    def place(self, card: QRect) -> None:
        """Tiles left, pad right."""
        x, y = card.x(), card.y()
        for i, tile in enumerate(self.tiles):
            tile.setGeometry(x + 28 + i % 2 * 262, y + 96 + i // 2 * 104, 250, 96)
        self.dots.setGeometry(x + 576, y + 66, 296, 52)
        for i, key in enumerate(self.keys):
            key.setGeometry(x + 576 + i % 3 * 100, y + 134 + i // 3 * 96, 92, 88)
        self.switch.setGeometry(x + 28, y + card.height() - 84, 128, 64)
        self.close_button.setGeometry(x + 168, y + card.height() - 84, 160, 64)
        self.leave.setGeometry(x + 340, y + card.height() - 84, 160, 64)

    def dress(self, theme: str) -> None:
        """Show which theme is in use."""
        self.switch.show_model(theme)

    def choose(self, user: dict[str, str]) -> None:
        """Another user; what was typed is forgotten."""
        self.user, self.pin, self.message = user, "", ""
        self._show()

    def type(self, sign: str) -> None:
        """A key of the pad or the keyboard."""
        if sign == "enter":
            self._send()
        elif sign == "del":
            self.pin = self.pin[:-1]
        elif len(self.pin) < LONGEST:
            self.pin, self.message = self.pin + sign, ""
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, Backspace and Enter of a keyboard."""
        if event.text().isdigit():
            self.type(event.text())
        elif event.key() == Qt.Key.Key_Backspace:
            self.type("del")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.type("enter")
        else:
            event.ignore()

    def hear(self, message: dict[str, Any]) -> None:
        """The controller's answer: in, or every reason why not."""
        self.waiting = False
        if message.get("ok"):
            self._done()
            return
        self.message, self.pin = " ".join(str(each) for each in message.get("reasons") or []), ""
        self._show()

    def _send(self) -> None:
        if self.user is None or not self.pin or self.waiting:
            return
        self.waiting = self._log_in(str(self.user["id"]), self.pin, self.hear)
        if not self.waiting:
            self.message, self.pin = tr("No connection to the tool."), ""

    def _show(self) -> None:
        for tile, user in zip(self.tiles, self.users, strict=True):
            tile.show_model((user, user is self.user))
        self.dots.show_model(len(self.pin))
        self.update()

    def draw(self, p: QPainter, w: float, h: float) -> None:
        """Headings, message, and what the demo must say."""
        sub = tr("Choose your name, then type your PIN.")
        if not self.users:
            sub = tr("The controller knows no users yet. An engineer adds them at the controller.")
        text(p, (28, 18, 520, 36), tr("Who is working?"), 26, SEMIBOLD)
        text(p, (28, 56, 530, 24), sub, 15, token="text2")
        name = str(self.user["name"]) if self.user else ""
        text(p, (576, 22, 300, 32), tr("{name} · PIN", name=name), 18, MEDIUM, free=True)
        self._message(p, h)
        if self.demo:
            icon(p, 30, h - 126, "flask-conical", 24, "sim")
            words = tr("Simulator with demo users: each tile shows its PIN.")
            text(p, (62, h - 126, 480, 24), words, 15, MEDIUM, "sim")

    def _message(self, p: QPainter, h: float) -> None:
        said = tr("The controller checks it …") if self.waiting else self.message
        icon_space = 28.0 if said and not self.waiting else 0.0
        if icon_space:
            icon(p, 576, h - 62, "circle-alert", 22)
        text(
            p,
            (576 + icon_space, h - 72, 296 - icon_space, 44),
            said or tr("The run goes on while you log in."),
            15 if said else 14,
            MEDIUM if said else theme.REGULAR,
            "text" if said else "text2",
            wrap=True,
            free=bool(said),
        )
