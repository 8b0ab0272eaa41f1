"""Set up a run: mask, recipe, checks, then hold to start. What the controller does not allow, it says why."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from gui.conditions import reason
from gui.feed import Feed
from gui.i18n import tr
from gui.pages.page import Shell
from gui.pages.run_cards import ChecksCard, SummaryCard, draw_last_run, draw_recipe
from gui.painting import box, icon, text
from gui.sheets.text_pad import TextPadSheet
from gui.theme import SEMIBOLD
from gui.widgets.hold_button import Hold, HoldButton
from gui.widgets.painted import Painted, Pressable
from gui.widgets.rows import Rows
from gui.wording import DASH, clock_of, date_of, minutes, plain

RUNS_TICKS = 50  #: the list of last runs is asked for every five seconds
RUNS = 20


class Column(Painted):
    """(number, title, caption, empty words): a card with its place in the order of work."""

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        n, title, caption, empty = self.model
        box(p, (0, 0, w, h))
        box(p, (17, 15, 30, 30), "text", radius=15)
        text(p, (17, 15, 30, 30), str(n), 16, SEMIBOLD, "card", "centre")
        text(p, (58, 14, w - 70, 32), title, 18, SEMIBOLD)
        text(p, (16, 134, w - 32, 22), caption, 14, SEMIBOLD, "text2")
        text(p, (16, 166, w - 32, 24), empty, 15, token="text2")


class MaskField(Pressable):
    """The mask's name, or what to do to give it; a tap opens the pad, and so does the first sign from a scanner."""

    typed = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A sign that can be part of a name begins a new one."""
        sign = event.text()
        if sign.strip() and sign.isprintable():
            self.typed.emit(sign)
        else:
            super().keyPressEvent(event)

    def _told(self) -> None:
        self.setAccessibleName(tr("Mask"))
        self.setAccessibleDescription(str(self.model))

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        box(p, (0, 0, w, h), "accent_soft" if self.down else "raised", "line2", 8, 1.2)
        icon(p, 16, h / 2 - 14, "scan-barcode", 28, "text2")
        if self.model:
            text(p, (58, 0, w - 66, h), str(self.model), 20, SEMIBOLD, ids=True, free=True)
        else:
            text(p, (58, 0, w - 66, h), tr("Scan, or tap to type"), 16, token="text2")
        self._focus_ring(p)


class RunSetup(QWidget):
    """Three columns, left to right in the order of work."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.mask_id, self.file = "", ""
        self._runs: tuple[Any, Any] | None = None  #: the run now and the last one that ended, as last seen
        self.columns = [Column(self) for _ in range(3)]
        self.field = MaskField(self)
        self.field.clicked.connect(lambda: self.type_mask(self.mask_id))
        self.field.typed.connect(self.type_mask)
        self.runs = Rows(self, 68, draw_last_run, gap=4)
        self.runs.chosen.connect(self._mask_of_run)
        self.recipes = Rows(self, 88, draw_recipe, gap=8)
        self.recipes.chosen.connect(self._choose)
        self.summary, self.checks = SummaryCard(self), ChecksCard(self)
        self.start = HoldButton(self)
        self.start.confirmed.connect(self._start)
        self.start.clicked.connect(self._why)
        self.feed = Feed(shell.verbs, "runs", RUNS_TICKS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two flexible columns and one of 404."""
        w, h = self.width(), self.height()
        part = (w - 404 - 4 * 12) // 2
        for i, (x, wide) in enumerate(((12, part), (24 + part, part), (36 + 2 * part, 404))):
            self.columns[i].setGeometry(x, 12, wide, h - 24)
        self.field.setGeometry(26, 66, part - 28, 64)
        self.runs.setGeometry(22, 170, part - 20, h - 192)
        self.recipes.setGeometry(24 + part + 10, 66, part - 20, h - 88)
        x = 36 + 2 * part + 14
        self.summary.setGeometry(x, 66, 376, 96)
        self.checks.setGeometry(x, 168, 376, h - 168 - 130)
        self.start.setGeometry(x, h - 120, 376, 94)

    def follow(self) -> None:
        """Once a run has begun or ended, on whichever screen, the next mask is another one: its name is asked anew."""
        store = self.shell.store
        if store.link_old:
            return
        runs = ((store.unit.get("run") or {}).get("id"), (store.unit.get("verdict") or {}).get("run"))
        if self._runs is not None and runs != self._runs:
            self.mask_id = ""
        self._runs = runs

    def showEvent(self, event: QShowEvent) -> None:
        """A scanner types into the mask, without a touch before."""
        self.field.setFocus()

    def refresh(self) -> None:
        """The picture of this moment."""
        self.follow()
        self.feed.tick(limit=RUNS)
        self.columns[0].show_model((1, tr("Mask"), tr("Last runs"), "" if self._listed_runs() else tr("No runs yet.")))
        self.columns[1].show_model((2, tr("Recipe"), "", ""))
        self.columns[2].show_model((3, tr("Check and start"), "", ""))
        self.field.show_model(self.mask_id)
        rows = self._run_rows()
        self.runs.show_rows(rows)
        self.runs.setVisible(bool(rows))
        listed = self.shell.store.description.get("recipes") or []
        if not self.file and listed:
            self.file = str(listed[0]["file"])
        self.recipes.show_rows([_recipe_row(each) for each in listed], self.file)
        self._summary()
        self.checks.show_model(
            tuple(_check_row(each, self.shell.store.units) for each in self.shell.store.picture.get("checks") or [])
        )
        why = self.reasons()
        more = tr("{first} Tap to see {n} more.", first=why[0], n=len(why) - 1) if len(why) > 1 else ""
        blocked = more or "".join(why)
        self.start.show_model(
            Hold(tr("Hold to start"), tr("keep pressing 1.5 s"), "play", blocked, tr("Cannot start yet"))
        )

    @property
    def recipe(self) -> dict[str, Any]:
        """The chosen recipe as the library lists it."""
        listed = self.shell.store.description.get("recipes") or []
        return next((each for each in listed if each.get("file") == self.file), {})

    def reasons(self) -> list[str]:
        """Every reason why this run cannot start, this side's first."""
        ours = [] if self.recipe else [tr("Choose a recipe.")]
        if self.needs_mask and not self.mask_id:
            ours.append(tr("Scan or type the mask."))
        return ours + self.shell.verbs.reasons("start")

    @property
    def needs_mask(self) -> bool:
        """Procedures (season, vent, …) run without a mask."""
        return bool(self.recipe.get("kind", "recipe") != "procedure")

    def type_mask(self, start: str = "") -> None:
        """Open the pad for the mask's name; ``start``: what stands in it."""
        sheet = TextPadSheet(
            tr("Which mask?"),
            tr("Scan it, or type its name."),
            start,
            lambda words: self._take_mask(sheet, words),
            lambda: self.shell.close_sheet(sheet),
        )
        self.shell.open_sheet(sheet)

    def _take_mask(self, sheet: TextPadSheet, words: str) -> None:
        self.mask_id = words
        self.shell.close_sheet(sheet)
        self.refresh()

    def _mask_of_run(self, key: object) -> None:
        found = next((run for run in self._listed_runs() if run.get("id") == key), {})
        self.mask_id = str(found.get("mask") or self.mask_id)
        self.refresh()

    def _choose(self, file: object) -> None:
        self.file = str(file)
        self.refresh()

    def _start(self) -> None:
        if self.reasons():
            self._why()
        else:
            self.shell.verbs.do("start", recipe=self.file, mask=self.mask_id)

    def _why(self) -> None:
        self.shell.show_reasons(tr("Cannot start yet"), self.reasons())

    def _listed_runs(self) -> list[dict[str, Any]]:
        return self.feed.data if isinstance(self.feed.data, list) else []

    def _run_rows(self) -> list[tuple[Any, ...]]:
        return [
            (
                run.get("id"),
                str(run.get("mask") or tr("no mask")),
                f"{plain(str(run.get('recipe', '')))} · {date_of(run.get('started_utc'))}",
                str(run.get("verdict") or ""),
            )
            for run in self._listed_runs()
        ]

    def _summary(self) -> None:
        recipe = self.recipe
        expected = float(recipe.get("expected_s") or 0.0)
        until = clock_of(self.shell.store.picture.get("utc"), expected, seconds=False)
        mask = self.mask_id or (tr("no mask needed") if recipe and not self.needs_mask else tr("no mask yet"))
        name = f"{plain(str(recipe['name']))}  v{recipe.get('version', '')}" if recipe else DASH
        sub = str(recipe.get("sha256", ""))[:12]
        self.summary.show_model(
            (mask, name, tr("file {hash}", hash=sub) if sub else "", minutes(expected or None), until)
        )


def _recipe_row(recipe: dict[str, Any]) -> tuple[Any, ...]:
    profile = tuple(float(each or 0.0) for each in recipe.get("profile") or ())
    kind = str(recipe.get("status", "")) if recipe.get("kind") != "procedure" else tr("procedure")
    sub = f"v{recipe.get('version', '')} · {minutes(recipe.get('expected_s'))} · {kind}"
    return recipe["file"], plain(str(recipe["name"])), sub, profile


def _check_row(check: dict[str, Any], units: dict[str, str]) -> tuple[str, bool, str]:
    ok = bool(check.get("ok"))
    said = (
        str(check.get("value") or "")
        if ok
        else str(check.get("value") or reason(str(check.get("reason") or ""), units))
    )
    return str(check.get("name", "")), ok, said
