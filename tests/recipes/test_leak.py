"""The leak check: what is said of a leak holds for every outgassing that fits, and never weakens a limit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes.leak import rate_of_rise

NOISE_PA = 0.0043  # measured: the simulated gauge at base pressure
LIMIT_PA_S = 0.3 / 60.0


def rise(leak_pa_min: float, gas_pa_min: float, tau_s: float, seed: int, seconds: float = 50.0):
    """Times [s] and pressures [Pa]: a leak, and outgassing with so much mean rise and such a time constant."""
    t = np.arange(0.0, seconds, 0.05)
    gas = gas_pa_min / 60.0 * seconds / np.log1p(seconds / tau_s) * np.log1p(t / tau_s)
    return 10.0 + t, 0.07 + leak_pa_min / 60.0 * t + gas + np.random.default_rng(seed).normal(0.0, NOISE_PA, len(t))


def test_fresh_walls_are_not_called_a_leak():
    """The reference tool: water from walls that saw air three minutes ago, and next to no leak."""
    found = rate_of_rise(*rise(0.0001, 0.371, 180.0, 1), 0.5 / 60.0)
    assert found.verdict == "tight" and not found.told_apart
    assert found.leak_least_pa_s == 0.0 and found.leak_most_pa_s < 0.9 * found.rate_pa_s
    assert found.leak_pa_s == found.leak_most_pa_s, "an upper bound, never a guess"
    assert found.outgassing_pa_s > 0.05 * found.rate_pa_s


def test_what_the_noise_hides_is_said_and_held_against_the_limit():
    found = rate_of_rise(*rise(0.0, 0.371, 180.0, 1), LIMIT_PA_S)
    assert found.verdict == "leak and outgassing not told apart", "above the limit it fails, whatever the gas is"


@given(
    st.sampled_from([0.0, 0.05, 0.2, 0.5, 1.0, 2.0]),
    st.sampled_from([0.0, 0.1, 0.4, 1.0, 3.0]),
    st.sampled_from([5.0, 20.0, 60.0, 150.0, 280.0]),
    st.integers(0, 1000),
)
def test_the_bounds_hold_the_truth_and_the_limit_is_never_weakened(leak, gas, tau_s, seed):
    times, pressures = rise(leak, gas, tau_s, seed)
    found = rate_of_rise(times, pressures, LIMIT_PA_S)
    room = max(2.0 * found.leak_spread_pa_s, 2e-4)  # beyond the three standard deviations that the bounds allow for
    assert found.leak_least_pa_s - room <= leak / 60.0 <= found.leak_most_pa_s + room
    assert found.leak_least_pa_s <= found.leak_pa_s <= found.leak_most_pa_s <= max(found.rate_pa_s, 0.0)
    assert found.leak_pa_s + found.outgassing_pa_s == pytest.approx(max(found.rate_pa_s, 0.0))
    assert (found.verdict == "tight") is (found.rate_pa_s <= LIMIT_PA_S)
    slope = float(np.polyfit(times, pressures, 1)[0])
    assert found.rate_pa_s == pytest.approx(slope, rel=1e-3, abs=1e-5)


@pytest.mark.parametrize(
    ("leak", "gas", "tau_s", "verdict"),
    [(2.0, 0.0, 60.0, "leak"), (0.0, 3.0, 10.0, "outgassing"), (1.5, 1.5, 10.0, "both")],
)
def test_told_apart_where_they_can_be(leak, gas, tau_s, verdict):
    found = rate_of_rise(*rise(leak, gas, tau_s, 3), LIMIT_PA_S)
    assert found.told_apart and found.verdict == verdict
    assert found.leak_pa_s * 60.0 == pytest.approx(leak, abs=0.15)


def test_a_falling_pressure_is_no_leak():
    found = rate_of_rise(*rise(-0.5, 0.0, 60.0, 1), LIMIT_PA_S)
    assert found.verdict == "tight" and found.leak_most_pa_s == 0.0 and found.outgassing_pa_s == 0.0
