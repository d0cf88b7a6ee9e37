"""Saving an entry: the guard against collisions, and the history."""

import pytest

from tests.factories import make_fact, make_institution, make_offer
from tilbud.entries import (
    Broken,
    Stale,
    changes_between,
    current_number,
    read_document,
    recording,
    save_document,
    trial,
)
from tilbud.models import Activity, Contact, Institution, Offer, OldSlug, Revision


@pytest.fixture
def offer(db):
    offer = make_offer(title="Samtaler")
    make_fact(Contact, offer=offer, kind="phone", value="22029280")
    make_fact(Activity, offer=offer, activity="group")
    return offer


def about(**changes):
    return {"how": Revision.Hows.DESK, "author": "Kari", "reason": "Ringte", "base": 0, **changes}


def numbers(pk):
    return list(Revision.objects.of("offer", pk).values_list("number", "how", "author_name"))


def test_a_change_is_noted_with_the_entry_as_it_was_before(offer):
    document = read_document("offer", offer.pk)
    document["fields"]["title"] = "Gruppe"
    document["rows"]["contacts"][0]["value"] = "22029281"
    save_document("offer", offer.pk, document, **about())
    assert numbers(offer.pk) == [(1, "desk", "Kari"), (0, "first", "")]
    new, old = Revision.objects.of("offer", offer.pk)
    assert [(c.label, c.old_text, c.new_text) for c in changes_between("offer", old.document, new.document)] == [
        ("tittel", "Samtaler", "Gruppe"),
        ("kontaktopplysning «telefon 22029280»: verdi", "22029280", "22029281"),
    ]
    assert Contact.objects.get(offer=offer).value == "22029281"


def test_saving_without_a_change_notes_nothing(offer):
    save_document("offer", offer.pk, read_document("offer", offer.pk), **about())
    assert numbers(offer.pk) == []


def test_second_save_on_the_same_version_is_refused_and_writes_nothing(offer):
    document = read_document("offer", offer.pk)
    document["fields"]["title"] = "Gruppe"
    save_document("offer", offer.pk, document, **about())
    document["fields"]["title"] = "Kurs"
    with pytest.raises(Stale):
        save_document("offer", offer.pk, document, **about())
    assert Offer.objects.get(pk=offer.pk).title == "Gruppe"


def test_deleting_and_restoring_keeps_the_keys(offer):
    document = read_document("offer", offer.pk)
    with recording("offer", offer.pk, **about(how=Revision.Hows.DELETED)):
        Offer.objects.get(pk=offer.pk).delete()
    assert Revision.objects.of("offer", offer.pk).first().document is None
    save_document("offer", offer.pk, document, **about(base=1, how=Revision.Hows.RESTORED))
    assert read_document("offer", offer.pk) == document
    assert current_number("offer", offer.pk) == 2


def test_new_entry_gets_a_key_and_its_first_version(offer):
    document = read_document("offer", offer.pk)
    document["fields"] |= {"slug": "nytt", "title": "Nytt"}
    for row in document["rows"]["contacts"] + document["rows"]["activities"]:
        row["id"] = -row["id"]
    change = save_document("offer", None, document, **about())
    new = Offer.objects.get(slug="nytt")
    assert change.pk == new.pk
    assert (new.contacts.get().value, new.activities.get().activity) == ("22029280", "group")
    assert numbers(new.pk) == [(1, "desk", "Kari")]


def test_trial_shows_the_draft_and_leaves_nothing(offer):
    document = read_document("offer", offer.pk)
    document["fields"]["title"] = "Gruppe"
    document["rows"]["activities"].append(
        document["rows"]["activities"][0] | {"id": -1, "activity": "counselling"}
    )
    with trial("offer", offer.pk, document):
        assert Offer.objects.get(pk=offer.pk).title == "Gruppe"
        assert set(Activity.objects.filter(offer=offer).values_list("activity", flat=True)) == {
            "group",
            "counselling",
        }
    assert Offer.objects.get(pk=offer.pk).title == "Samtaler"
    assert Activity.objects.get(offer=offer).activity == "group"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["fields"].update(status="borte"), "tilbud, status: Verdien 'borte' er ikke et gyldig valg."),
        (lambda d: d["fields"].update(source_id=None), "tilbud: «kilde» mangler eller er slettet."),
        (lambda d: d["fields"].update(institution_id=10**9), "tilbud: «institusjon» mangler eller er slettet."),
        (
            lambda d: d["fields"].update(capacity_min=9, capacity_max=8),
            "Færrest deltakere kan ikke være mer enn flest deltakere.",
        ),
        (
            lambda d: d["rows"]["activities"].append(d["rows"]["activities"][0] | {"id": -1}),
            "Tilbudet har allerede denne aktiviteten.",
        ),
    ],
)
def test_broken_document_is_refused_with_a_sentence(offer, change, message):
    document = read_document("offer", offer.pk)
    change(document)
    with pytest.raises(Broken) as broken:
        save_document("offer", offer.pk, document, **about())
    assert broken.value.problems == [message]
    assert numbers(offer.pk) == []


def test_two_rows_may_swap_what_must_be_unique(offer):
    make_fact(Activity, offer=offer, activity="counselling")
    document = read_document("offer", offer.pk)
    first, second = document["rows"]["activities"]
    first["activity"], second["activity"] = second["activity"], first["activity"]
    save_document("offer", offer.pk, document, **about())
    assert read_document("offer", offer.pk) == document


def test_old_address_is_kept_and_taken_back(db):
    institution = make_institution(slug="gammel")
    for base, slug in enumerate(["ny", "nyere", "gammel"]):
        document = read_document("institution", institution.pk)
        document["fields"]["slug"] = slug
        save_document("institution", institution.pk, document, **about(base=base))
    assert set(OldSlug.objects.values_list("slug", flat=True)) == {"ny", "nyere"}
    assert Institution.objects.get(pk=institution.pk).slug == "gammel"
