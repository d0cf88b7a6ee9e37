"""Loading the fixtures, exporting the whole directory and restoring it, through the commands."""

import copy
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from regions.models import HealthRegion
from tilbud.models import Activity, Institution, LoadedEntry, Offer, Source, SurveyCell
from tilbud.open_data.export import export_directory
from tilbud.open_data.fixtures import read_fixtures
from tilbud.open_data.load import LoadError, load_directory, restore_directory
from tilbud.open_data.shape import SHAPES, canonical

pytestmark = pytest.mark.django_db

CONTRACT = {
    "sources": {"slug", "title", "published"},
    "regions": {"slug", "name", "successor"},
    "institutions": {
        *("slug", "name", "names", "kind", "sector", "region", "parent", "owner", "successor", "contacts"),
        *("source", "locator", "checked_on"),
    },
    "offers": {
        *(
            "slug",
            "institution",
            "title",
            "status",
            "activities",
            "relations",
            "age_limits",
            "payments",
            "ways_in",
        ),
        *("catchment", "dependence", "capacity_min", "capacity_max", "sessions", "frequency", "place"),
        *("source", "locator", "checked_on"),
    },
    "collaborations": {"institution", "partner", "sector", "direction", "source", "locator", "checked_on"},
    "survey_cells": {"region", "sector", "table", "row", "column", "value", "institution"},
    "survey_totals": {"table", "row", "column", "value"},
    "contradictions": {"subject", "first", "second", "first_locator", "second_locator"},
}
FACTS = {
    "activities": {"activity", "extent", "peer_led"},
    "relations": {"relation"},
    "age_limits": {"min_age", "max_age", "children", "wording"},
    "payments": {"kind"},
    "ways_in": {"kind"},
    "contacts": {"kind", "value", "postal_code", "place"},
}


@pytest.fixture
def small():
    """A document of one institution with one offer, and what they point to."""
    provenance = {"source": "en-kilde", "locator": "kap. 3, linje 1", "check_method": "published"}
    return {
        "sources": [{"slug": "en-kilde", "title": "En kilde"}],
        "institutions": [
            {"slug": "et-senter", "name": "Et senter", "kind": "foundation", "names": []} | provenance
        ],
        "offers": [
            {
                "slug": "et-tilbud",
                "institution": "et-senter",
                "title": "Et tilbud",
                "summary": "Kort.",
                "status": "offered",
                "activities": [{"activity": "group"} | provenance],
            }
            | provenance
        ],
    }


def test_export_has_every_list_and_field_of_the_contract(directory):
    exported = json.loads(canonical(export_directory()))

    for key, fields in CONTRACT.items():
        assert exported[key], key
        for entry in exported[key]:
            assert fields <= set(entry), key
    for offer in exported["offers"]:
        for key, fields in FACTS.items():
            for fact in offer[key]:
                assert fields | {"source", "locator", "checked_on"} <= set(fact)
    assert {c["table"] for c in exported["survey_cells"]} == {
        "profile",
        "format",
        "age",
        "payment",
        "collaboration",
    }


def test_export_restores_into_an_empty_database_to_the_same_bytes(directory, tmp_path):
    path = tmp_path / "katalog.json"
    call_command("export_directory", path)
    before = path.read_bytes()
    empty_everything()

    call_command("import_directory", path, verbosity=0)
    call_command("export_directory", path)

    assert len(before) > 500_000
    assert path.read_bytes() == before


def test_export_is_the_same_bytes_from_another_database(directory, tmp_path):
    """A new SQLite database in a process of its own; this test's own database is PostgreSQL in the second run."""
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/annen.sqlite3"}
    for command in (["migrate", "-v0"], ["load_fixtures"], ["export_directory", tmp_path / "annen.json"]):
        subprocess.run([sys.executable, "manage.py", *command], env=environment, check=True, capture_output=True)

    here = canonical(export_directory()) + "\n"

    assert here.encode() == (tmp_path / "annen.json").read_bytes()


def empty_everything():
    for shape in SHAPES.values():
        for child in shape.children.values():
            child.model.objects.all()._raw_delete(using="default")
        shape.model.objects.all()._raw_delete(using="default")


def test_import_into_a_database_with_data_is_refused(directory, tmp_path):
    path = tmp_path / "katalog.json"
    call_command("export_directory", path)
    offers = Offer.objects.count()

    with pytest.raises(CommandError, match="Databasen er ikke tom"):
        call_command("import_directory", path)

    assert Offer.objects.count() == offers


@pytest.mark.parametrize("text", ["", "[]", "{", '{"offers": [{}]}', '{"ukjent": []}', "null"])
def test_import_of_a_broken_file_is_refused(empty_directory, tmp_path, text):
    path = tmp_path / "katalog.json"
    path.write_text(text)

    with pytest.raises(CommandError, match=r"katalog\.json"):
        call_command("import_directory", path)


def test_load_twice_changes_nothing(directory):
    before = canonical(export_directory())

    call_command("load_fixtures", verbosity=0)

    assert canonical(export_directory()) == before


def test_load_again_leaves_what_an_editor_changed_or_deleted(empty_directory, small):
    load_directory(copy.deepcopy(small))
    Offer.objects.update(title="Rettet av redaktøren")
    Activity.objects.all().delete()

    report = load_directory(copy.deepcopy(small))

    assert Offer.objects.get().title == "Rettet av redaktøren"
    assert not Activity.objects.exists()
    assert not report.added.total()
    Offer.objects.all().delete()
    load_directory(copy.deepcopy(small))
    assert not Offer.objects.exists()


def test_load_reports_an_entry_the_files_have_changed_since(empty_directory, small):
    load_directory(copy.deepcopy(small))
    small["offers"][0]["title"] = "Ny tittel i filene"

    report = load_directory(small)

    assert report.changed == ["offers/et-tilbud"]
    assert Offer.objects.get().title == "Et tilbud"


def test_load_does_not_take_a_slug_an_editor_has_used(empty_directory, small):
    source = Source.objects.create(slug="egen", title="Egen")
    Institution.objects.create(slug="et-senter", name="Redaktørens", kind="private", source=source)

    load_directory(small)

    assert Institution.objects.get(slug="et-senter").name == "Redaktørens"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["offers"][0].update(status="borte"), "offers/et-tilbud: status"),
        (lambda d: d["offers"][0].update(institution="finnes-ikke"), "«finnes-ikke» finnes ikke"),
        (lambda d: d["offers"][0].update(nytt="x"), "ukjente opplysninger: nytt"),
        (lambda d: d["offers"][0]["activities"][0].update(activity="x"), r"activities\[0\]: activity"),
        (lambda d: d["offers"][0]["activities"].append(d["offers"][0]["activities"][0]), "databasen avviser"),
        (lambda d: d["offers"].append(d["offers"][0]), "står to ganger"),
        (lambda d: d.update(annet=[]), "Ukjente lister"),
    ],
)
def test_load_is_all_or_nothing_and_names_the_entry(empty_directory, small, change, message):
    change(small)

    with pytest.raises(LoadError, match=message):
        load_directory(small)

    assert not Source.objects.exists()
    assert not LoadedEntry.objects.exists()


def test_restore_keeps_what_editors_have_taken_over(empty_directory, small):
    load_directory(copy.deepcopy(small))
    Offer.objects.all().delete()
    exported = export_directory()
    empty_everything()

    restore_directory(exported)
    load_directory(copy.deepcopy(small))

    assert not Offer.objects.exists()
    assert Institution.objects.get().slug == "et-senter"


def test_fixture_error_names_the_file(tmp_path):
    (tmp_path / "feil.toml").write_text("slug = ")

    with pytest.raises(CommandError, match=r"feil\.toml"):
        call_command("load_fixtures", tmp_path)


def test_fixtures_hold_no_personal_address(directory):
    """An address that names a person (a dot or initials before the @) must never be stored; unit mailboxes may."""
    units = {
        "veksthuset.postmottak",
        "sosmed.klinikk",
        "ung.psyk",
        "biri.tr",
        "arp.vaks",
        "post.nps",
        "larivk.dps",
    }
    units |= {"psykopol.floro", "psyk.krsund"}
    emails = [
        contact["value"]
        for owner in [*export_directory()["institutions"], *export_directory()["offers"]]
        for contact in owner["contacts"]
        if contact["kind"] == "email"
    ]

    dotted = {address.split("@")[0] for address in emails if "." in address.split("@")[0]}
    assert len(emails) > 30
    assert dotted <= units


def test_real_directory_holds_every_narrative_of_chapters_3_to_7(directory):
    """81 institutions have a heading of their own; hospitals that are only headings of a group are extra."""
    narrated = [
        institution
        for institution in export_directory()["institutions"]
        if institution["source"] == "kartlegging-2007"
        and institution["kind"] != "hospital"
        and institution["locator"].split(",")[0] in {"kap. 3", "kap. 4", "kap. 5", "kap. 6", "kap. 7"}
    ]

    assert len(narrated) == 81
    with_offer = set(Offer.objects.values_list("institution__slug", flat=True))
    assert {i["slug"] for i in narrated} <= with_offer


def test_real_directory_holds_every_local_group(directory):
    groups = {
        organisation: Offer.objects.filter(institution__slug=organisation).exclude(area="").count()
        for organisation in ("lms", "al-anon", "familieklubbene", "rus-nett", "aca")
    }

    # Familieklubbene and ACA print four Oslo clubs and four Oslo groups as one entry each.
    assert groups == {"lms": 44, "al-anon": 52, "familieklubbene": 16, "rus-nett": 12, "aca": 2}


def test_real_directory_counties_and_regions_are_whole(directory):
    exported = export_directory()

    divisions = [county["division"] for county in exported["counties"]]
    assert (divisions.count(2007), divisions.count(2024)) == (19, 15)
    assert HealthRegion.objects.today().count() == 4
    assert SurveyCell.objects.count() == 808


def test_every_source_named_by_the_regions_exists(directory):
    slugs = set(Source.objects.values_list("slug", flat=True))

    exported = export_directory()

    for key in ("regions", "counties", "places"):
        assert {entry["source"] for entry in exported[key]} <= slugs


def test_fixture_files_are_read_the_same_way_twice():
    folder = settings.BASE_DIR / "fixtures"

    assert canonical(read_fixtures(folder)) == canonical(read_fixtures(folder))
