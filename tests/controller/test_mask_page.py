"""What a simulated run has done to the mask, in words and as a map."""

from controller.records.mask_page import figures, section, spoken

CLEAN = {"residue_mean_nm": 0.0, "residue_max_nm": 0.0, "residue_spread_nm": 0.0, "residue_map_nm": [[0.0, 0.0]] * 2}
HARMED = {
    **CLEAN,
    "residue_max_nm": 2.0,
    "residue_map_nm": [[0.0, 2.0], [1.0, 0.5]],
    "cap_oxide_nm": 0.31,
    "hydrogen_ion_dose_m2": 1.2e21,
    "euv_reflectance_lost": 0.0123,
    "tin_mean_nm": 0.0,
}


def test_nothing_is_said_of_what_is_not_there():
    assert [words for words, _ in figures(CLEAN)] == [
        "left on the mask, mean",
        "left, thickest place",
        "left, standard deviation over the mask",
    ]
    assert spoken(CLEAN) == "0.00 nm at the thickest place; no damage"
    assert "nothing is left on the mask" in section(CLEAN)


def test_harm_has_its_number_and_unit():
    told = dict(figures(HARMED))
    assert told["oxide on the ruthenium cap"] == "0.310 nm" and told["EUV reflectance lost"] == "0.0123"
    assert told["hydrogen ions on bare mask"] == "1.20e+21 per m²" and "tin left" not in told
    assert spoken(HARMED).startswith("2.00 nm at the thickest place; oxide on the ruthenium cap 0.310 nm")


def test_the_map_has_every_cell_and_says_its_scale():
    page = section(HARMED)
    assert page.count("fill-opacity") == 4 and "full 2.000 nm" in page
    assert [page.count(f"fill-opacity:{part}") for part in ("0.00", "1.00", "0.50", "0.25")] == [1, 1, 1, 1]
