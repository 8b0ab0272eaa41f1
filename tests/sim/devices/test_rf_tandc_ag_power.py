"""The T&C generator at work: RF, its limits and ramp, heat, tuner."""

import pytest

from sim.devices.rf_match import matched_pct
from tests.sim.devices.tandc_talk import ON, ag, ask, live, mine, reflecting, refused, switch_on, words

__all__ = ["ag", "mine"]  # fixtures


# --- RF ---------------------------------------------------------------------------------------------------------


def test_the_setpoint_is_set_in_watts_and_read_in_tenths(mine, wiring):
    ask(mine, "SA", 123)
    assert words(mine, "GL") == [1230]
    live(mine, 0.5)
    assert wiring.commands.rf_forward_w == 0.0 and words(mine, "GS")[0] == 0


def test_powers_in_tenths_of_a_watt(mine, wiring):
    ask(mine, "SA", 300)
    ask(mine, "BR", ON)
    live(mine, 0.5, reflecting(wiring, 0.1))
    assert words(mine, "GP") == [3000, 300, 2700]
    assert words(mine, "GS")[0] == 1
    ask(mine, "BR", 0)
    assert wiring.commands.rf_forward_w == 0.0 and words(mine, "GS")[0] == 0


def test_the_forward_limit_binds_and_says_so(mine, wiring):
    ask(mine, "SU", 1, 150)
    switch_on(mine, 200)
    assert wiring.commands.rf_forward_w == pytest.approx(150.0, abs=1.0)
    assert words(mine, "GS")[0] == 1 | 1 << 8
    ask(mine, "BR", 0)
    assert words(mine, "GS")[0] == 0
    ask(mine, "BR", ON)
    ask(mine, "SU", 1, 600)
    live(mine, 0.5)
    assert wiring.commands.rf_forward_w == pytest.approx(200.0, abs=1.0) and words(mine, "GS")[0] == 1


def test_the_reverse_limit_folds_back_and_says_so(mine, wiring):
    ask(mine, "SU", 2, 40)
    ask(mine, "SA", 400)
    ask(mine, "BR", ON)
    live(mine, 1.0, reflecting(wiring, 0.5))
    assert wiring.sensors.reflected_w == pytest.approx(40.0, abs=1.0)
    assert words(mine, "GS")[0] == 1 | 1 << 9
    live(mine, 1.0, reflecting(wiring, 0.05))
    assert words(mine, "GS")[0] == 1
    ask(mine, "BR", 0)
    assert words(mine, "GS")[0] == 0


def test_the_ramp_rises_from_its_start_at_its_rate(mine, wiring):
    assert (ask(mine, "RP", 50), ask(mine, "RR", 20), ask(mine, "SO", 4)) == (b"", b"", b"")
    assert words(mine, "GR") == [50, 20] and words(mine, "GS")[2] == 4
    ask(mine, "SA", 150)
    ask(mine, "BR", ON)
    seen = []
    for _ in range(6):
        live(mine, 1.0)
        seen.append(wiring.commands.rf_forward_w)
    assert seen == pytest.approx([70.0, 90.0, 110.0, 130.0, 150.0, 150.0], abs=1.0)
    ask(mine, "SA", 100)
    live(mine, 0.2)
    assert wiring.commands.rf_forward_w == pytest.approx(100.0, abs=1.0)  # down at once
    ask(mine, "SO", 1)
    ask(mine, "SA", 200)
    live(mine, 0.2)
    assert wiring.commands.rf_forward_w == pytest.approx(200.0, abs=1.0)


def test_the_pulse_mode_is_kept(mine):
    assert ask(mine, "SO", 3) == b"" and words(mine, "GS")[2] == 3


def test_an_open_interlock_is_off_at_once_and_no_fault_remains(mine, wiring):
    switch_on(mine)
    wiring.sensors.chain_closed = False
    mine.step(0.0, 0.001)
    assert wiring.commands.rf_forward_w == 0.0 and words(mine, "GS")[0] == 1 << 11
    assert refused(mine, "BR", ON)
    wiring.sensors.chain_closed = True
    live(mine, 1.0)
    assert wiring.commands.rf_forward_w == 0.0 and words(mine, "GS")[0] == 0
    switch_on(mine)
    assert wiring.commands.rf_forward_w == pytest.approx(200.0, abs=1.0)


def test_settings_that_are_only_acknowledged(mine):
    mine.ignore_writes = True
    assert ask(mine, "SA", 100) == ask(mine, "BR", ON) == b""
    live(mine, 0.1)
    assert words(mine, "GL") == [0] and words(mine, "GS")[0] == 0


def test_stuck_readings_stay(mine, wiring):
    switch_on(mine)
    mine.stuck = True
    ask(mine, "SA", 300)
    live(mine, 1.0)
    assert words(mine, "GP")[0] == pytest.approx(2000, abs=10)
    assert wiring.commands.rf_forward_w == pytest.approx(300.0, abs=1.0)


# --- heat -------------------------------------------------------------------------------------------------------


def test_the_heatsink_warms_with_power_and_cools_again(mine):
    assert words(mine, "GS")[1] == 250
    switch_on(mine, 600)
    seen = []
    for _ in range(4):
        live(mine, 60.0)
        seen.append(words(mine, "GS")[1])
    assert seen == sorted(seen) and 320 < seen[0] < 335 and 365 < seen[-1] < 371
    ask(mine, "BR", 0)
    live(mine, 300.0, dt=0.05)
    assert 250 <= words(mine, "GS")[1] < 253


def test_what_comes_back_ends_as_heat(mine, wiring):
    ask(mine, "SA", 400)
    ask(mine, "BR", ON)
    live(mine, 60.0, reflecting(wiring, 0.25))
    with_reflection = words(mine, "GS")[1]
    assert with_reflection == pytest.approx(250 + 10 * 0.632 * 30 * (0.4 * 400 + 100) / 600, abs=4)


def test_without_water_it_becomes_too_hot_and_switches_off(mine, wiring):
    wiring.sensors.water_flowing = False
    switch_on(mine, 600)
    for _ in range(40):
        live(mine, 10.0, dt=0.02)
        if wiring.commands.rf_forward_w == 0.0:
            break
    bits, tenths, *_ = words(mine, "GS")
    assert bits == 1 << 10 and 690 < tenths < 705
    assert refused(mine, "BR", ON)
    wiring.sensors.water_flowing = True
    live(mine, 10.0)
    assert words(mine, "GS")[0] == 1 << 10  # hysteresis
    live(mine, 10.0)
    assert words(mine, "GS")[0] == 0 and wiring.commands.rf_forward_w == 0.0
    assert ask(mine, "BR", ON) == b""


# --- tuner ------------------------------------------------------------------------------------------------------


def test_the_tuner_says_where_it_is_and_the_bias(mine, wiring):
    wiring.sensors.match_load_pct, wiring.sensors.match_tune_pct, wiring.sensors.dc_bias_v = 12.34, 98.7, 150.4
    live(mine, 0.01)
    assert words(mine, "GT") == [0, 123, 987, 150, 0]


def test_automatic_tuning_goes_straight_to_the_match(mine, wiring):
    wiring.sensors.load_r_ohm, wiring.sensors.load_x_ohm = 5.0, -110.0
    before = wiring.commands.match_load_target_pct
    live(mine, 0.1)
    assert wiring.commands.match_load_target_pct == before
    switch_on(mine, 300)
    assert (wiring.commands.match_load_target_pct, wiring.commands.match_tune_target_pct) == matched_pct(5.0, -110.0)


def test_by_hand_the_capacitors_go_where_they_are_told(mine, wiring):
    assert refused(mine, "TC", 1, 30)
    assert ask(mine, "TM", 2) == b"" and words(mine, "GT")[0] == 1
    assert (ask(mine, "TC", 1, 30), ask(mine, "TC", 2, 100)) == (b"", b"")
    assert refused(mine, "TC", 1, 101) and refused(mine, "TC", 3, 5)
    switch_on(mine, 300)
    assert (wiring.commands.match_load_target_pct, wiring.commands.match_tune_target_pct) == (30.0, 100.0)
    ask(mine, "TM", 1)
    assert words(mine, "GT")[0] == 0 and refused(mine, "TC", 1, 30)
    live(mine, 0.1)
    assert wiring.commands.match_load_target_pct != 30.0


def test_a_preset_is_where_automatic_tuning_begins(mine, wiring):
    assert (ask(mine, "TD", 0x0401, 35), ask(mine, "TD", 0x0402, 60)) == (b"", b"")
    assert words(mine, "GU", 4) == [4, 35, 60] and words(mine, "GU", 5) == [5, 50, 50]
    assert ask(mine, "TP", 4) == b"" and words(mine, "GT")[4] == 4
    live(mine, 0.1)
    assert (wiring.commands.match_load_target_pct, wiring.commands.match_tune_target_pct) == (35.0, 60.0)
    wiring.sensors.load_r_ohm, wiring.sensors.load_x_ohm = 5.0, -110.0
    switch_on(mine, 300)
    assert wiring.commands.match_load_target_pct != 35.0
    ask(mine, "BR", 0)
    live(mine, 0.1)
    assert wiring.commands.match_load_target_pct == 35.0
    ask(mine, "TM", 2)
    ask(mine, "TC", 1, 20)
    live(mine, 0.1)
    assert wiring.commands.match_load_target_pct == 20.0  # a preset is for automatic tuning only
    ask(mine, "TM", 1)
    live(mine, 0.1)
    ask(mine, "TP", 0)
    ask(mine, "TD", 0x0401, 90)
    live(mine, 0.1)
    assert words(mine, "GT")[4] == 0 and wiring.commands.match_load_target_pct == 35.0
