"""The 2007 survey: as printed, and recounted by rules of ours."""

import pytest

from tilbud.models import Contradiction, SurveyCell, SurveyTotal
from tilbud.pages.recompute import age_group, recompute

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("printed", "group"),
    [
        ("18+", "adults"),
        ("15+", "young"),
        ("15+, familiehelg", "young"),
        ("14+", "children"),
        ("6+", "children"),
        ("også barn", "children"),
        ("barn vurderes", "children"),
        ("", None),
        ("-", None),
    ],
)
def test_age_group_of_a_printed_age(printed, group):
    assert age_group(printed) == group


def test_recompute_counts_an_institution_once_and_no_plans(directory):
    totals = recompute(SurveyCell.objects.select_related("region"))

    # Kildevangen has two rows in the private tables of Helse Øst; Furuset and Gudbrandsdalen only plans.
    assert totals["private", "helse-ost", "Rådgivende"] == 13
    assert totals["public", "helse-ost", "Tilbud til pårørende"] == 14
    assert totals["public", "helse-sor", "Behandlingsrettet"] == 7
    assert totals["public", "norge", "Behandlingsrettet"] == 34


def test_survey_page_marks_a_difference_and_explains_it(client, directory):
    response = client.get("/kartlegging-2007/")

    content = " ".join(response.content.decode().split())
    public = dict(response.context["totals"][0]["rows"])
    south = public["Behandlingsrettet"][1]
    assert (south["printed"], south["recounted"], south["differs"]) == ("9", 7, True)
    assert "Bragernes og Barnas stasjon" in south["note"].note
    assert south["note"].note in content
    east = public["Behandlingsrettet"][0]
    assert (east["printed"], east["recounted"], east["differs"]) == ("14", 14, False)


def test_survey_page_shows_every_cell_as_printed(client, directory):
    response = client.get("/kartlegging-2007/")

    shown = sum(
        1
        for region, tables in response.context["regions"]
        for table in tables
        for row in table["rows"]
        for cell in row["values"]
        if cell != ""
    )
    expected = SurveyCell.objects.exclude(value="").count()
    assert shown == expected > 400
    content = response.content.decode()
    assert content.count("Kildevangen behandlingssenter") >= 4
    assert "15+, familiehelg" in content


def test_survey_page_shows_the_published_tables_of_chapters_9_and_11(client, directory):
    response = client.get("/kartlegging-2007/")

    public = dict(response.context["mentions"][0][1])
    assert public["LMS"] == ["2", "1", "", "3", "1", "7"]
    assert {t.value for t in response.context["chapter_11"]} >= {"36", "34", "15", "19", "22", "13"}
    assert SurveyTotal.objects.filter(table="text-chapter-8", value="34").exists()


def test_survey_contradictions_of_the_report_are_recorded(directory):
    note = Contradiction.objects.get(slug="kap8-tekst-offentlige-behandlingsrettet")

    assert "36" in note.first
    assert "34" in note.second
