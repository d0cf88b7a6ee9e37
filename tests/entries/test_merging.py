"""Merging two editors' changes: what does not collide goes through, nothing is lost without a choice."""

import copy

import pytest

from tests.factories import make_fact, make_offer
from tilbud.entries import merge, read_document
from tilbud.entries.comparing import collisions
from tilbud.models import Activity, Contact

TITLE = ("", 0, "title")


@pytest.fixture
def base(db):
    offer = make_offer(title="Samtaler", sessions="")
    make_fact(Contact, offer=offer, kind="phone", value="22029280")
    make_fact(Activity, offer=offer, activity="group")
    return read_document("offer", offer.pk)


@pytest.fixture
def theirs(base):
    return copy.deepcopy(base)


@pytest.fixture
def mine(base):
    return copy.deepcopy(base)


def test_changes_of_different_fields_are_both_kept(base, theirs, mine):
    theirs["fields"]["title"] = "Gruppe"
    mine["fields"]["sessions"] = "Ti ganger"
    mine["rows"]["contacts"][0]["hours"] = "09-15"
    assert collisions("offer", base, theirs, mine) == set()
    merged = merge("offer", base, theirs, mine)
    assert merged["fields"]["title"] == "Gruppe"
    assert merged["fields"]["sessions"] == "Ti ganger"
    assert merged["rows"]["contacts"][0]["hours"] == "09-15"


def test_same_field_collides_and_follows_the_choice(base, theirs, mine):
    theirs["fields"]["title"], mine["fields"]["title"] = "Gruppe", "Kurs"
    assert collisions("offer", base, theirs, mine) == {TITLE}
    assert merge("offer", base, theirs, mine)["fields"]["title"] == "Gruppe"
    assert merge("offer", base, theirs, mine, {TITLE})["fields"]["title"] == "Kurs"
    typed = merge("offer", base, theirs, mine, values={TITLE: "Gruppekurs"})
    assert typed["fields"]["title"] == "Gruppekurs"


def test_same_change_by_both_does_not_collide(base, theirs, mine):
    theirs["fields"]["title"] = mine["fields"]["title"] = "Gruppe"
    assert collisions("offer", base, theirs, mine) == set()
    assert merge("offer", base, theirs, mine) == theirs


def test_new_rows_of_both_are_kept(base, theirs, mine):
    row = base["rows"]["activities"][0]
    theirs["rows"]["activities"].append(row | {"id": 10**6, "activity": "counselling"})
    mine["rows"]["activities"].append(row | {"id": -1, "activity": "treatment"})
    merged = merge("offer", base, theirs, mine)
    assert [r["activity"] for r in merged["rows"]["activities"]] == ["group", "counselling", "treatment"]


@pytest.mark.parametrize("mine_takes_out", [True, False])
def test_row_taken_out_by_one_and_changed_by_the_other_collides_whole(base, theirs, mine, mine_takes_out):
    one, other = (mine, theirs) if mine_takes_out else (theirs, mine)
    contact = base["rows"]["contacts"][0]
    one["rows"]["contacts"].clear()
    other["rows"]["contacts"][0]["value"] = "22029281"
    path = ("contacts", contact["id"], "")
    assert collisions("offer", base, theirs, mine) == {path}
    assert merge("offer", base, theirs, mine)["rows"]["contacts"] == theirs["rows"]["contacts"]
    assert merge("offer", base, theirs, mine, {path})["rows"]["contacts"] == mine["rows"]["contacts"]


def test_row_taken_out_by_one_alone_is_taken_out(base, theirs, mine):
    theirs["fields"]["title"] = "Gruppe"
    mine["rows"]["contacts"].clear()
    merged = merge("offer", base, theirs, mine)
    assert (merged["rows"]["contacts"], merged["fields"]["title"]) == ([], "Gruppe")
