"""A run under way: every step planned and actual, and what was asked against what was measured."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.conditions import reason
from gui.feed import Feed
from gui.i18n import tr
from gui.pages.page import Shell
from gui.painting import box, fitted, icon, line, text
from gui.theme import MEDIUM, REGULAR, SEMIBOLD
from gui.widgets.hero import Hero, glance, running
from gui.widgets.painted import Painted
from gui.widgets.plot_card import PlotCard
from gui.widgets.rows import Rows
from gui.widgets.step_bar import SIGNS
from gui.widgets.step_words import Steps, again, groups_of, label_of, mark_of, now_of, plan_s, spent_s, state_of
from gui.wording import DASH, minutes, small, step_name

TREND_TICKS = 10  #: the four plots are drawn once a second
TREND_POINTS = 500
ENDED = ("complete", "stopped", "aborted")
LONGEST_WHY = 40  #: letters of a reason that fit the last column in two lines
ROW_HIGH = 44  #: nine rows fit without scrolling [u]
#: tag measured, tag asked (or none), name at the plot, and how high its scale is at least
PANES = (
    ("chamber_pressure_pa", "", "Pressure Pa", 0.0),
    ("load_power_w", "load_power_w_asked", "RF load W", 100.0),
    ("total_flow_sccm", "", "Gas sccm", 50.0),
    ("mask_temperature_c", "", "Mask °C", 40.0),
)


class TableHead(Painted):
    """The words over the columns."""

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        box(p, (0, 0, w, h))
        for words, x, wide, align in columns(w):
            if words:
                text(p, (x, 8, wide, 28), words, 15, MEDIUM, "text2", align)


def columns(w: float) -> tuple[tuple[str, float, float, str], ...]:
    """Head, place, width and side of each column."""
    return (
        ("", 12.0, 36.0, "centre"),
        (tr("Step"), 56.0, 150.0, "left"),
        (tr("Plan"), 206.0, 52.0, "right"),
        (tr("Actual"), 270.0, 62.0, "right"),
        (tr("Ended by"), 352.0, w - 362.0, "left"),
    )


def draw_step(p: QPainter, w: float, h: float, row: tuple[Any, ...], chosen: bool) -> None:
    """(place, state, name, plan, actual, ended by), of `step_rows`."""
    n, state, name, plan, actual, ended = row
    now = state == "now"
    if now:
        box(p, (6, 1, w - 12, h - 2), "accent_soft", "accent", 8, 2)
    else:
        line(p, 12, h - 0.5, w - 12, h - 0.5)
    _, (_, x1, w1, _), (_, x2, w2, _), (_, x3, w3, _), (_, x4, w4, _) = columns(w)
    if state == "next":
        text(p, (12, 0, 36, h), str(n + 1), 15, MEDIUM, "text2", "centre")
    else:
        sign, shade = ("play", "accent") if now else (SIGNS[state], "ok" if state == "done" else "text")
        icon(p, 18, h / 2 - 12, sign, 24, shade)
    ink = "text" if state != "next" else "text2"
    text(p, (x1, 0, w1, h), name, 16, MEDIUM if state != "next" else REGULAR, ink, free=True)
    text(p, (x2, 0, w2, h), plan, 15, token="text2", align="right")
    text(p, (x3, 0, w3, h), actual, 16, SEMIBOLD, "value", "right")
    fitted(p, (x4, 0, w4, h), ended, (14, 13), token="text2")


def step_rows(steps: Steps, run_s: float | None, *, over: bool = False) -> list[tuple[Any, ...]]:
    """One row a step or called procedure; ``run_s``: the run's clock, ``over``: the run has ended.

    Plan and actual are times of the same steps: what they usually take, and what was spent in them, holds left out.
    """
    groups = groups_of(steps)
    here = now_of(groups)[0]
    return [_row(n, group, run_s, over=over, back=n > here and not over) for n, group in enumerate(groups)]


def _row(n: int, group: Steps, run_s: float | None, *, over: bool, back: bool) -> tuple[Any, ...]:
    state, plan, spent = state_of(group), plan_s(group), spent_s(group, run_s)
    actual = minutes(spent) if spent is not None and state != "next" else ""
    ended = _ended(group, state, over=over, back=back)
    if again(group) and state != "cut":
        ended = tr("{ended} · again", ended=ended) if ended else tr("again")
    return n, state, label_of(group), minutes(plan) if plan else DASH, actual, ended


def _ended(group: Steps, state: str, *, over: bool, back: bool) -> str:
    """What ended it, what it goes on until, or that it was not run."""
    if state == "next":
        return tr("not run") if over else ""
    if state == "now":
        inner = next((step for step in group if step.get("state") == "now"), group[-1])
        until = small(reason(str(inner.get("ends_by") or ""), {}))
        if len(group) > 1:
            return tr("{step} now", step=step_name(inner))
        return tr("until {end}", end=until) if until else ""
    last = next((step for step in group if mark_of(step) == state), group[-1])
    why = str(last.get("ended_by") or "")
    if state == "cut":
        by = _short(reason(why.removeprefix("held: "), {}))
        return tr("interrupted, comes again") if back else tr("interrupted: {why}", why=small(by))
    if state == "early":
        return tr("ended early: {who}", who=why)
    return reason(why, {})


def _short(why: str) -> str:
    """The heading of a long reason; the whole one stands in the hero and in the record."""
    return why if len(why) <= LONGEST_WHY else why.partition(": ")[0][:LONGEST_WHY]


class RunProgress(QWidget):
    """Hero, table, four plots."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.hero, self.head = Hero(self), TableHead(self)
        self.table = Rows(self, ROW_HIGH, draw_step, choose=False)
        self.plots = PlotCard(self, len(PANES))
        self.feed = Feed(shell.verbs, "run_trend", TREND_TICKS)
        self._drawn: tuple[Any, bool] = (None, False)  #: what the plots show, and whether the link was old then

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Table left, plots right."""
        w, h = self.width(), self.height()
        self.hero.setGeometry(12, 12, w - 24, 148)
        wide = 560 if w < 1400 else 640
        self.head.setGeometry(12, 172, wide, h - 184)
        self.table.setGeometry(12, 172 + 42, wide, h - 184 - 50)
        self.plots.setGeometry(12 + wide + 12, 172, w - wide - 36, h - 184)

    def refresh(self) -> None:
        """The picture of this moment."""
        unit = self.shell.store.unit
        self.hero.show_model(glance(self.shell.store))
        self.head.show_model("head")
        run = unit.get("run") or {}
        run_s = self.run_s(run)
        rows = step_rows(unit.get("steps") or [], run_s, over=self.shell.store.state in ENDED)
        if rows != self.table.rows:
            self.table.show_rows(rows)
            here = next((row[0] for row in rows if row[1] == "now"), 0)
            self.table.ensureVisible(0, here * ROW_HIGH + ROW_HIGH // 2, 0, 2 * ROW_HIGH)
        tags = [tag for measured, asked, _, _ in PANES for tag in (measured, asked) if tag]
        if run:
            self.feed.tick(tags=tags, points=TREND_POINTS)
        self.plots.show_model((tr("Asked against measured"), "", tr("The plots begin with the run.")))
        fresh = (self.feed.data, self.shell.store.link_old)
        if isinstance(self.feed.data, dict) and (fresh[0] is not self._drawn[0] or fresh[1] != self._drawn[1]):
            self._drawn = fresh
            self._draw(self.feed.data, live=run_s is not None and not fresh[1])

    def run_s(self, run: dict[str, Any]) -> float | None:
        """The run's clock at the last word of the controller; None when no run is under way."""
        started = run.get("started_s")
        return self.shell.store.time_s - float(started) if started is not None and running(self.shell.store) else None

    def _draw(self, data: dict[str, Any], *, live: bool) -> None:
        from gui.widgets.plots import Curve, Picture

        times = tuple(data.get("time_s") or ())
        values: dict[str, Any] = data.get("values") or {}
        steps = self.shell.store.unit.get("steps") or []
        marks = tuple(float(group[0]["start_s"]) for group in groups_of(steps) if group[0].get("start_s"))
        planned = sum(float(step.get("expected_s") or 0.0) for step in steps)
        end = max(times[-1] if times else 0.0, planned, 60.0) * 1.02
        pictures = []
        for tag, asked, name, least in PANES:
            curves = [Curve(times, tuple(values.get(asked) or ()), "s4", dashed=True)] if asked else []
            curves.append(Curve(times, tuple(values.get(tag) or ()), "s1"))
            log = tag == "chamber_pressure_pa"
            limits = (1e-3, 300.0) if log else None
            now = times[-1] if times and live else None
            pictures.append(
                Picture(tuple(curves), (0.0, end), limits, now, marks=marks, log=log, least=least, name=tr(name))
            )
        self.plots.show_pictures(pictures)
