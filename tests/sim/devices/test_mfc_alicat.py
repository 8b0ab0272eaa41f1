"""The Alicat: lines of real units and of a public client, every refusal, streaming, and what flows."""

import pytest

from sim.line import SimLine


@pytest.fixture
def mfc(make):
    """As the unit of the captures: 500 sccm, selected for N2."""
    device = make("mfc_alicat", "n2_mfc", address=1, prefix="n2_", full_scale_sccm=500)
    device.instrument.line_psia, device.instrument.flow_c = 14.62, 21.89
    return device


def ask(mfc, text, now=0.0):
    """The answer's lines; each ends with CR and nothing else."""
    reply = mfc.receive(text.encode() + b"\r", now).decode()
    assert not reply or (reply.endswith("\r") and "\n" not in reply)
    return reply.removesuffix("\r").split("\r") if reply else []


def tell(mfc, text, now=0.0):
    (line,) = ask(mfc, text, now)
    return line


def live(mfc, seconds, from_s=0.0):
    for step in range(round(seconds / 0.01)):
        mfc.step(from_s + 0.01 * step, 0.01)


def flow(wiring):
    return wiring.commands.flow_setpoint_sccm["n2"]


# --- frames -----------------------------------------------------------------------------------------------------


def test_the_captured_frame(mfc, wiring):
    tell(mfc, "AS78.95")
    assert mfc.receive(b"A\r", 0.0) == b"A +014.62 +021.89 +000.00 +000.00 +078.95     N2\r"
    assert flow(wiring) == pytest.approx(78.95)


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        ("AVE", "A   10v20.0-R24 Jan  9 2025,15:04:07"),
        ("ALS", "A +078.95 +078.95 12 SCCM"),
        ("ALV", "A 37"),
        ("ALSS", "A S"),
        ("ALSRC", "A 1 1 0 0"),
        ("ALSRC 0 1 0 1", "A 0 1 0 1"),
        ("ASR", "A 0.0000000 12 4 SCCM/s"),
        ("ASR 25.00 4", "A 25.0000000 12 4 SCCM/s"),
        ("AFPF 5", "A +500.00 12 SCCM"),
        ("AFPF 4", "A +500.00 12 CCM"),
        ("AFPF 37", "A +500.00 12 SCCM"),
        ("AFPF 15", "A +0 1 ---"),
        ("AGS", "A 8 N2 Nitrogen"),
        ("AGS 8", "A 8 N2 Nitrogen"),
        ("AGS 11", "A 11 O2 Oxygen"),
        ("AR122", "A   122 = 37"),
        ("A$$R46", "A   046 = 8"),
        ("A$$W46=1", "A   046 = 1"),
        ("A$$r85", "A   085 = 1"),
        ("A$$w21=7", "A   021 = 7"),
        ("AR91", "A   091 = 50"),
        ("AVD", "A 015.79 000.00 000.00 000.00"),
        ("ADV 10 5 37 15", "+000.00 +078.95 -------"),
        ("ADCU 5", "A 12 SCCM"),
        ("ADCU 3", "A 2 `C"),
        ("ATB 1", "A   Feature Not Enabled"),
        ("AT 1", "A   Feature Not Enabled"),
        ("A??M4", "A  M04 Model Number MC-500SCCM-D"),
        ("A??M9", "A  M09 Software Revision 10v20.0-R24"),
        ("AGM MyMix 240 50 8 50 11", "A 240 MyMix 50.00% N2 50.00% O2"),
        ("A GM MyMix 240 50 8 50 11", "A 240 MyMix 50.00% N2 50.00% O2"),
        ("AFPF 2", "A +160.00 10 PSIA"),
        ("AFPF 3", "A +050.00 2 `C"),
        ("ADCU 2", "A 10 PSIA"),
        ("ADCU 4 7", "A 7 LPM"),
        ("AR20", "A   020 = 1"),
        ("AR23", "A   023 = 0"),
        ("ASR 5 3", "A 5.0000000 12 3 SCCM/ms"),
        ("ASR 5 6", "A 5.0000000 12 6 SCCM/h"),
        ("ASR 5 7", "A 5.0000000 12 7 SCCM/d"),
        ("ANCS", "A 50"),
        ("ANCB", "A 19200"),
        ("ANCB 115200", "A 115200"),
        ("a", "A +014.62 +021.89 +000.00 +000.00 +078.95     N2"),  # letters of any case
        ("a$$ve", "A   10v20.0-R24 Jan  9 2025,15:04:07"),
    ],
)
def test_golden_lines(mfc, request_, reply):
    tell(mfc, "AS78.95")
    assert tell(mfc, request_) == reply


@pytest.mark.parametrize("form", ["AS12.35", "AS 12.35", "AS=12.35", "A$$S12.35", "as12.35", "\nAS12.35"])
def test_forms_of_the_setpoint(mfc, wiring, form):
    assert tell(mfc, form).split()[5] == "+012.35"
    assert flow(wiring) == pytest.approx(12.35)


def test_the_other_ways_to_set_it(mfc, wiring):
    assert tell(mfc, "ALS 100.0") == "A +100.00 +100.00 12 SCCM"
    assert tell(mfc, "A64000").split()[5] == "+500.00" and flow(wiring) == 500.0
    assert tell(mfc, "A16000").split()[5] == "+125.00"


def test_tables(mfc):
    about, columns, gases = (ask(mfc, f"A??{letter}*") for letter in "MDG")
    assert len(about) == 10 and about[2] == "A  M02 Ph   520-290-6060" and about[8] == "A  M08 Calibrated By     BL"
    assert columns[:9] == [
        "A D00 ID_ NAME______________________ TYPE_______ WIDTH NOTES___________________",
        "A D01 700 Unit ID                    string          1",
        "A D02 002 Abs Press                  s decimal     7/2 010 02 PSIA",
        "A D03 003 Flow Temp                  s decimal     7/2 002 02 `C",
        "A D04 004 Volu Flow                  s decimal     7/2 012 02 CCM",
        "A D05 005 Mass Flow                  s decimal     7/2 012 02 SCCM",
        "A D06 037 Mass Flow Setpt            s decimal     7/2 012 02 SCCM",
        "A D07 703 Gas                        string          6",
        "A D08 701 *Error                     string          3 ADC",
    ]
    assert {line.split()[-1] for line in columns[9:]} >= {"MOV", "VOV", "HLD", "LCK", "TOV", "OPL"}
    assert (gases[0], gases[1], gases[8]) == ("A G00      Air", "A G01       Ar", "A G08       N2")
    assert len(gases) == 30


@pytest.mark.parametrize(
    "request_",
    [
        "AS", "AS500.1", "AS-1", "ASnan", "AS1e2", "AS5 5", "A64001", "ALS 501", "ALV 35", "ALSS X", "ALSRC 1 1",
        "ASR -1", "ASR 5 9", "AG30", "AGS 99", "AGS 1 1 1", "AW46=400", "AW999=1", "AR999", "AR", "AW122=", "AW91=1",
        "AFPF", "ADV", "ADV 0 5", "ADV 10", "ADCU 15", "ADCU 5 9", "A??M", "A??M11", "A??G1", "APC", "AQ", "AVE1",
        "AL5", "AC1", "AGD 240", "AGD 8", "AGM MyMix 240 50 8 49 11", "AGM MyMix 100 50 8 50 11",
        "AGM MyMix 240 50 8", "AGM MyMixture 240 50 8 50 11", "AGM MyMix 240 50 8 50 99", "A@=12", "A@", "ANCB 1234",
        "ANCS 5", "A$$Q",
    ],
)  # fmt: skip
def test_every_refusal_is_a_bare_question_mark(mfc, wiring, request_):
    before = tell(mfc, "A")
    assert mfc.receive(request_.encode() + b"\r", 0.0) == b"?\r"
    assert tell(mfc, "A") == before and flow(wiring) == 0.0


@pytest.mark.parametrize("request_", [b"B\r", b"BS5\r", b"\r", b"\xc1\r", b"A", b"*\r", b"@@ A\r", b"A" * 90])
def test_silence(mfc, request_):
    assert mfc.receive(request_, 0.0) == b""


@pytest.mark.parametrize("size", range(1, 8))
def test_chunks(mfc, size):
    request = b"AS78.95\r"
    replies = b"".join(mfc.receive(request[at : at + size], 0.0) for at in range(0, len(request), size))
    assert replies == b"A +014.62 +021.89 +000.00 +000.00 +078.95     N2\r"


def test_half_a_command_is_forgotten_after_a_second(mfc, wiring):
    assert mfc.receive(b"AS50", 0.0) == b""
    assert ask(mfc, "0", 1.5) == [] and flow(wiring) == 0.0
    mfc.receive(b"AS50", 2.0)
    assert tell(mfc, "0", 2.9).split()[5] == "+500.00"


def test_a_poll_takes_what_real_units_take(mfc):
    line = SimLine("gas", [mfc], 19200)
    ((delay, reply),) = line.receive(b"A\r", 0.0)
    round_trip = 2 * line.char_s + delay + len(reply) * line.char_s
    assert 0.027 <= round_trip <= 0.031  # captures
    tell(mfc, "ADV 40 5")
    assert mfc.delay_s == pytest.approx(0.042)
    tell(mfc, "A")
    assert mfc.delay_s == pytest.approx(0.002)


# --- who is meant -----------------------------------------------------------------------------------------------


def test_letter_from_the_option_or_the_address(make):
    gas = {"prefix": "o2_", "full_scale_sccm": 200}
    assert ask(make("mfc_alicat", address=3, **gas), "C")[0].startswith("C +")
    assert ask(make("mfc_alicat", address=3, unit="k", **gas), "K")[0].startswith("K +")
    with pytest.raises(ValueError, match="one letter A to Z"):
        make("mfc_alicat", unit="AB", **gas)
    with pytest.raises(ValueError, match="no gas of the panel: 'xe'"):
        make("mfc_alicat", prefix="xe_", full_scale_sccm=10)


@pytest.mark.parametrize("form", ["A@=B", "A@ B", "a@ b"])
def test_another_id(mfc, form):
    assert tell(mfc, form).startswith("B +")
    assert ask(mfc, "A") == [] and tell(mfc, "B").startswith("B +")
    mfc.reboot(1.0)
    assert tell(mfc, "B", 2.0)


@pytest.mark.parametrize(("start", "stop"), [("A@=@", "@@=A"), ("A@ @", "@@ A")])
def test_streaming(mfc, wiring, start, stop):
    assert ask(mfc, start, 10.0) == []
    frame = "  +014.62 +021.89 +000.00 +000.00 +000.00     N2"
    assert ask(mfc, "A", 10.21) == [frame] * 4  # every 50 ms; the poll itself is not heard
    assert ask(mfc, "AS5", 10.22) == [] and flow(wiring) == 0.0
    assert ask(mfc, "@", 10.30) == [frame]
    assert ask(mfc, "@S5", 100.0) == [frame] * 20 and flow(wiring) == 0.0
    last = ask(mfc, stop, 100.11)
    assert last == [frame, frame, "A" + frame[1:]]
    assert tell(mfc, "A", 200.0) == "A" + frame[1:]


@pytest.mark.parametrize("form", ["AW91=100", "ANCS 100"])
def test_interval_of_the_stream(mfc, form):
    tell(mfc, form)
    ask(mfc, "A@ @", 0.0)
    assert len(ask(mfc, "A", 1.0)) == 10


# --- what flows -------------------------------------------------------------------------------------------------


def test_flows_in_the_frame_and_over_range(mfc, wiring):
    wiring.sensors.flow_sccm["n2"] = 79.0
    frame = tell(mfc, "A").split()
    assert frame[4] == "+079.00"
    assert float(frame[3]) == pytest.approx(79.0 * 14.69595 / 14.62 * 295.04 / 298.15, abs=0.01)
    wiring.sensors.flow_sccm["n2"] = 1000.0
    assert tell(mfc, "A").endswith("+640.00 +000.00     N2 MOV VOV")
    wiring.sensors.flow_sccm["n2"] = -0.004
    assert tell(mfc, "A").split()[4] == "+000.00"


def test_setpoint_drives_the_valve_of_its_gas_only(mfc, wiring):
    tell(mfc, "AS50")
    assert wiring.commands.flow_setpoint_sccm == {"o2": 0.0, "h2": 0.0, "ar": 0.0, "n2": 50.0}


def test_ramp(mfc, wiring):
    tell(mfc, "ASR 25.00 4")
    assert tell(mfc, "AS100").split()[5] == "+000.00"
    live(mfc, 2.0)
    assert flow(wiring) == pytest.approx(50.0)
    assert tell(mfc, "ALS") == "A +050.00 +100.00 12 SCCM"
    live(mfc, 3.0)
    assert tell(mfc, "ALS") == "A +100.00 +100.00 12 SCCM"
    tell(mfc, "AS50")
    live(mfc, 1.0)
    assert flow(wiring) == pytest.approx(75.0)
    tell(mfc, "AS0")  # to nothing at once, as LSRC says
    assert flow(wiring) == 0.0
    tell(mfc, "ASR 600 5")  # a minute: 10 sccm/s
    tell(mfc, "AS100")
    live(mfc, 1.0)
    assert flow(wiring) == pytest.approx(10.0)
    tell(mfc, "ASR 0")
    assert flow(wiring) == 100.0


@pytest.mark.parametrize("tare", ["A$$V", "AV", "AT"])
def test_tare_takes_the_zero_away(mfc, wiring, tare):
    wiring.sensors.flow_sccm["n2"] = 3.0
    assert tell(mfc, "AP").split()[4] == tell(mfc, "ATP").split()[4] == "+003.00"  # of a pressure it has not
    assert tell(mfc, tare).split()[4] == "+000.00"
    wiring.sensors.flow_sccm["n2"] = 53.0
    assert tell(mfc, "A").split()[4] == "+050.00"
    tell(mfc, "AS50")
    assert flow(wiring) == pytest.approx(53.0)  # in terms of what the sensor feels
    tell(mfc, "AS0")
    assert flow(wiring) == 0.0
    mfc.reboot(0.0)
    assert tell(mfc, "A").split()[4] == "+053.00"


def test_a_wrong_gas_reads_and_flows_wrong(mfc, wiring):
    wiring.sensors.flow_sccm["n2"] = 100.0
    tell(mfc, "AG6")  # hydrogen is half as viscous: it would flow twice as fast
    assert tell(mfc, "A").split()[4] == "+200.00" and tell(mfc, "A").endswith("     H2")
    tell(mfc, "AS100")
    assert flow(wiring) == pytest.approx(50.0)
    tell(mfc, "AGS 8")
    assert flow(wiring) == pytest.approx(100.0)


def test_every_gas_reads_by_its_viscosity(mfc, wiring):
    wiring.sensors.flow_sccm["n2"] = 20.0
    read = {}
    for number in range(30):
        frame = tell(mfc, f"AG{number}").split()
        read[frame[6]] = float(frame[4])
    for name, micropascal_s in {
        "Air": 18.5,
        "Ar": 22.6,
        "CO2": 14.9,
        "H2": 8.9,
        "He": 19.8,
        "O2": 20.6,
        "Xe": 23.1,
    }.items():
        assert read[name] == pytest.approx(20.0 * 17.8 / micropascal_s, rel=0.02), name
    assert len(read) == 30 and min(read.values()) > 10.0 and max(read.values()) < 50.0


def test_mixtures(mfc):
    tell(mfc, "AGM MyMix 240 50 8 50 11")
    assert ask(mfc, "A??G*")[-1] == "A G240    MyMix"
    assert tell(mfc, "AGS 240") == "A 240 MyMix 50.00% N2 50.00% O2"
    assert tell(mfc, "AGD 240") == "?"  # while it is selected
    tell(mfc, "AGS 8")
    assert tell(mfc, "AGD 240") == "A 240" and tell(mfc, "AGS 240") == "?"
    assert tell(mfc, "AGM Next 0 90 1 10 7").startswith("A 255 Next ")


def test_hold_and_lock(mfc, wiring):
    tell(mfc, "AS50")
    assert tell(mfc, "A$$H").endswith(" HLD") and tell(mfc, "AC").endswith("N2")
    assert tell(mfc, "AHP").endswith(" HLD")
    tell(mfc, "AS80")
    assert flow(wiring) == 50.0
    assert tell(mfc, "AHC").endswith(" HLD") and flow(wiring) == 0.0
    assert tell(mfc, "AL").endswith(" HLD LCK")
    assert tell(mfc, "A$$C").endswith(" LCK") and flow(wiring) == 80.0
    assert tell(mfc, "AU").endswith("N2")


def test_analog_source_swallows_setpoints(mfc, wiring):
    tell(mfc, "AS50")
    assert tell(mfc, "ALSS A") == "A A" and flow(wiring) == 0.0
    assert tell(mfc, "AS80").split()[5] == "+000.00" and flow(wiring) == 0.0
    tell(mfc, "ALSS U")
    assert tell(mfc, "AS80").split()[5] == "+080.00"


def test_other_control_variables(mfc, wiring):
    tell(mfc, "AS50")
    assert tell(mfc, "ALV 36") == "A 36" and flow(wiring) == 0.0
    assert tell(mfc, "ALS 50") == "A +050.00 +050.00 12 CCM"
    assert flow(wiring) == pytest.approx(50.0 * 14.62 / 14.69595 * 298.15 / 295.04)
    assert tell(mfc, "AW122=34") == "A   122 = 34"
    assert tell(mfc, "AS20").split()[5] == "+020.00" and flow(wiring) == 0.0
    assert tell(mfc, "ALS") == "A +020.00 +020.00 10 PSIA"


def test_litres(mfc, wiring):
    assert tell(mfc, "ADCU 5 7") == "A 7 SLPM"
    assert tell(mfc, "AFPF 5") == "A +0.5000 7 SLPM"
    wiring.sensors.flow_sccm["n2"] = 79.0
    assert tell(mfc, "AS0.1").split()[4:6] == ["+0.0790", "+0.1000"]
    assert flow(wiring) == pytest.approx(100.0)
    assert tell(mfc, "AS1") == "?"


@pytest.mark.parametrize(("full", "digits"), [(5, "+0.0000"), (50, "+00.000"), (1000, "+0000.0"), (20000, "+000000")])
def test_digits_follow_the_full_scale(make, full, digits):
    assert tell(make("mfc_alicat", prefix="n2_", full_scale_sccm=full), "A").split()[4] == digits


@pytest.mark.parametrize(("source", "kept"), [("S", 50.0), ("U", 0.0), ("A", 0.0)])
def test_power_cycle_brings_a_saved_setpoint_back(mfc, wiring, source, kept):
    tell(mfc, f"ALSS {source}")
    tell(mfc, "AS50")
    tell(mfc, "AHC")
    mfc.reboot(1.0)
    assert flow(wiring) == kept and "HLD" not in tell(mfc, "A", 2.0)


def test_switches(mfc, wiring):
    mfc.ignore_writes = True
    assert tell(mfc, "AS50").split()[5] == "+050.00" and flow(wiring) == 0.0
    assert tell(mfc, "A@ B").startswith("B") and tell(mfc, "A").split()[5] == "+000.00"
    mfc.ignore_writes, mfc.answers_as = False, 3
    assert tell(mfc, "A").startswith("C +") and tell(mfc, "AVE").startswith("C   10v20")
    mfc.answers_as, mfc.refuse_with = None, 1
    assert tell(mfc, "A") == "?"


def test_nonsense_from_the_sensor_is_still_answered(mfc, wiring):
    for value, shown in ((float("nan"), "-125.00"), (float("inf"), "+640.00"), (-float("inf"), "-125.00")):
        wiring.sensors.flow_sccm["n2"] = value
        assert tell(mfc, "A").split()[4] == shown
