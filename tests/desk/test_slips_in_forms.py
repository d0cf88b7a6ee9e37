"""The slip rules in forms: said beside the field, and a box to tick for what may be right after all."""

import pytest
from django import forms
from django.contrib.admin.helpers import AdminForm

from tests.factories import make_fact, make_institution, make_offer, make_place, make_source
from tilbud.desk.slip_forms import AgeLimitFormSlips, ContactFormSlips, InstitutionFormSlips, OfferFormSlips
from tilbud.models import AgeLimit, Contact, Institution, Offer, OldSlug

CONTACT = ["kind", "value", "postal_code", "place", "is_doubtful", "doubt", "_anyway"]


def form_of(mixin, model, fields, data, instance=None):
    form_class = forms.modelform_factory(model, form=mixin, fields=fields)
    form = form_class(data, instance=instance)
    form.is_valid()
    return form


def contact_form(instance=None, **data):
    return form_of(ContactFormSlips, Contact, CONTACT, data, instance)


def institution_form(instance=None, **data):
    given = {"slug": "ny", "name": "Ny", "kind": "foundation", **data}
    fields = ["slug", "name", "kind", "place", "org_number", "_anyway"]
    return form_of(InstitutionFormSlips, Institution, fields, given, instance)


@pytest.fixture
def offer(db):
    return make_offer(title="Samtaler")


def test_contact_is_tidied_while_saving(db):
    assert contact_form(kind="phone", value="+47 22 02 92 80").instance.value == "22029280"
    assert contact_form(kind="web", value="www.eksempel.no").instance.value == "https://www.eksempel.no"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"kind": "phone", "value": "12"}, "value"),
        ({"kind": "web", "value": "javascript:alert(1)"}, "value"),
        ({"kind": "email", "value": "ikke en adresse"}, "value"),
        ({"kind": "postal", "value": "Gata 1", "postal_code": "0320"}, "postal_code"),
    ],
)
def test_slip_in_a_contact_is_said_beside_the_field(db, data, field):
    assert list(contact_form(**data).errors) == [field]


def test_doubtful_contact_stands_as_printed(db):
    form = contact_form(kind="phone", value="350 03 58 87", is_doubtful="on", doubt="Ett siffer for mye")
    assert (form.errors, form.instance.value) == ({}, "350 03 58 87")
    assert not contact_form(kind="visit", value="G", postal_code="0320", is_doubtful="on", doubt="Utgått").errors


def test_what_was_there_before_is_nobodys_slip_now(offer):
    contact = make_fact(Contact, offer=offer, kind="email", value="kari.nordmann@x.no")
    form = contact_form(contact, kind="email", value="kari.nordmann@x.no", postal_code="")
    assert (form.errors, form.warnings) == ({}, [])
    printed = make_fact(Contact, offer=offer, kind="web", value="www.x.no")
    assert contact_form(printed, kind="web", value="www.x.no").instance.value == "www.x.no"


def test_warning_shows_a_box_and_is_answered_by_ticking_it(db):
    data = {"kind": "email", "value": "kari.nordmann@x.no"}
    unseen = contact_form(kind="phone", value="22029280")
    assert 'type="hidden"' in str(unseen["_anyway"])
    asked = contact_form(**data)
    assert list(asked.errors) == ["_anyway"]
    assert 'type="checkbox"' in str(asked["_anyway"])
    assert asked.warnings == asked.errors["_anyway"]
    answered = contact_form(**data, _anyway="on")
    assert (answered.errors, len(answered.warnings)) == ({}, 1)
    assert "_anyway" not in answered.changed_data


def test_institution_of_nearly_the_same_name_near_by_is_warned_about_with_a_link(db):
    place = make_place()
    other = make_institution(name="Prøveklinikken", place=place)
    form = institution_form(name="Prøveklinikkken", place=place.pk)
    link = f'<a href="/admin/tilbud/institution/{other.pk}/change/">Prøveklinikken</a>'
    fieldsets = [(None, {"fields": ["name", "_anyway"]})]
    line = list(next(iter(AdminForm(form, fieldsets, {}))))[1]
    assert link in str(line.errors())
    assert line.has_visible_field
    assert not institution_form(name="Prøveklinikkken", place=place.pk, _anyway="on").errors
    assert not institution_form(name="Prøveklinikkken", place=make_place().pk).errors


def test_name_of_another_institution_is_escaped_in_the_warning(db):
    make_institution(name="<script>alert(1)</script>")
    form = institution_form(name="<script>alert(1)</script>")
    assert "<script>" not in str(form.errors)


@pytest.mark.parametrize(("typed", "stored"), [("NO 974 760 673 MVA", "974760673"), ("", "")])
def test_org_number_is_tidied(db, typed, stored):
    form = institution_form(org_number=typed)
    assert (form.errors, form.instance.org_number) == ({}, stored)


def test_org_number_with_a_slip_is_said_beside_the_field(db):
    assert "kontrollsifferet" in str(institution_form(org_number="974760674").errors["org_number"])


def test_address_another_once_had_is_said_beside_the_field(db):
    other = make_institution(name="Den andre")
    OldSlug.objects.create(slug="gammel", institution=other)
    assert "Den andre" in str(institution_form(slug="gammel").errors["slug"])
    assert not institution_form(other, slug="gammel", name="Den andre").errors


def test_offer_of_the_same_title_at_the_institution_is_warned_about(offer):
    fields = ["slug", "title", "institution", "_anyway"]
    data = {"slug": "ny", "title": "SAMTALER", "institution": offer.institution_id}
    assert list(form_of(OfferFormSlips, Offer, fields, data).errors) == ["_anyway"]
    assert not form_of(OfferFormSlips, Offer, fields, data | {"institution": make_institution().pk}).errors
    own = form_of(OfferFormSlips, Offer, fields, data, offer)
    assert not own.errors


def test_ages_upside_down_are_said_beside_the_upper(offer):
    fields = ["min_age", "max_age", "children", "source", "check_method"]
    data = {"children": "unstated", "check_method": "published", "source": make_source().pk}
    form = form_of(AgeLimitFormSlips, AgeLimit, fields, data | {"min_age": "40", "max_age": "30"})
    assert list(form.errors) == ["max_age"]
    assert not form_of(AgeLimitFormSlips, AgeLimit, fields, data | {"min_age": "30", "max_age": "30"}).errors
