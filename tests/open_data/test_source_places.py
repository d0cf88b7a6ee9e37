import re

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_fact, make_institution, make_source
from tests.open_data.source_report import missing, run
from tilbud.models import Contradiction, Figure, Remark

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("locator", "problem"),
    [
        ("kap. 1, linje 16", "kapitlet er linje 1-12"),
        ("kap. 3, linje 16", "teksten har ikke dette kapitlet"),
        ("kap. 2, linje 18-90", "teksten har ikke slike linjer"),
        ("kap. 2, linje 19-18", "teksten har ikke slike linjer"),
        ("kap. 2, linje atten", "teksten har ikke slike linjer"),
        ("kap. 2, linje 18; kap. 2, linje 4", "kapitlet er linje 13-24"),
    ],
)
def test_place_that_is_not_in_the_text_is_reported(nordlys, tmp_path, locator, problem):
    make_fact(Remark, institution=nordlys, topic="other", text="Tekst", locator=locator)
    written, failed = run(tmp_path)
    assert failed
    assert f"Remark | nordlys | sted | rapport | {locator} | {problem}" in written


@pytest.mark.parametrize("locator", ["kap. 1, linje 1-12", "kap. 1-2, linje 4-18", "linje 20", "kap. 2, linje 13"])
def test_place_in_the_text_is_found(nordlys, tmp_path, locator):
    make_fact(Remark, institution=nordlys, topic="other", text="Tekst", locator=locator)
    assert missing(tmp_path) == []


def test_both_sides_of_a_contradiction_are_checked(source, tmp_path):
    contradiction = Contradiction.objects.create(
        slug="strid",
        first="Kapittel 1: 12 i gruppen",
        first_source=source,
        first_locator="kap. 1, linje 5",
        second="Tabellen: 14",
        second_source=source,
        second_locator="kap. 2, linje 22",
    )
    assert missing(tmp_path) == []
    contradiction.first, contradiction.second = "Teksten: 13", "Cellene i tabellen: 15"
    contradiction.save()
    written, failed = run(tmp_path)
    assert failed
    assert "Contradiction | strid | first | 13 | kap. 1, linje 5\n" in written
    assert "tallene ikke slått opp: 1" in written
    contradiction.second = "Tabellen: 15"
    contradiction.save()
    assert missing(tmp_path) == ["Contradiction first 13", "Contradiction second 15"]


def test_folder_without_the_texts_is_an_error(nordlys, tmp_path):
    with pytest.raises(CommandError, match="ingen tekst med navnet til en kilde"):
        call_command("check_sources", str(tmp_path))


def test_fact_whose_text_is_not_in_the_folder_is_missing(nordlys, tmp_path):
    make_source(slug="annen")
    written, failed = run(tmp_path, name="annen")
    assert failed
    assert "Institution | nordlys | sted | rapport | kap. 1, linje 2-4 | teksten mangler" in written


def test_database_without_facts_of_the_texts_is_an_error(source, tmp_path):
    assert run(tmp_path) == ("Ingen opplysninger viser til disse tekstene.", True)


def test_fact_without_a_line_is_counted_and_not_checked(source, tmp_path):
    make_institution(name="Ukjent", source=source, locator="forsiden")
    make_institution(name="Nordlyshuset", source=source, locator="kap. 1, linje 4")
    written, failed = run(tmp_path)
    assert not failed
    assert "Uten linje i kilden, ikke kontrollert: 1\n" in written


def test_finding_names_owner_value_and_place(nordlys, tmp_path):
    make_fact(Figure, institution=nordlys, kind="members", value=77, locator="kap. 1, linje 5-6")
    written, failed = run(tmp_path)
    assert failed
    assert "Figure | nordlys | value | 77 | kap. 1, linje 5-6\n" in written
    assert re.search(r"^Figure\.value +1 / 1$", written, re.MULTILINE)
    assert re.search(r"^Institution\.name +1 / 0$", written, re.MULTILINE)
