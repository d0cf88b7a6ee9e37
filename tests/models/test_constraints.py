"""Rules that must hold: each refused by the database, and by validation with a Norwegian message."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from regions.models import County
from tests.factories import make_institution, make_offer, make_region, make_source
from tilbud.models import (
    Activity,
    Affiliation,
    AgeLimit,
    Collaboration,
    Contact,
    Figure,
    InstitutionName,
    OperatingAgreement,
    Payment,
    Remark,
    TargetRelation,
    WayIn,
)

pytestmark = pytest.mark.django_db


def refused(obj, message):
    """Assert that `obj` is refused, by its own validation with `message` and by the database without it."""
    with pytest.raises(ValidationError) as error:
        obj.full_clean()
    assert message in " ".join(error.value.messages)
    with pytest.raises(IntegrityError), transaction.atomic():
        obj.save()


def facts(offer):
    return {"offer": offer, "source": offer.source}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"min_age": 18, "max_age": 12}, "Laveste alder kan ikke være høyere enn høyeste alder."),
        ({"min_age": 121}, "Alder oppgis i hele år, høyst 120."),
        ({"max_age": 150}, "Alder oppgis i hele år, høyst 120."),
        ({"checked_on": datetime.date(2026, 1, 1)}, "En kontroll trenger både dato og måte"),
        ({"check_method": "called"}, "En kontroll trenger både dato og måte"),
    ],
)
def test_age_limit_impossible_is_refused(values, message):
    refused(AgeLimit(**facts(make_offer()) | values), message)


@pytest.mark.parametrize(
    "values",
    [
        {"min_age": 12, "max_age": 12},
        {"min_age": 0, "max_age": 120},
        {"check_method": "called", "checked_on": datetime.date(2026, 1, 1)},
    ],
)
def test_age_limit_possible_is_taken(values):
    limit = AgeLimit(**facts(make_offer()) | values)

    limit.full_clean()
    limit.save()

    assert AgeLimit.objects.filter(pk=limit.pk).exists()


@pytest.mark.parametrize(
    ("model", "values", "message"),
    [
        (Activity, {"activity": "group"}, "Tilbudet har allerede denne aktiviteten."),
        (TargetRelation, {"relation": "parent"}, "Tilbudet har allerede denne målgruppen."),
        (Payment, {"kind": "free"}, "Tilbudet har allerede denne betalingen."),
        (WayIn, {"kind": "self"}, "Tilbudet har allerede denne veien inn."),
    ],
)
def test_second_current_fact_of_a_kind_is_refused_but_an_old_claim_is_kept(model, values, message):
    offer = make_offer()
    model.objects.create(**facts(offer), **values)

    refused(model(**facts(offer), **values), message)
    model.objects.create(**facts(offer), **values, is_current=False)

    assert model.objects.filter(offer=offer).count() == 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "phone", "value": "350035887"}, "Skriv nummeret med bare tall"),
        ({"kind": "phone", "value": "12345678"}, "Skriv nummeret med bare tall"),
        ({"kind": "phone", "value": "22 22 22 22"}, "Skriv nummeret med bare tall"),
        ({"kind": "phone", "value": "22222222", "is_doubtful": True}, "Skriv hvorfor opplysningen er tvilsom"),
        ({"kind": "phone", "value": "22222222", "doubt": "?"}, "Skriv hvorfor opplysningen er tvilsom"),
    ],
)
def test_contact_that_cannot_be_right_is_refused(values, message):
    institution = make_institution()

    refused(Contact(institution=institution, source=institution.source, **values), message)


@pytest.mark.parametrize("number", ["113", "116117", "116123", "22222222", "80089550", "02800"])
def test_contact_plausible_numbers_are_taken(number):
    institution = make_institution()

    contact = Contact(institution=institution, source=institution.source, kind="phone", value=number)
    contact.full_clean()
    contact.save()

    assert Contact.objects.filter(institution=institution).get().value == number


def test_contact_doubtful_number_is_kept_as_printed():
    institution = make_institution()
    contact = Contact.objects.create(
        institution=institution,
        source=institution.source,
        kind="phone",
        value="350035887",
        is_doubtful=True,
        doubt="Ni siffer.",
    )

    assert (contact.display, contact.href) == ("350035887", "")


@pytest.mark.parametrize(
    ("value", "display", "href"),
    [
        ("113", "113", "tel:113"),
        ("116123", "116 123", "tel:116123"),
        ("22029280", "22 02 92 80", "tel:+4722029280"),
        ("80089550", "800 89 550", "tel:+4780089550"),
        ("02800", "02800", "tel:02800"),
    ],
)
def test_contact_number_is_shown_grouped_and_dialled_whole(value, display, href):
    contact = Contact(kind="phone", value=value)

    assert (contact.display, contact.href) == (display, href)


@pytest.mark.parametrize(("owners", "is_fine"), [("both", False), ("none", False), ("offer", True)])
def test_contact_belongs_to_one_owner(owners, is_fine):
    offer = make_offer()
    contact = Contact(
        offer=offer if owners != "none" else None,
        institution=offer.institution if owners == "both" else None,
        source=offer.source,
        kind="web",
        value="www.example.no",
    )

    if is_fine:
        contact.full_clean()
    else:
        refused(contact, "Velg enten en institusjon eller et tilbud")


def test_remark_belongs_to_one_owner_or_to_the_field():
    offer = make_offer()
    values = {"source": offer.source, "topic": "other", "text": "Ord."}

    refused(Remark(offer=offer, institution=offer.institution, **values), "Velg en institusjon eller et tilbud")
    Remark(**values).full_clean()


def test_offer_capacity_upside_down_is_refused():
    offer = make_offer()
    offer.capacity_min, offer.capacity_max = 9, 8

    refused(offer, "Færrest deltakere kan ikke være mer enn flest deltakere.")


def test_affiliation_rules():
    one, other = make_institution(), make_institution()
    values = {"institution": one, "source": one.source}
    Affiliation.objects.create(**values, kind="owner", other=other)

    refused(Affiliation(**values, kind="parent", other=one), "kan ikke være knyttet til seg selv")
    refused(Affiliation(**values, kind="parent"), "Velg en institusjon i katalogen")
    refused(Affiliation(**values, kind="owner", other=make_institution()), "har allerede en gjeldende")
    Affiliation(**values, kind="umbrella", other_name="Utenfor").full_clean()


def test_agreement_collaboration_figure_and_name_rules():
    one = make_institution()
    values = {"institution": one, "source": one.source}
    InstitutionName.objects.create(**values, name="Et navn")

    refused(OperatingAgreement(**values), "Velg enten en helseregion")
    refused(OperatingAgreement(**values, region=make_region(), partner="A"), "Velg enten en helseregion")
    refused(Collaboration(**values, direction="mutual"), "Velg en part i katalogen")
    refused(Collaboration(**values, direction="mutual", partner=one), "kan ikke samarbeide med seg selv")
    refused(Figure(**values, kind="members", value=-1), "Tallet kan ikke være mindre enn null.")
    refused(InstitutionName(**values, name="Et navn"), "Institusjonen har allerede dette navnet.")


def test_region_and_county_rules():
    today = make_region()
    ended = make_region(valid_to=datetime.date(2007, 6, 1), successor=today)

    ended.successor = None
    refused(ended, "må ha både sluttdato og etterfølger")
    ended.successor = ended
    refused(ended, "kan ikke være sin egen etterfølger")
    today.valid_from, today.valid_to = datetime.date(2008, 1, 1), datetime.date(2007, 1, 1)
    refused(today, "må komme før datoen den gjelder til")
    refused(
        County(slug="et-fylke", name="Et fylke", division=2007, region=make_region(), source="k"),
        "Et fylke fra 2007 må peke til fylket i dag",
    )


@pytest.mark.parametrize("slug", ["Æ", "a b", "a--b", "-a", "a/b", "a\n", ""])
def test_slug_with_other_signs_is_refused(slug):
    institution = make_institution()
    institution.slug = slug

    with pytest.raises(ValidationError):
        institution.full_clean()


@pytest.mark.parametrize(
    ("published", "shown"), [("2007", "2007"), ("2007-02", "februar 2007"), ("2010-06-18", "18. juni 2010")]
)
def test_source_date_is_shown_as_exact_as_it_is(published, shown):
    assert make_source(published=published).get_published_display() == shown
