import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import (
    make_fact,
    make_institution,
    make_offer,
    make_place,
    make_region,
    make_source,
    make_survey_cell,
    make_survey_total,
)
from tilbud.models import (
    Affiliation,
    AgeLimit,
    Collaboration,
    Contact,
    Contradiction,
    Figure,
    InstitutionName,
    OperatingAgreement,
    Remark,
)

# Chapter 1 is line 1-12, chapter 2 line 13-24. A cell of a table ends in a space, an empty one too.
REPORT_LINES = [
    "1",  # 1
    "Om Nordlyshuset",
    "",
    "Nordlyshuset på Storvik er for fami-",  # 4
    "lier. De tar imot fra femten år og opp, høyst 12 i gruppen. Huset har 1",
    "250 medlemmer og rundt tre tusen venner. Tilbudet er helt gra-",
    "tis. Ring 22 33 44 55 eller skriv til Fjell-",
    "veien 3, 8999 Storvik (post@nordlys-",
    "huset.example). De samarbeider med Al-",
    "Anon og har avtale med Helse Prøve.",  # 10
    "Ingen er under tolv.",
    "",
    "2",  # 13
    "Tabeller",
    "",
    "Vest Bjørk, Lind,",  # 16
    "Lund",
    "Huset Ja  ja ",  # 18
    "Nordlys-",
    "huset  ja  ",
    "Tomt hus    ",
    "Sum 14 9  4 ",  # 22
    " 14 9 4 ",
    "",
]
REPORT = "\n".join(REPORT_LINES)


@pytest.fixture
def source(empty_directory):
    return make_source(slug="rapport")


@pytest.fixture
def nordlys(source):
    return make_institution(slug="nordlys", name="Nordlyshuset", source=source, locator="kap. 1, linje 2-4")


def run(tmp_path, name="rapport", text=REPORT):
    """Return what the command wrote, and whether it failed."""
    (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    written = StringIO()
    try:
        call_command("check_sources", str(tmp_path), stdout=written)
    except CommandError as error:
        return f"{written.getvalue()}{error}", True
    return written.getvalue(), False


def missing(tmp_path, **options):
    """Return «model field value» of all that was not found."""
    written, failed = run(tmp_path, **options)
    lines = [line.split(" | ") for line in written.splitlines() if " | " in line and not line.startswith("Merk")]
    assert failed == bool(lines)
    return [f"{model} {field} {value}" for model, _, field, value, *_ in lines]


def test_name_on_its_line_is_found(nordlys, tmp_path):
    assert missing(tmp_path) == []


def test_finding_names_owner_value_and_place(nordlys, tmp_path):
    make_fact(Figure, institution=nordlys, kind="members", value=77, locator="kap. 1, linje 5-6")
    written, failed = run(tmp_path)
    assert failed
    assert "Figure | nordlys | value | 77 | kap. 1, linje 5-6\n" in written
    assert re.search(r"^Figure\.value +1 / 1$", written, re.MULTILINE)
    assert re.search(r"^Institution\.name +1 / 0$", written, re.MULTILINE)


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


# Model, lines, what stands there, what does not, and how that is reported.
FACTS = [
    (AgeLimit, "5", {"min_age": 15}, {"min_age": 16}, "min_age 16"),
    (AgeLimit, "5", {"wording": "fra femten år og opp"}, {"wording": "fra femti år"}, "wording fra femti år"),
    (AgeLimit, "11", {"max_age": 11}, {"max_age": 10}, "max_age 10"),
    (Figure, "5-6", {"kind": "members", "value": 1250}, {"value": 250}, "value 250"),
    (Figure, "5-6", {"kind": "members", "value": 3000}, {"value": 13000}, "value 13000"),
    (Figure, "5-6", {"kind": "other", "value": 12}, {"value": 2}, "value 2"),
    (OperatingAgreement, "10", {"partner": "Helse Prøve"}, {"partner": "Helse Prø"}, "partner Helse Prø"),
    (OperatingAgreement, "5", {"partner": "Huset", "places": 12}, {"places": 11}, "places 11"),
    (Contact, "7", {"kind": "phone", "value": "22334455"}, {"value": "22334456"}, "value 22334456"),
    (Contact, "7", {"kind": "phone", "value": "22334455"}, {"value": "23344550"}, "value 23344550"),
    (
        Contact,
        "7-9",
        {"kind": "email", "value": "post@nordlyshuset.example"},
        {"value": "post@nord.example"},
        None,
    ),
    (Contact, "7-8", {"kind": "visit", "value": "Fjellveien 3"}, {"value": "Fjellveien 4"}, "value 4"),
    (
        Contact,
        "7-8",
        {"kind": "visit", "value": "Fjellveien 3", "postal_code": "8999"},
        {"postal_code": "8998"},
        None,
    ),
    (
        Contact,
        "7-8",
        {"kind": "web", "value": "fjellveien", "as_printed": "Fjell-veien 3"},
        {"as_printed": "X"},
        None,
    ),
    (Collaboration, "9-10", {"partner_name": "Al-Anon", "direction": "mutual"}, {"partner_name": "Al Anon"}, None),
    (Remark, "5", {"topic": "other", "text": "Gruppen har «høyst 12»."}, {"text": "Gruppen har 13."}, "text 13"),
    (Remark, "5", {"topic": "other", "text": "Ikke mer."}, {"text": "Gruppen er «stor»."}, "text stor"),
]


@pytest.mark.parametrize(("model", "lines", "right", "wrong", "reported"), FACTS)
def test_fact_is_found_as_printed_and_missing_when_changed(
    nordlys, tmp_path, model, lines, right, wrong, reported
):
    owner = {"offer": make_offer(institution=nordlys)} if model is AgeLimit else {"institution": nordlys}
    fact = make_fact(model, locator=f"kap. 1, linje {lines}", **owner, **right)
    assert missing(tmp_path) == []
    model.objects.filter(pk=fact.pk).update(**wrong)
    field, value = next(iter(wrong.items()))
    assert missing(tmp_path) == [f"{model.__name__} {reported or f'{field} {value}'}"]


def test_word_divided_outside_the_cited_lines_is_missing(nordlys, tmp_path):
    offer = make_offer(institution=nordlys)
    fact = make_fact(AgeLimit, offer=offer, wording="er for familier", locator="kap. 1, linje 4-5")
    assert missing(tmp_path) == []
    AgeLimit.objects.filter(pk=fact.pk).update(locator="kap. 1, linje 4")
    assert missing(tmp_path) == ["AgeLimit wording er for familier"]


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


# As in the survey: label, value of the two cells, and whether the text has them so.
@pytest.mark.parametrize(
    ("row", "line", "values", "is_printed"),
    [
        ("Huset", 18, ["Ja", "", "ja"], True),
        ("Huset", 18, ["Ja", "ja", ""], False),
        ("Huset", 18, ["", "", "ja"], False),
        ("Huset", 18, ["Ja", "", ""], False),
        ("Huset", 17, ["Ja", "", "ja"], False),
        ("Nordlyshuset", 20, ["", "ja", ""], True),
        ("Nordlyshuset", 20, ["ja", "", ""], False),
        ("Nordlyshuset", 18, ["", "ja", ""], False),
        ("Sørlyshuset", 20, ["", "ja", ""], False),
        ("Tomt hus", 21, ["", "", ""], True),
        ("Tomt hus", 21, ["", "ja", ""], False),
    ],
)
def test_survey_row_has_its_cells_in_their_columns(empty_directory, tmp_path, row, line, values, is_printed):
    make_source(slug="kartlegging-2007")
    region = make_region()
    for column, value in zip(["treatment", "counselling", "education"], values, strict=True):
        make_survey_cell(region=region, row=row, row_number=1, column=column, value=value, line=line)
    reported = {found.rstrip() for found in missing(tmp_path, name="kartlegging-2007")}
    assert not reported if is_printed else reported


def test_survey_row_with_a_space_too_many_is_noted_and_found(empty_directory, tmp_path):
    make_source(slug="kartlegging-2007")
    make_survey_cell(row="Huset", value="Ja", line=18, row_number=1)
    written, failed = run(tmp_path, name="kartlegging-2007", text=REPORT.replace("Huset Ja  ja ", "Huset  Ja "))
    assert not failed
    assert "Merk: mellomrommene viser ikke kolonnene: linje 18: Huset | Ja\n" in written


@pytest.mark.parametrize(
    ("line", "values", "is_printed"),
    [
        (22, ["14", "9", "", "4"], True),
        (22, ["14", "", "9", "4"], False),
        (22, ["14", "9", "", "5"], False),
        (23, ["", "14", "9", "4"], True),
        (23, ["14", "9", "", "4"], False),
    ],
)
def test_survey_totals_stand_in_the_order_of_the_regions(empty_directory, tmp_path, line, values, is_printed):
    make_source(slug="kartlegging-2007")
    for order, value in enumerate(values[:3]):
        region = make_region(order=9 - order)
        region.order = order
        region.save()
        make_survey_total(table="chapter-1", row="Sum", column=region.slug, value=value, line=line)
    make_survey_total(table="chapter-1", row="Sum", column="norge", value=values[3], line=line)
    assert bool(missing(tmp_path, name="kartlegging-2007")) is not is_printed


def test_survey_total_in_a_sentence_stands_on_its_line(empty_directory, tmp_path):
    make_source(slug="kartlegging-2007")
    total = make_survey_total(table="text-chapter-1", value="rundt tre tusen", line=6)
    assert missing(tmp_path, name="kartlegging-2007") == []
    total.line = 5
    total.save()
    assert missing(tmp_path, name="kartlegging-2007") == ["SurveyTotal verdi rundt tre tusen"]


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
