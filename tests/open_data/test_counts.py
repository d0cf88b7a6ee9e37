from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.factories import (
    make_contradiction,
    make_fact,
    make_institution,
    make_offer,
    make_source,
    make_survey_cell,
    make_survey_total,
)
from tilbud.management.commands.directory_counts import COLUMNS
from tilbud.models import Activity, AgeLimit, Contact
from tilbud.open_data.source_check import cited_shapes


def table():
    written = StringIO()
    call_command("directory_counts", stdout=written)
    return written.getvalue()


def counts():
    """Return the table as {(source, chapter): {column: cell}}, empty cells left out."""
    heading, _, *rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table().splitlines()]
    return {
        (source, chapter): {column: cell for column, cell in zip(heading[2:], cells, strict=True) if cell}
        for source, chapter, *cells in rows
    }


@pytest.fixture
def report(empty_directory):
    """An institution in chapter 10 with an offer in chapter 9 and three facts."""
    source = make_source(slug="rapport")
    institution = make_institution(source=source, locator="kap. 10, linje 7")
    offer = make_offer(institution=institution, locator="kap. 9, linje 3-4")
    make_fact(Activity, offer=offer, activity="group", locator="kap. 9, linje 4")
    make_fact(AgeLimit, offer=offer, min_age=15, locator="kap. 10, linje 4; kap. 9, linje 5")
    make_fact(Contact, institution=institution, kind="phone", value="22334455", locator="forsiden")
    return source


def test_facts_are_counted_by_source_and_chapter(report):
    assert counts() == {
        ("rapport", ""): {"Kontakter": "1"},
        ("rapport", "kap. 9"): {"Tilbud": "1", "Aktiviteter og kanaler": "1"},
        ("rapport", "kap. 10"): {"Institusjoner": "1", "Målgrupper og aldersgrenser": "1"},
        ("Til sammen", ""): {
            "Institusjoner": "1",
            "Tilbud": "1",
            "Aktiviteter og kanaler": "1",
            "Målgrupper og aldersgrenser": "1",
            "Kontakter": "1",
        },
    }


def test_chapters_stand_in_the_order_of_their_numbers(report):
    assert list(counts()) == [("rapport", ""), ("rapport", "kap. 9"), ("rapport", "kap. 10"), ("Til sammen", "")]


def test_contradiction_is_counted_once_where_its_first_side_stands(report):
    other = make_source(slug="nettside")
    make_contradiction(
        first_source=report, first_locator="kap. 9, linje 1", second_source=other, second_locator="kap. 9, linje 1"
    )
    assert counts()["rapport", "kap. 9"]["Motsigelser"] == "1"
    assert counts()["Til sammen", ""]["Motsigelser"] == "1"


def test_survey_is_counted_by_region_and_chapter(empty_directory):
    cell = make_survey_cell()
    make_survey_cell(region=cell.region, value="")
    make_survey_total(table="text-chapter-11")
    make_survey_total(table="chapter-9-public")
    found = counts()
    assert found["kartlegging-2007", f"tabellene for {cell.region.name}"] == {"Ruter i tabellene": "2"}
    assert found["kartlegging-2007", "kap. 11"] == {"Publiserte tall": "1"}
    assert found["Til sammen", ""] == {
        "Steder, fylker, regioner": "1",
        "Ruter i tabellene": "2",
        "Publiserte tall": "2",
    }


def test_written_table_passes_the_check_until_the_database_changes(report, tmp_path):
    path = tmp_path / "README.md"
    path.write_text("# Før\n<!-- counts -->\ngammelt\n<!-- /counts -->\nEtter\n", "utf-8")
    with pytest.raises(CommandError, match="stemmer ikke med databasen"):
        call_command("directory_counts", "--check", str(path))
    call_command("directory_counts", "--write", str(path))
    written = path.read_text("utf-8")
    assert written == f"# Før\n<!-- counts -->\n{table().strip()}\n<!-- /counts -->\nEtter\n"
    call_command("directory_counts", "--check", str(path))
    make_institution(source=report)
    with pytest.raises(CommandError, match="stemmer ikke med databasen"):
        call_command("directory_counts", "--check", str(path))
    assert path.read_text("utf-8") == written


@pytest.mark.parametrize(
    "text",
    ["", "<!-- counts -->", "<!-- /counts --><!-- counts -->", "<!-- counts --><!-- counts --><!-- /counts -->"],
)
@pytest.mark.parametrize("option", ["--check", "--write"])
def test_file_without_the_two_markers_is_an_error_and_left_alone(report, tmp_path, option, text):
    path = tmp_path / "README.md"
    path.write_text(text, "utf-8")
    with pytest.raises(CommandError, match="mangler <!-- counts --> og <!-- /counts -->"):
        call_command("directory_counts", option, str(path))
    assert path.read_text("utf-8") == text


def test_missing_file_is_an_error(report, tmp_path):
    with pytest.raises(CommandError, match=r"README\.md"):
        call_command("directory_counts", "--check", str(tmp_path / "README.md"))


def test_every_model_that_cites_a_source_has_one_column():
    listed = [model for models in COLUMNS.values() for model in models]
    cited = [shape.model.__name__ for shape in cited_shapes()]
    assert sorted(listed) == sorted([*cited, "SurveyCell", "SurveyTotal"])


def test_readme_shows_what_the_directory_holds(directory):
    call_command("directory_counts", "--check", str(settings.BASE_DIR / "README.md"))
