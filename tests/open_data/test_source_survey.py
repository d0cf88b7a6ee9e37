import pytest

from tests.factories import make_region, make_source, make_survey_cell, make_survey_total
from tests.open_data.source_report import REPORT, missing, run

pytestmark = pytest.mark.once


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
