"""What a machine file may get wrong: every finding by its own mistake, with the line where it stands."""

from __future__ import annotations

import pytest

from controller.machine.checks import load_machine
from controller.machine.model import REFERENCE
from recipes.files import FileRefused

GOOD = REFERENCE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("schema = 1", "schema = 2", "schema 2 is not known"),
        ("scan_hz = 20", "scan_hz = 0", "machine.scan_hz"),
        ("scan_hz = 20", "scan_hz = 20\nspeed = 1", "is not a known key"),
        ('driver = "rf_cesar"', 'driver = "rf_caesar"', "there is no driver 'rf_caesar'"),
        ('bus = "rf"', 'bus = "xy"', "there is no bus 'xy'"),
        ('bus = "rf"', 'bus = "gauges"', "speaks ae-bus, but bus gauges is tpg"),
        ("address = 2", "address = 1", "address 1 on bus gas is already"),
        ('prefix = "h2_"', 'prefix = "o2_"', "is already the name of something"),
        ("max_power_w = 600", "max_power_w = 600\ncolour = 1", "is not an option of this driver"),
        ("max_power_w = 600\n", "", "is missing"),
        ('h2_evidence = "h2_flow_sccm > 1', 'h2_evidence = "h2_fow_sccm > 1', "there is no tag 'h2_fow_sccm'"),
        ('set_by = "o2_evidence"', 'set_by = "o2_evidence >"', "o2_evidence >"),
        ('set_by = "o2_evidence"', 'set_by = "nothing"', "there is no tag 'nothing'"),
        ('action = "rf_off"', 'action = "rf_of"', "there is no action 'rf_of'"),
        ('id = "IL-02"', 'id = "IL-01"', "IL-01 is used twice"),
        ('id = "IL-02"', 'id = "two"', "interlock[2].id"),
        ('requires = ["lid_closed"]\nonly_while', "requires = []\nonly_while", "interlock[2].requires"),
        ('actuator = "vent_valve"', 'actuator = "went_valve"', "there is no actuator 'went_valve'"),
        ('opened = "vent_valve_opened"', 'opened = "vent_open"', "there is no tag 'vent_open'"),
        ('output = "vent_valve_open"', 'output = "vent"', "there is no output 'vent'"),
        ("learnt_pct = [0, 5, 10", "learnt_pct = [0, 10, 5", "must rise"),
        ('signal = "co_counts"', 'signal = "c_o_counts"', "there is no tag 'c_o_counts'"),
        ('url = "socket://127.0.0.1:4001"', 'url = "socket://127.0.0.1"', "want socket://HOST:PORT"),
        ('url = "socket://127.0.0.1:4001"', 'url = "socket://:4001"', "want socket://HOST:PORT"),
        ('url = "socket://127.0.0.1:4001"', 'url = "socket://h:70000"', "want socket://HOST:PORT"),
        ('url = "socket://127.0.0.1:4001"', 'url = "sockt://h:4001"', "is no line"),
        ("socket://127.0.0.1:4005", "socket://127.0.0.1:4006", "already uses socket://127.0.0.1:4006; with other"),
        ("socket://127.0.0.1:4008", "/dev/ttyUSB0", "io (io_bk9050) is on the network"),
        ("socket://127.0.0.1:4005", "socket://LocalHost:4006", "already uses socket://127.0.0.1:4006, which it spells"),
        ("socket://127.0.0.1:4005", "socket://127.0.0.1:4005/", "leads nowhere: want socket://HOST:PORT"),
        ("socket://127.0.0.1:4005", "socket://127.0.0.1:40*", "leads nowhere: want socket://HOST:PORT"),
        ("socket://127.0.0.1:4005", "/dev/ttyUSB0/", "is no line: want socket://HOST:PORT"),
        ('protocol = "tpg"', 'protocol = "klingon"', "no driver speaks 'klingon'; known: ae-bus, alicat, "),
        ("[bus.gas]", '[bus.spare]\nurl = "/dev/ttyS9"\nprotocol = "tpg"\n[bus.gas]', "bus.spare: nothing is on this"),
        ("full_scale_sccm = 200", "full_scale_sccm = 200\nrename = { o2 = 'x' }", "no tag or output 'o2'; known: flow"),
        ("period_s = { flow_sccm = 0.2 }", "period_s = { flow_scm = 1 }", "mfc_elflow has no tag 'flow_scm'; known: "),
        ("period_s = { flow_sccm = 0.2 }", "period_s = { flow_sccm = 0.019 }", "equal to 0.02"),
        ("period_s = { flow_sccm = 0.2 }", "period_s = { flow_setpoint_sccm = 1 }", "no tag 'flow_setpoint_sccm'"),
        ("baud = 4800", "baud = 4801", "chiller (chiller_julabo) cannot do 4801 Bd; it can do 4800, 9600"),
        ("baud = 4800\n", "", "is missing: chiller (chiller_julabo) is a serial device"),
        ('format = "7E1"', 'format = "8N2"', "throttle (valve_vat) cannot do 8N2; it can do 7E1"),
        ("address = 1\nmax_power_w", "address = 32\nmax_power_w", "rf_cesar has addresses 1 to 31, not 32"),
        ("[permit.rf_permit]", "[permit.rf_permitt]", "rf_permitt"),
        ('flow = "total_flow_sccm"', 'flow = "flow"', "there is nothing called 'flow'"),
        ('power_w = "dry_pump_power_w', 'power_w = "dry_power_w', "there is no tag 'dry_power_w'"),
    ],
)
def test_every_mistake_is_found_with_its_line(tmp_path, old, new, says):
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    file = tmp_path / "machine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        load_machine(file)
    hits = [finding for finding in refused.value.findings if says in str(finding)]
    assert hits, refused.value.findings
    changed = text[: GOOD.index(old)].count("\n") + 1
    lines = [finding.line for finding in hits if finding.line is not None]
    assert lines and min(abs(line - changed) for line in lines) <= 12, (changed, hits)


def test_cut_short_anywhere_it_is_refused_not_a_crash(tmp_path):
    file = tmp_path / "machine.toml"
    raw = GOOD.encode()
    for size in range(0, len(raw) - 200, 997):
        file.write_bytes(raw[:size])
        with pytest.raises(FileRefused):
            load_machine(file)


def findings(tmp_path, text: str) -> list[str]:
    file = tmp_path / "machine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        load_machine(file)
    return [str(finding) for finding in refused.value.findings]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("full_scale_sccm = 200", "full_scale_sccmm = 200", ["full_scale_sccm: is missing", "sccmm: is not an option"]),
        ("watchdog_ms = 1000", 'watchdog_ms = "1 s"', ["device.io.watchdog_ms"]),
        ('channels = ["wide_', 'chanels = ["wide_', ["chanels: is not an option", "channels: is missing"]),
    ],
)
def test_one_mistake_in_a_device_is_not_a_mistake_of_all_who_name_its_tags(tmp_path, old, new, says):
    assert old in GOOD
    found = findings(tmp_path, GOOD.replace(old, new, 1))
    assert all(any(words in one for one in found) for words in says), found
    assert len(found) == len(says), found


def test_a_name_that_no_device_has_is_still_found_beside_a_broken_device(tmp_path):
    text = GOOD.replace("full_scale_sccm = 200", "", 1).replace('"h2_flow_sccm > 1', '"h2_fow_sccm > 1', 1)
    assert any("no tag 'h2_fow_sccm'" in one for one in findings(tmp_path, text))


def test_an_unknown_key_hides_nothing(tmp_path):
    text = GOOD.replace("scan_hz = 20", "scan_hz = 20\nspeed = 1", 1)
    found = findings(tmp_path, text.replace('"h2_flow_sccm > 1', '"h2_fow_sccm > 1', 1))
    assert any("machine.speed: is not a known key" in one for one in found)
    assert any("no tag 'h2_fow_sccm'" in one for one in found)


SECOND = """[device.second]
driver = "{driver}"
bus = "{bus}"
address = 2
prefix = "second_"
{options}
"""


@pytest.mark.parametrize(
    ("driver", "bus", "options"),
    [
        ("valve_vat", "throttle", "gauge_full_scale_pa = 133.3"),
        ("pump_nxds", "dry_pump", ""),
        ("chiller_julabo", "chiller", ""),
    ],
)
def test_a_device_without_an_address_has_its_line_for_itself(tmp_path, driver, bus, options):
    found = findings(tmp_path, GOOD + SECOND.format(driver=driver, bus=bus, options=options))
    assert [one.partition(": ")[2] for one in found if "has no addresses" in one] == [
        f"device.second.bus: {driver} has no addresses: bus {bus} belongs to {bus} alone; give second its own"
    ]


def test_a_device_on_the_wrong_line_is_one_mistake(tmp_path):
    before, throttle = GOOD[: GOOD.index("[device.throttle]")], GOOD[GOOD.index("[device.throttle]") :]
    (one,) = findings(tmp_path, before + throttle.replace('bus = "throttle"', 'bus = "turbo"\naddress = 9', 1))
    assert "device.throttle.bus: valve_vat speaks vat-ic, but bus turbo is pfeiffer-rs485" in one


def test_devices_with_addresses_share_a_line(tmp_path):
    file = tmp_path / "machine.toml"
    second = SECOND.format(driver="pump_hipace", bus="turbo", options="nominal_hz = 820")
    file.write_text(GOOD + second, encoding="utf-8")
    load_machine(file)


GAS, TURBO = "socket://127.0.0.1:4002", "socket://127.0.0.1:4005"


@pytest.mark.parametrize(
    ("gas", "turbo", "reason"),
    [
        ("/dev/ttyUSB*", "/dev/ttyUSB*", "may be the same port, and differ in baud, format, protocol"),
        ("/dev/ttyUSB*", "/dev/ttyUSB0", "may be the same port"),
        ("/dev/ttyUSB0", "/dev/./ttyUSB*", "may be the same port"),
        ("/dev/ttyUSB0", "/dev/./ttyUSB0", "already uses /dev/./ttyUSB0, which it spells /dev/ttyUSB0; with other"),
        ("/dev/ttyUSB0", "//dev//ttyUSB0", "already uses //dev//ttyUSB0"),
        ("/dev/ttyUSB*", "/dev/by-id/ttyUSB0", ""),
        ("/dev/*", "/dev/by-id/ttyUSB0", ""),  # * stands for text within a name
        ("/dev/ttyUSB*", "/dev/ttyS0", ""),
        ("socket://[::1]:4002", "socket://[0:0::1]:4002", "already uses"),
    ],
)
def test_two_urls_that_may_be_one_port(tmp_path, gas, turbo, reason):
    text = GOOD.replace(GAS, gas, 1).replace(TURBO, turbo, 1)
    file = tmp_path / "machine.toml"
    file.write_text(text, encoding="utf-8")
    if not reason:
        load_machine(file)
        return
    (one,) = findings(tmp_path, text)
    assert "bus.turbo.url: " in one and reason in one


def test_two_lines_of_one_kind_may_look_in_the_same_places(tmp_path):
    """Two adapters, each with its own mass-flow controller: who is where is found by who answers."""
    text = GOOD.replace(GAS, "/dev/ttyUSB*", 1)
    gas = text[text.index("[bus.gas]") : text.index("[bus.throttle]")]
    text = text.replace(gas, gas + gas.replace("[bus.gas]", "[bus.gas2]"), 1)
    o2 = text.index("[device.o2_mfc]")
    text = text[:o2] + text[o2:].replace('bus = "gas"', 'bus = "gas2"', 1)
    file = tmp_path / "machine.toml"
    file.write_text(text, encoding="utf-8")
    load_machine(file)
