"""The report of a run: one HTML page without scripts that opens anywhere. Owns its words and order."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from controller.records import mask_page
from controller.records.chart import Line, chart

Rows = np.ndarray[Any, np.dtype[np.float64]]
#: title, unit, [(column, label, dashed)], logarithmic
CHARTS: list[tuple[str, str, list[tuple[str, str, bool]], bool]] = [
    ("Pressure", "Pa", [("chamber_pressure_pa", "chamber", False), ("wide_pressure_pa", "wide range", True)], True),
    (
        "RF power",
        "W",
        [
            ("load_power_w", "load", False),
            ("forward_power_w", "forward", True),
            ("reflected_power_w", "reflected", False),
        ],
        False,
    ),
    ("Gas flow", "sccm", [(f"{gas}_flow_sccm", gas.upper(), False) for gas in ("o2", "h2", "ar", "n2")], False),
    (
        "Temperature",
        "°C",
        [("mask_temperature_c", "mask", False), ("chuck_temperature_c", "chuck", True)],
        False,
    ),
    (
        "Throttle and self-bias",
        "% and V",
        [("throttle_pct", "throttle", False), ("dc_bias_v", "self-bias", True)],
        False,
    ),
    ("Endpoint signal, relative to its highest", "", [], False),
    (
        "Film on the mask (simulator's truth)",
        "nm",
        [("true.film_mean_nm", "mean", False), ("true.film_max_nm", "most", True)],
        False,
    ),
]
GAP_ROWS = 20  #: so many rows missing in a row are a gap [rows]: a second of scans; fewer are a late scan
STYLE = """
:root{--bg:#dfe3e7;--card:#eef1f3;--text:#182028;--text2:#44505c;--line:#c2c9d0;--s1:#1f6aa5;--s2:#0f8069;--s3:#7b6243;
--s4:#9a4e87}
@media(prefers-color-scheme:dark){:root{--bg:#181c21;--card:#22272d;--text:#e8ecef;--text2:#b4bdc6;--line:#383f47;
--s1:#6cb2ee;--s2:#4fc3a6;--s3:#cbb08b;--s4:#d693c2}}
body{background:var(--bg);color:var(--text);font:16px/1.35 Inter,system-ui,sans-serif;margin:24px auto;max-width:1060px;
padding:0 16px;font-variant-numeric:tabular-nums}
section{background:var(--card);border-radius:10px;padding:16px 20px;margin:12px 0}
h1{font-size:30px;margin:0}h2{font-size:18px;margin:0 0 8px;color:var(--text2)}
.verdict{font-size:34px;font-weight:600}.facts{display:flex;flex-wrap:wrap;gap:8px 40px}.facts div{min-width:130px}
.facts b{display:block;font-size:26px;font-weight:600}.facts span,.meta{color:var(--text2);font-size:14px}
table{border-collapse:collapse;width:100%;font-size:15px}th{text-align:left;color:var(--text2);font-weight:500}
td,th{padding:6px 10px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}td.n,th.n{text-align:right}
svg{width:100%;height:auto;display:block;margin:4px 0 10px}svg .title{fill:var(--text2);font-size:15px;font-weight:600}
svg .axis{fill:var(--text2);font-size:13px}svg .grid{stroke:var(--line)}
svg .mark{stroke:var(--line);stroke-dasharray:2 4}
svg polyline{fill:none;stroke-width:1.5}svg .s1{stroke:var(--s1)}svg .s2{stroke:var(--s2)}svg .s3{stroke:var(--s3)}
svg .s4{stroke:var(--s4)}
svg .s1t{fill:var(--s1)}svg .s2t{fill:var(--s2)}svg .s3t{fill:var(--s3)}svg .s4t{fill:var(--s4)}
svg text{font-size:13px}code{font-size:13px;word-break:break-all}
"""
WORDS = {"pass": "Pass", "fail": "Fail", "aborted": "Aborted"}


def report(
    head: dict[str, Any], columns: Sequence[str], rows: Rows, events: Sequence[tuple[float, str, str, str]]
) -> str:
    """The page for one run: verdict, facts, plots, steps, alarms, and what exactly ran."""
    summary = head["summary"]
    title = f"{head['recipe']} on {head['mask'] or 'no mask'}"
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="meta">{escape(_when(head, columns))} · run {escape(head["id"])} · '
        f"{escape(head['machine'])} · {escape(head['user'])}</p>",
        _verdict(summary),
        _section("Trace", _missing(summary) + "\n".join(_charts(list(columns), rows, summary.get("steps", [])))),
        *([_section("Mask (simulator's truth)", mask_page.section(told))] if (told := summary.get("outcome")) else []),
        _section("Steps", _steps(summary.get("steps", []))),
        _section("Alarms", _alarms(summary.get("alarms", []))),
        _section("Events", _events(events)),
        _section("What ran", _identity(summary)),
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style>{''.join(body)}</html>\n"
    )


def _when(head: dict[str, Any], columns: Sequence[str]) -> str:
    """The date of a run; a simulated one has none: its clock begins at the same hour each time."""
    if any(column.startswith("true.") for column in columns):
        return "simulated, in virtual time"
    return f"{head['started_utc'][:19].replace('T', ' ')} UTC"


def leak_words(found: dict[str, Any]) -> str:
    """A leak check in words; where leak and outgassing are not told apart, the leak is an upper bound."""
    rise = f"rise of {found['rate_pa_min']:.2g} Pa/min"
    if not found.get("told_apart", True):
        return f"{rise}, leak and outgassing not told apart: leak at most {found['leak_most_pa_min']:.2g} Pa/min"
    return f"{rise}, of it leak {found['leak_pa_min']:.2g}, outgassing {found['outgassing_pa_min']:.2g} Pa/min"


def missing(summary: dict[str, Any]) -> list[str]:
    """What a slow disk has cost of the record of a run, in sentences; empty when all is there."""
    dropped = summary.get("dropped_blocks", 0)
    lines = []
    if dropped:
        what = f"{dropped} blocks of the trace were" if dropped > 1 else "1 block of the trace was"
        lines.append(f"Data are missing: the disk was too slow, and {what} not recorded.")
    if not summary.get("flight_complete", True):
        lines.append("The flight record is not complete: this run cannot be replayed to its end.")
    return lines


def spoken(summary: dict[str, Any]) -> list[str]:
    """The verdict of a run in a few lines, for a terminal."""
    lines = [f"Verdict: {WORDS.get(summary.get('verdict', ''), 'none').upper()}"]
    lines += [f"  because  {reason}" for reason in summary.get("reasons", [])]
    if summary.get("film_before_nm") is not None:
        lines.append(f"  film     {summary['film_before_nm']:.2f} nm before, {summary['film_after_nm']:.2f} nm after")
    if told := summary.get("outcome"):
        lines.append(f"  mask     {mask_page.spoken(told)}")
    lines.append(f"  time     {_clock(summary['simulated_s'])}, of it {_clock(summary['plasma_on_s'])} with plasma")
    if strikes := summary.get("strikes"):
        lines.append(
            f"  plasma   {strikes} strike{'s' * (strikes > 1)}, {summary['lost_plasma_s']:.1f} s dark while asked for"
        )
    if (leak := summary.get("leak_check")) is not None:
        lines.append(f"  leak     {leak_words(leak)}")
    lines.append(f"  energy   about {summary['energy_kwh']:.3f} kWh, {summary['co2e_kg']:.3f} kg CO2e (estimate)")
    names = ", ".join(f"{alarm['id']} {alarm['name']}" for alarm in summary.get("alarms", []))
    lines.append(f"  alarms   {names or 'none'}")
    return lines + [f"  record   {line}" for line in missing(summary)]


def _verdict(summary: dict[str, Any]) -> str:
    reasons = "".join(f"<li>{escape(str(reason))}</li>" for reason in summary.get("reasons", []))
    word = WORDS.get(summary.get("verdict", ""), "No verdict")
    facts = [(value, name) for name, value in _facts(summary) if value]
    shown = "".join(f"<div><b>{escape(value)}</b><span>{escape(name)}</span></div>" for value, name in facts)
    return (
        f'<section><div class="verdict">{word}</div>{f"<ul>{reasons}</ul>" if reasons else ""}'
        f'<div class="facts">{shown}</div></section>'
    )


def _facts(summary: dict[str, Any]) -> list[tuple[str, str]]:
    def has(key: str, form: str) -> str:
        value = summary.get(key)
        return "" if value is None else form.format(value)

    return [
        ("run time", _clock(summary.get("simulated_s"))),
        ("plasma-on time", _clock(summary.get("plasma_on_s"))),
        ("film before", has("film_before_nm", "{:.2f} nm")),
        ("film after", has("film_after_nm", "{:.2f} nm")),
        ("strikes", has("strikes", "{}")),
        ("RF asked for without plasma", has("lost_plasma_s", "{:.1f} s")),
        ("energy, an estimate", has("energy_kwh", "{:.3f} kWh")),
        ("CO₂e of the electricity", has("co2e_kg", "{:.3f} kg")),
        ("alarms", str(len(summary.get("alarms", [])))),
    ]


def _missing(summary: dict[str, Any]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in missing(summary))


def _charts(columns: list[str], rows: Rows, steps: list[dict[str, Any]]) -> list[str]:
    if not len(rows):
        return ["<p>No trace was recorded.</p>"]
    where = {name: number for number, name in enumerate(columns)}
    rows = _with_gaps(rows)
    time_s = rows[:, 0]
    marks = [step["start_s"] for step in steps][1:]
    drawn = []
    for title, unit, lines, log in CHARTS:
        wanted = lines or [(name, _endpoint_label(name), False) for name in columns if name.endswith("_signal")]
        shown = [Line(label, rows[:, where[name]], dashed) for name, label, dashed in wanted if name in where]
        drawn.append(chart(title, unit, time_s, shown, marks, log))
    return [svg for svg in drawn if svg]


def _with_gaps(rows: Rows) -> Rows:
    """The trace with rows of NaN where a stretch was not recorded: no curve may be drawn across it."""
    if len(rows) < 3:
        return rows
    apart = np.diff(rows[:, 0])
    usual = float(np.median(apart))
    lack = np.where(apart > GAP_ROWS * usual, np.round(apart / usual) - 1, 0).astype(int)
    before = np.repeat(np.arange(1, len(rows)), lack)
    blank = np.full((len(before), rows.shape[1]), np.nan)
    for n in np.flatnonzero(lack):
        blank[before == n + 1, 0] = rows[n, 0] + usual * np.arange(1, lack[n] + 1)
    return np.insert(rows, before, blank, axis=0)


def _endpoint_label(column: str) -> str:
    return column.removeprefix("endpoint_").removesuffix("_signal").upper()


def _steps(steps: list[dict[str, Any]]) -> str:
    rows = "".join(
        f"<tr><td>{escape(step['name'])}</td><td>{escape(step.get('group', ''))}</td>"
        f'<td class="n">{_clock(step["start_s"])}</td><td class="n">{_lasted(step)}</td>'
        f"<td>{escape(step.get('ended_by') or 'not ended')}</td></tr>"
        for step in steps
    )
    return (
        '<table><tr><th>Step</th><th>Part of</th><th class="n">Began</th><th class="n">Took</th><th>Ended by</th></tr>'
        f"{rows}</table>"
    )


def _lasted(step: dict[str, Any]) -> str:
    return "" if step.get("end_s") is None else _clock(step["end_s"] - step["start_s"])


def _alarms(alarms: list[dict[str, Any]]) -> str:
    if not alarms:
        return "<p>None.</p>"
    rows = "".join(
        f'<tr><td class="n">{_clock(alarm["time_s"])}</td><td>{alarm["priority"]}</td><td>{escape(alarm["id"])}</td>'
        f"<td>{escape(alarm['name'])}{' (first out)' if alarm.get('first_out') else ''}</td>"
        f"<td>{escape(alarm['text'])}</td></tr>"
        for alarm in alarms
    )
    return f'<table><tr><th class="n">At</th><th>Priority</th><th>Id</th><th>Alarm</th><th>Why</th></tr>{rows}</table>'


def _events(events: Sequence[tuple[float, str, str, str]]) -> str:
    rows = "".join(
        f'<tr><td class="n">{time_s:.2f}</td><td>{escape(kind)}</td><td>{escape(subject)}</td>'
        f"<td>{escape(text)}</td></tr>"
        for time_s, kind, subject, text in events
        if kind != "step"
    )
    return (
        "<details><summary>all of them</summary><table>"
        f'<tr><th class="n">s</th><th>Kind</th><th>About</th><th>Text</th></tr>{rows}</table></details>'
    )


def _identity(summary: dict[str, Any]) -> str:
    recipe = summary.get("recipe") or {}
    lines = [
        ("Recipe", f"{recipe.get('name', '')} version {recipe.get('version', '')}, SHA-256 {recipe.get('sha256', '')}"),
        ("Software", f"MaskGlow {summary.get('version', '')}"),
        ("Tool", f"{summary.get('machine', '')}, tool {summary.get('tool', '')}, seed {summary.get('seed', '')}"),
        ("Scans", str(summary.get("scans", ""))),
    ]
    if (leak := summary.get("leak_check")) is not None:
        lines.append(("Leak check", leak_words(leak)))
    if basis := summary.get("energy_rests_on"):
        lines.append(("Energy is an estimate", basis))
    return "".join(f"<p>{escape(name)}: <code>{escape(text)}</code></p>" for name, text in lines)


def _section(title: str, inner: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{inner}</section>"


def _clock(seconds: float | None) -> str:
    return "" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
