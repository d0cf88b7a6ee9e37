import pytest

from tests.factories import make_county, make_fact, make_institution, make_offer, make_place
from tests.open_data.source_report import missing
from tilbud.models import Affiliation, InstitutionName, Remark

pytestmark = pytest.mark.once


def test_name_on_its_line_is_found(nordlys, tmp_path):
    assert missing(tmp_path) == []


def test_name_on_another_line_is_missing(nordlys, tmp_path):
    nordlys.locator = "kap. 1, linje 10-11"
    nordlys.save()
    assert missing(tmp_path) == ["Institution name Nordlyshuset"]


def test_mended_name_is_found_by_its_printed_form(nordlys, tmp_path):
    nordlys.name = "Nordlyshusene"
    nordlys.save()
    assert missing(tmp_path) == ["Institution name Nordlyshusene"]
    make_fact(InstitutionName, institution=nordlys, name="Nordlyshuset", locator="kap. 1, linje 4")
    assert missing(tmp_path) == []


def test_other_name_must_stand_on_its_own_line(nordlys, tmp_path):
    make_fact(InstitutionName, institution=nordlys, name="Nordlyshuse", locator="kap. 1, linje 4")
    assert missing(tmp_path) == ["InstitutionName name Nordlyshuse"]


def test_institution_pointed_to_is_found_by_any_of_its_names(nordlys, source, tmp_path):
    other = make_institution(slug="andre", name="Al-Anon Norge", source=source)
    make_fact(Affiliation, institution=nordlys, kind="umbrella", other=other, locator="kap. 1, linje 9-10")
    assert missing(tmp_path) == ["Affiliation other andre"]
    make_fact(InstitutionName, institution=other, name="Al-Anon", locator="kap. 1, linje 9-10")
    assert missing(tmp_path) == []


def test_place_of_institution_may_stand_with_any_of_its_facts(nordlys, tmp_path):
    nordlys.locator, nordlys.place = "kap. 1, linje 2", make_place(name="Bjørk")
    nordlys.save()
    assert missing(tmp_path) == ["Institution place Bjørk"]
    make_fact(Remark, institution=nordlys, topic="other", text="Vest", locator="kap. 2, linje 16")
    assert missing(tmp_path) == []


def test_area_is_a_name_under_the_heading_of_its_row(nordlys, tmp_path):
    offer = make_offer(institution=nordlys, area="Vest: Lind", locator="kap. 2, linje 16")
    assert missing(tmp_path) == []
    offer.area, offer.locator = "Vest: Lund", "kap. 2, linje 17"
    offer.save()
    assert missing(tmp_path) == []
    offer.area = "Nord: Linde"
    offer.save()
    assert missing(tmp_path) == ["Offer area Linde", "Offer area Nord"]


def test_place_of_an_offer_may_be_a_misprinted_name_that_its_area_records(nordlys, tmp_path):
    offer = make_offer(institution=nordlys, locator="kap. 2, linje 16", place=make_place(name="Bjerk"))
    assert missing(tmp_path) == ["Offer place Bjerk"]
    offer.area = "Vest: Bjørk"
    offer.save()
    assert missing(tmp_path) == []
    offer.area = "Vest: Lind"
    offer.save()
    assert missing(tmp_path) == ["Offer place Bjerk"]
    offer.area, offer.locator = "Vest: Bjørk", "kap. 2, linje 20"
    offer.save()
    assert missing(tmp_path) == ["Offer place Bjerk", "Offer area Bjørk"]


def test_county_of_an_offer_may_be_a_misprinted_row_that_its_area_records(nordlys, tmp_path):
    offer = make_offer(institution=nordlys, locator="kap. 2, linje 17", county=make_county(name="V-estt"))
    assert missing(tmp_path) == ["Offer county V-estt"]
    offer.area = "Vest: Lund"
    offer.save()
    assert missing(tmp_path) == []
    offer.county = make_county(name="Nord-Vest")
    offer.save()
    assert missing(tmp_path) == ["Offer county Nord-Vest"]
