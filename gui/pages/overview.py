"""Overview: the run, the tool, the end point and six values. Nothing here acts on the tool but the commands."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from gui.feed import Feed
from gui.i18n import tr
from gui.pages.offer import Offer
from gui.pages.overview_models import EXPECTED_PART, TILES, Sparks, lines_for, normalised, plasma_step, tile_of
from gui.pages.page import Page, Shell
from gui.widgets.command_button import Command
from gui.widgets.hero import Hero, glance, running
from gui.widgets.plot_card import PlotCard
from gui.widgets.synoptic import Synoptic
from gui.widgets.tool_model import tool_of
from gui.widgets.value_tile import ValueTile
from gui.wording import clock_of

TRACE_TICKS = 5  #: the trace is drawn twice a second at most
TRACE_POINTS = 800


class OverviewPage(Page):
    """Hero over synoptic, trace and tiles."""

    title = "Overview"

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.hero, self.synoptic = Hero(self), Synoptic(self)
        self.trace = PlotCard(self)
        self.tiles = [ValueTile(self) for _ in TILES]
        self.sparks = Sparks()
        self.feed = Feed(self.verbs, "run_trend", TRACE_TICKS)
        self._lines = lines_for(self.store)
        self._drawn: tuple[object, ...] = (None, False, None)  #: answer, link old, step: what the trace shows
        self._lay_out()

    def _lay_out(self) -> None:
        tiles = QGridLayout()
        tiles.setSpacing(8)
        for i, tile in enumerate(self.tiles):
            tile.setMinimumSize(190, 74)
            tile.setFixedHeight(74)
            tiles.addWidget(tile, i // 2, i % 2)
            tile.clicked.connect(lambda label=TILES[i].label: self._tapped(tr(label)))
        right = QVBoxLayout()
        right.setSpacing(12)
        self.trace.setMinimumHeight(206)
        right.addWidget(self.trace, 1)
        right.addLayout(tiles)
        lower = QHBoxLayout()
        lower.setSpacing(12)
        lower.addWidget(self.synoptic, 1)
        lower.addLayout(right)
        self._right = right
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 12, 12, 12)
        whole.setSpacing(12)
        self.hero.setFixedHeight(148)
        whole.addWidget(self.hero)
        whole.addLayout(lower, 1)

    def _tapped(self, label: str) -> None:
        instead = tr("A value has no page of its own yet. Its curve is in the run's report.")
        self.shell.show_reasons(tr("Not yet: {what}", what=label), [instead])

    def resizeEvent(self, event: object) -> None:
        """The right column grows once on wide screens."""
        self.trace.setFixedWidth(460 if self.width() > 1200 else 404)

    def refresh(self) -> None:
        """Everything; each widget repaints only what is another than before."""
        store = self.store
        self.hero.show_model(glance(store))
        old = clock_of(store.picture.get("utc")) if store.link_old else ""
        self.synoptic.show_model(tool_of(store, self.shell.lit, old))
        self.sparks.tick(store)
        for widget, spec in zip(self.tiles, TILES, strict=True):
            widget.show_model(tile_of(store, spec, self.sparks, self.shell.lit))
        self._trace()

    def _trace(self) -> None:
        empty, what = tr("The trace begins with the plasma."), tr("this step, normalised")
        steps, index = self.store.unit.get("steps") or [], self.store.index
        step = plasma_step(steps, index if index >= 0 else len(steps))
        run = (self.store.unit.get("run") or {}).get("id")
        if step is None or run is None:
            self.trace.show_model((tr("End-point trace"), "", empty))
            self.trace.show_pictures([])
            self._drawn = (None, False, None)
            return
        if running(self.store) and step.get("state") == "now":
            self._lines = lines_for(self.store)
        tags = [tag for tag, _ in self._lines]
        self.feed.tick(tags=tags, points=TRACE_POINTS)
        self.trace.show_model((tr("End-point trace"), what, empty))
        fresh = (self.feed.data, self.store.link_old, step["start_s"])
        if isinstance(self.feed.data, dict) and (fresh[0] is not self._drawn[0] or fresh[1:] != self._drawn[1:]):
            self._drawn = fresh
            self._draw(self.feed.data, step)

    def _draw(self, data: dict[str, object], step: dict[str, object]) -> None:
        from gui.widgets.plots import Curve, Picture

        start, usual = float(str(step["start_s"])), float(str(step.get("expected_s") or 0.0))
        end = float(str(step["end_s"])) if step.get("end_s") is not None else float("inf")
        curves = []
        for token, (tag, name) in zip(("s1", "s2"), self._lines, strict=False):
            times, values = normalised(data, tag, start, end)
            curves.append(Curve(tuple(times), tuple(values), token, name))
        reached = max((curve.time_s[-1] for curve in curves if len(curve.time_s)), default=0.0)
        now = reached if step.get("state") == "now" and not self.store.link_old else None
        band = (usual * (1 - EXPECTED_PART), usual * (1 + EXPECTED_PART)) if usual > 0 else None
        span = max(reached * 1.05, usual * 1.35, 30.0)
        texts = ((band[0], 1.08, tr("expected")),) if band and (now is None or now < band[0]) else ()
        self.trace.show_pictures([Picture(tuple(curves), (0.0, span), (0.0, 1.16), now, band, texts=texts)])

    def offers(self) -> list[Offer]:
        """Run verbs, or the way to start one."""
        found = self.run_offers()
        if running(self.store):
            words = Command(tr("Run details"), "list-checks")
            found.append(Offer(words, lambda: self.shell.go("run"), gap=bool(found)))
        elif self.store.state in ("idle", ""):
            found.append(Offer(Command(tr("Start a run"), "play"), lambda: self.shell.go("run")))
        wipe = tr("The screen cannot lock its touch for cleaning yet. Wipe it while the panel is switched off.")
        spare = [self.buzzer_offer(), self.not_yet(tr("Wipe screen"), "monitor", wipe)]
        return found + self.control_offer() + spare
