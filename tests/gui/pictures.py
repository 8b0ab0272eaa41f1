"""Saves every screen, light and dark, as PNG: python tests/gui/pictures.py FOLDER."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication

from gui import theme
from gui.dress import dress
from gui.main_window import FAR_TICKS, MainWindow
from gui.sheets.abort import AbortSheet
from tests.gui import tool
from tests.gui.script_link import ScriptLink


def shown(picture: dict | None, page: str = "overview", *, user: bool = True) -> tuple[MainWindow, ScriptLink]:
    """A window in the state of a picture, a few ticks old."""
    link = ScriptLink()
    link.greet(picture, user=user)
    window = MainWindow(link, "127.0.0.1:4840")
    window.resize(1280, 800)
    window.show()
    window.timer.stop()
    if page != "overview":
        window.go(page)
    for _ in range(6):
        window.tick()
        QApplication.processEvents()
    window.timer.stop()  # it starts again with the first paint
    window.ticks = 0
    window.tick()
    QApplication.processEvents()
    return window, link


def with_sparks(window: MainWindow) -> None:
    """Two minutes of a little noise in the tiles."""
    kept = window.page("overview").sparks._kept
    for n, (tag, values) in enumerate(kept.items()):
        base = tool.NUMBERS[tag][0]
        values.extend(base * (1 + 0.004 * math.sin(i * (1.3 + n)) + 0.003 * math.sin(i * 3.7)) for i in range(60))
    window.tick()


def scenes() -> dict[str, MainWindow]:
    """Every screen by name."""
    bad = tool.idle(checks=tool.checks(chuck="26.8 °C, wants 20 to 25 °C", rest="1 alarm"))
    bad["allowed"] = bad["allowed"] | {"start": ["Chuck temperature is 26.8 °C.", "An alarm is not acknowledged."]}
    made = {
        "overview": shown(tool.running())[0],
        "overview_idle": shown(tool.idle())[0],
        "overview_alarm": shown(tool.running(alarms=tool.ALARMS))[0],
        "run_setup": shown(tool.idle(), "run")[0],
        "run_blocked": shown(bad, "run")[0],
        "run_progress": shown(tool.running(), "run")[0],
        "alarms": shown(tool.held(alarms=tool.ALARMS), "alarms")[0],
        "alarms_none": shown(tool.running(), "alarms")[0],
        "alarm_history": shown(tool.running(alarms=tool.ALARMS), "alarms")[0],
        "alarm_shelve": shown(tool.running(alarms=tool.ALARMS), "alarms")[0],
        "stopped": shown(tool.held())[0],
        "login": shown(tool.running(), user=False)[0],
        "far_view": shown(tool.running())[0],
        "far_view_alarm": shown(tool.running(alarms=tool.ALARMS))[0],
        "not_yet": shown(tool.running(), "trends")[0],
        "startup": shown(None)[0],
        "text_pad": shown(tool.idle(), "run")[0],
        "abort": shown(tool.running(), "run")[0],
        "reasons": shown(bad, "run")[0],
    }
    made["run_setup"].page("run").setup.mask_id = "R7-2231-A"
    made["run_setup"].tick()
    made["alarm_history"].page("alarms").show_tab("history")
    made["alarm_shelve"].page("alarms").choose("AL-01")
    made["alarm_shelve"].page("alarms").detail._shelve()
    made["login"].sheets.ask_who()
    made["login"].sheets.shown[-1].type("1")
    for name in ("far_view", "far_view_alarm"):
        made[name].idle_ticks = FAR_TICKS
        made[name].tick()
    made["text_pad"].page("run").setup.type_mask()
    made["abort"].open_sheet(AbortSheet(lambda: None, lambda: None))
    made["reasons"].page("run").setup._why()
    made["stopped"].tick()
    with_sparks(made["overview"])
    with_sparks(made["overview_alarm"])
    made["alarms"].sheets.stay()
    made["alarms"].tick()
    window, link = shown(tool.running())
    link.age, link.retry_s = 12.0, 3.0
    window.tick()
    made["no_connection"] = window
    verdict = {"verdict": "pass", "reasons": [], "energy_kwh": 0.21, "co2e_kg": 0.1, "plasma_on_s": 151, "run": "R-1"}
    done = tool.idle(unit={"state": "complete", "verdict": verdict, "run": tool.running()["unit"]["run"], "index": 13})
    done["unit"]["steps"] = [step | {"state": "done"} for step in tool.steps(14)]
    made["complete"] = shown(done)[0]
    made["gone_on"] = shown(tool.gone_on(), "run")[0]
    made["paused"] = shown(tool.running(unit={"state": "paused"}, allowed={"resume": []}))[0]
    window, link = shown(tool.waiting())
    link.inbox.append({"type": "update", "seq": 2, "time_s": tool.NOW_S + 3.0})
    window.tick()
    made["waits"] = window
    window, link = shown(tool.idle())
    window.strike()
    made["stop_sent"] = window
    window, link = shown(tool.idle())
    window.strike()
    link.inbox.append({"type": "done", "id": "stop-1", "verb": "hold"})
    for _ in range(6):
        window.tick()
    made["stop_taken"] = window
    window, link = shown(tool.running())
    window.strike()
    for _ in range(12):
        window.tick()
    made["stop_silent"] = window
    ending = tool.held(
        unit={"state": "aborting"}, allowed={"hold": ["hold is not possible while the unit is aborting"]}
    )
    window, link = shown(ending)
    window.strike()
    link.inbox.append({"type": "denied", "id": "stop-1", "verb": "hold", "reasons": ending["allowed"]["hold"]})
    window.tick()
    made["stop_refused"] = window
    il18 = "interlock IL-18 Gas needs an open path to the pump: isolation_valve_opened or (isolation_valve_closed and "
    il18 += "chamber_pressure_pa < 100) (chamber_pressure_pa is 1.011e+05, isolation_valve_closed is true, "
    il18 += "isolation_valve_opened is false) (reset needed)"
    il04 = "interlock IL-04 Safety chain open: chain_closed (chain_closed is false) (reset needed)"
    mfc = "o2_mfc does not answer: no reply within 0.20 s; Check that it is switched on, its cable and its address"
    blocked = tool.idle(allowed={"start": [il04, il18, mfc, il18.replace("18", "19")]}, checks=tool.checks(rest=il18))
    made["overview_blocked"] = shown(blocked)[0]
    made["setup_blocked"] = shown(blocked, "run")[0]
    window, _ = shown(tool.running(control="panel vm 5954"), "run")
    made["view_only"] = window
    made["statistics"] = shown(tool.running(alarms=tool.ALARMS), "alarms")[0]
    made["statistics"].page("alarms").show_tab("statistics")
    interlock = tool.held(
        unit={"reasons": ["IL-08 RF reflected power at its limit: reflected_power_w < 200 (reflected_power_w is 233)"]},
        tags={"wide_pressure_pa": [42350.0, tool.NOW_S, "GOOD"], "chamber_pressure_pa": [133.3, tool.NOW_S, "GOOD"]},
    )
    made["held_by_interlock"] = shown(interlock)[0]
    return made


def main(folder: str) -> None:
    """All of them, in both themes."""
    app = QApplication([])
    app.setStyle("Fusion")
    theme.load_fonts()
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in ("light", "dark"):
        dress(None, name)
        for scene, window in scenes().items():
            QApplication.processEvents()
            window.grab().save(str(Path(folder) / f"{scene}{'_dark' if name == 'dark' else ''}.png"))
            window.close()
            window.deleteLater()
        QApplication.processEvents()


if __name__ == "__main__":
    main(sys.argv[1])
