"""The plain parts of the plots: thinning, ranges, ticks, and names that stay apart and inside."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from gui.widgets import plots
from gui.widgets.plots import Curve, Picture, Plot


def test_thinning_keeps_peaks_order_and_gaps() -> None:
    times = np.arange(10_000.0)
    values = np.sin(times / 300)
    values[5_000] = 9.0
    values[7_000:8_000] = np.nan
    thin_t, thin_v = plots.thin(times, values, 400)
    assert len(thin_t) <= 402
    assert np.nanmax(thin_v) == 9.0
    assert (np.diff(thin_t) > 0).all()
    assert np.isnan(thin_v[(thin_t >= 7_000) & (thin_t < 8_000)]).all()
    assert plots.thin(times[:100], values[:100], 400)[0].size == 100


@pytest.mark.parametrize("wanted", [[1.0, 1.0], [0.0, 0.0, 0.0], [0.2, 0.5, 1.15], [], [1.16, 1.16]])
def test_names_stay_apart_and_inside(wanted: list[float]) -> None:
    places = plots.spread(wanted, 0.0, 1.16, 0.15)
    assert len(places) == len(wanted)
    assert all(each <= 1.16 - 0.075 + 1e-9 for each in places)
    assert all(b - a >= 0.15 - 1e-9 for a, b in itertools.pairwise(places))


def test_noise_about_zero_stays_small_and_nothing_has_a_scale() -> None:
    noise = Picture((Curve((0.0, 1.0), (0.1, -0.1)),), (0.0, 1.0), least=50.0)
    assert plots._y_range(noise)[0] == 0.0 and plots._y_range(noise)[1] >= 50.0
    assert plots._y_range(Picture((), (0.0, 1.0))) == (0.0, 1.0)
    assert plots._y_range(Picture((Curve((0.0,), (None,)),), (0.0, 1.0), log=True)) == (0.0, 1.0)


def test_ticks_are_round(app: QApplication) -> None:
    assert [label for _, label in plots._y_ticks(0.0, 504.0, False, 110)] == ["0", "200", "400"]
    assert [label for _, label in plots._y_ticks(-3.0, 2.5, True, 110)] == ["10⁻³", "0.1", "10"]
    axis = plots.TimeAxis("bottom")
    assert axis.tickStrings([60.0, -30.0], 1.0, 60.0) == ["1:00", "−0:30"]
    assert [each for _, marks in axis.tickValues(0.0, 400.0, 440.0) for each in marks] == [120.0, 240.0, 360.0]


def test_a_plot_takes_gaps_logs_and_both_themes(app: QApplication) -> None:
    plot = Plot()
    plot.resize(400, 120)
    curve = Curve((0.0, 1.0, 2.0), (None, 0.0, 5.0), name="P")
    for log in (False, True):
        plot.show_picture(
            Picture((curve,), (0.0, 2.0), None, 1.0, (0.5, 1.0), 3.0, (1.5,), log=log, name="Pressure Pa")
        )
        plot.dress()
        plot.grab()
    plot.show_picture(Picture((), (0.0, 1.0)))
    assert len(plot._items) == len(plot._ticks)
    plot.close()
    plot.deleteLater()
