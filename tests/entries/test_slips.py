"""The slip rules by themselves: what is tidied, what is refused, what is only warned about."""

import pytest
from django.core.exceptions import ValidationError

from regions.models import Place
from tests.factories import make_fact, make_institution, make_offer, make_place
from tilbud.entries import slips
from tilbud.models import Contact, InstitutionName, OldSlug


@pytest.mark.parametrize(
    "text",
    ["974760673", "974 760 673", "NO 974 760 673 MVA", "no974760673mva", "974\u00a0760\u00a0673", "974.760.673"],
)
def test_org_number_is_stored_as_nine_digits(text):
    assert slips.tidy_org_number(text) == "974760673"


@pytest.mark.parametrize("text", ["974760674", "97476067", "9747606733", "ni siffer", "٩٧٤٧٦٠٦٧٣"])
def test_org_number_that_cannot_be_is_refused(text):
    with pytest.raises(ValidationError):
        slips.tidy_org_number(text)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("22 02 92 80", "22029280"),
        ("+47 22 02 92 80", "22029280"),
        ("0047 22029280", "22029280"),
        ("00 47 22 02 92 80", "22029280"),
        ("(+47) 800-89-550", "80089550"),
        ("22\u00a002\u00a092\u00a080", "22029280"),
        ("116 123", "116123"),
        ("113", "113"),
        ("02800", "02800"),
    ],
)
def test_phone_is_stored_as_a_norwegian_number(text, stored):
    assert slips.tidy_phone(text) == stored


@pytest.mark.parametrize("text", ["2202928", "350035887", "+46 8 123 45 67", "12345678", "ring oss", "115", ""])
def test_phone_that_cannot_be_is_refused_and_may_stand_as_doubtful(text):
    with pytest.raises(ValidationError, match="tvilsom"):
        slips.tidy_contact_value("phone", text)
    assert slips.tidy_contact_value("phone", text, is_doubtful=True) == text


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("www.eksempel.no", "https://www.eksempel.no"),
        ("eksempel.no/hjelp", "https://eksempel.no/hjelp"),
        ("www.eksempel.no:8080/a", "https://www.eksempel.no:8080/a"),
        (" http://eksempel.no ", "http://eksempel.no"),
        ("//eksempel.no", "https://eksempel.no"),
        ("HTTPS://eksempel.no", "HTTPS://eksempel.no"),
        ("https://blåbær.no", "https://blåbær.no"),
    ],
)
def test_web_address_gets_a_scheme(text, stored):
    assert slips.tidy_url(text) == stored


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", " java\tscript:alert(1)", "data:text/html,x", "ftp://x.no", "mailto:a@b.no"]
)
@pytest.mark.parametrize("is_doubtful", [True, False])
def test_web_address_of_another_scheme_is_refused_also_when_doubtful(text, is_doubtful):
    with pytest.raises(ValidationError):
        slips.tidy_contact_value("web", text, is_doubtful)


@pytest.mark.parametrize("text", ["ikke en adresse", "https://", "www", "https://" + "a" * 250 + ".no"])
def test_web_address_that_cannot_be_is_refused(text):
    with pytest.raises(ValidationError):
        slips.tidy_url(text)


def test_contacts_of_the_sources_hold_the_rules_or_are_doubtful(directory):
    for contact in Contact.objects.select_related("place__county", "place__county_2007__successor"):
        slips.tidy_contact_value(contact.kind, contact.value, contact.is_doubtful)
        fault = slips.postcode_fault(contact.postal_code, contact.place)
        assert contact.is_doubtful or not fault, contact


@pytest.mark.parametrize(
    ("code", "words"), [("0320", "finnes ikke"), ("9008", "er Tromsø, men stedet Bergen ligger i Vestland")]
)
def test_postcode_that_does_not_fit_is_told(directory, code, words):
    assert words in slips.postcode_fault(code, Place.objects.get(name="Bergen"))


@pytest.mark.parametrize("code", ["", "5003"])
def test_postcode_that_fits_is_let_be(directory, code):
    assert slips.postcode_fault(code, Place.objects.get(name="Bergen")) == ""
    assert slips.postcode_fault(code) == ""


@pytest.mark.parametrize(
    "address",
    [
        "kari.nordmann@x.no",
        "Kari_Nordmann@x.no",
        "anne-grete.moen@x.no",
        "k.nordmann@x.no",
        "kari.m.nordmann@x.no",
        "kn@x.no",
        "kan@x.no",
    ],
)
def test_address_of_a_person_is_warned_about(address):
    assert "postkassene til enheter" in slips.email_warning(address)


@pytest.mark.parametrize(
    "address",
    [
        "post@x.no",
        "postmottak@x.no",
        "kontakt@x.no",
        "post.rus@x.no",
        "rus.oslo@x.no",
        "rio@rio.no",
        "bk-sandnes@x.no",
        "floenkollektivet@x.no",
        "avd.nord@x.no",
    ],
)
def test_mailbox_of_a_unit_passes(address):
    assert slips.email_warning(address) == ""


def test_hardly_any_mailbox_of_the_sources_is_taken_for_a_person(directory):
    addresses = Contact.objects.filter(kind="email").values_list("value", flat=True)
    assert sum(map(slips.is_personal_email, addresses)) <= len(addresses) // 20


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Tyrilistiftelsen", "TYRILISTIFTELSEN", True),
        ("Ålesund klinikk", "Aalesund klinikk", True),
        ("Blå Kors Eina", "Blå Kros Eina", True),
        ("Blå Kors Eina", "Blå Kors Elna", True),
        ("Lænkeforeningen", "Lenkeforeningen", True),
        ("RIO", "RITS", False),
        ("Avdeling 1", "Avdeling 2", False),
        ("Valdresklinikken", "Vestklinikken", False),
    ],
)
def test_names_are_alike_when_one_may_be_the_other_misspelt(one, other, alike):
    assert slips.are_alike(one, other) is alike


def test_institution_near_by_of_nearly_the_same_name_is_found(db):
    here, there = make_place(), make_place()
    near = make_institution(name="Prøveklinikken", place=here)
    far = make_institution(name="Prøveklinikken", place=there)
    renamed = make_institution(name="Noe ganske annet", place=here)
    make_fact(InstitutionName, institution=renamed, name="Prøveklinikkene")
    nowhere = make_institution(name="Proveklinikken")
    assert set(slips.institutions_alike("Prøveklinikken", here)) == {near, renamed, nowhere}
    assert set(slips.institutions_alike("Prøveklinikken")) == {near, far, renamed, nowhere}
    assert near not in slips.institutions_alike("Prøveklinikken", here, near.pk)


def test_address_another_entry_once_had_is_refused(db):
    offer = make_offer()
    OldSlug.objects.create(slug="gammel", offer=offer)
    assert "har vært adressen til" in slips.slug_fault("offer", "gammel")
    assert slips.slug_fault("offer", "gammel", offer.pk) == ""
    assert slips.slug_fault("institution", "gammel") == ""
