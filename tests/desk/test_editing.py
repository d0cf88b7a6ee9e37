"""What an editor sends is what the database holds afterwards."""

import pytest

from tests.desk.pages import add_row, address, filled_in, text_of
from tests.factories import make_fact, make_institution, make_offer, make_place, make_source
from tests.staff import log_in
from tilbud.models import Activity, Affiliation, Contact, Institution, Offer, Payment


def test_institution_is_changed_together_with_its_facts(admin_client):
    institution = make_institution(name="Før")
    kept = make_fact(Contact, institution=institution, kind="phone", value="22029280")
    gone = make_fact(Contact, institution=institution, kind="web", value="gammel.no")
    place, source = make_place(), make_source()
    page = address(Institution, "change", institution.pk)
    response = admin_client.get(page)
    data = filled_in(response, name="Etter", place=place.pk) | {
        "contacts-0-value": "22029281",
        "contacts-1-DELETE": "on",
    }
    add_row(response, data, "names", name="Før", source=source)
    add_row(response, data, "affiliations", kind="successor", other=make_institution(), source=source)

    assert admin_client.post(page, data).status_code == 302

    institution.refresh_from_db()
    kept.refresh_from_db()
    assert (institution.name, institution.place) == ("Etter", place)
    assert kept.value == "22029281"
    assert not Contact.objects.filter(pk=gone.pk).exists()
    assert (institution.names.get().name, institution.names.get().source) == ("Før", source)
    assert institution.affiliations.get().kind == Affiliation.Kinds.SUCCESSOR


def test_offer_is_made_together_with_its_facts(admin_client):
    institution, source = make_institution(), make_source()
    response = admin_client.get(f"{address(Offer, 'add')}?institution={institution.pk}")
    data = filled_in(response, title="Kveldsgruppe", slug="prove-ny", summary="Du kan komme.", status="offered")
    data["source"] = source.pk
    add_row(response, data, "activities", activity="group", led_by="peers", source=source)
    add_row(response, data, "age_limits", min_age="18", source=source)
    add_row(response, data, "ways_in", kind="self", source=source)
    add_row(response, data, "contacts", kind="phone", value="22029280", source=source)

    assert admin_client.post(address(Offer, "add"), data).status_code == 302

    offer = Offer.objects.get(slug="prove-ny")
    assert (offer.institution, offer.source, offer.dependence) == (institution, source, "unstated")
    assert (offer.activities.get().led_by, offer.age_limits.get().min_age) == ("peers", 18)
    assert (offer.ways_in.get().kind, offer.contacts.get().institution) == ("self", None)


def test_page_sent_as_it_was_shown_changes_nothing(admin_client):
    offer = make_offer(capacity_min=3)
    make_fact(Activity, offer=offer, activity="group")
    page = address(Offer, "change", offer.pk)
    before = Offer.objects.filter(pk=offer.pk).values().get()
    assert admin_client.post(page, filled_in(admin_client.get(page))).status_code == 302
    assert Offer.objects.filter(pk=offer.pk).values().get() == before
    assert offer.activities.count() == 1


@pytest.mark.parametrize("giving_up", [{"payments-0-is_current": ""}, {"payments-0-DELETE": "on"}])
def test_old_claim_is_given_up_and_a_new_one_made_in_one_save(admin_client, giving_up):
    offer = make_offer()
    old = make_fact(Payment, offer=offer, kind="free")
    page = address(Offer, "change", offer.pk)
    response = admin_client.get(page)
    data = filled_in(response) | giving_up
    add_row(response, data, "payments", kind="free", source=make_source())
    assert admin_client.post(page, data).status_code == 302
    assert offer.payments.current().get() != old


def test_row_somebody_else_has_added_meanwhile_is_not_repeated(admin_client):
    offer = make_offer()
    page = address(Offer, "change", offer.pk)
    response = admin_client.get(page)
    data = filled_in(response)
    add_row(response, data, "payments", kind="free", source=offer.source)
    make_fact(Payment, offer=offer, kind="free")
    response = admin_client.post(page, data)
    assert "Tilbudet har allerede denne betalingen." in text_of(response)
    assert offer.payments.count() == 1


def test_two_old_rows_cannot_change_into_the_same(admin_client):
    offer = make_offer()
    for kind in ["free", "egenandel"]:
        make_fact(Payment, offer=offer, kind=kind)
    page = address(Offer, "change", offer.pk)
    data = filled_in(admin_client.get(page)) | {"payments-0-kind": "user_fee", "payments-1-kind": "user_fee"}
    response = admin_client.post(page, data)
    assert "Tilbudet har allerede denne betalingen." in text_of(response)
    assert sorted(offer.payments.values_list("kind", flat=True)) == ["egenandel", "free"]


def test_two_old_rows_that_change_places_get_the_message(admin_client):
    offer = make_offer()
    for kind in ["free", "egenandel"]:
        make_fact(Payment, offer=offer, kind=kind)
    page = address(Offer, "change", offer.pk)
    data = filled_in(admin_client.get(page)) | {"payments-0-kind": "egenandel", "payments-1-kind": "free"}
    response = admin_client.post(page, data)
    assert response.status_code == 200
    assert "Tilbudet har allerede denne betalingen." in text_of(response)


def test_new_institution_with_the_same_name_twice(admin_client):
    source = make_source()
    response = admin_client.get(address(Institution, "add"))
    data = filled_in(response, name="Ny", slug="prove-ny", kind="private", source=source.pk)
    for _twice in range(2):
        add_row(response, data, "names", name="Gammel", source=source)
    response = admin_client.post(address(Institution, "add"), data)
    assert "Institusjonen har allerede dette navnet." in text_of(response)
    assert not Institution.objects.filter(slug="prove-ny").exists()


def test_institution_with_offers_cannot_be_deleted(admin_client):
    institution = make_offer().institution
    response = admin_client.post(
        address(Institution, "delete", institution.pk), {"post": "yes", "_version": "0", "change_reason": "Prøve"}
    )
    assert response.status_code == 200
    assert Institution.objects.filter(pk=institution.pk).exists()


def test_editor_without_permission_cannot_change_an_offer(client, django_user_model):
    log_in(client, django_user_model.objects.create(username="ny", is_staff=True))
    offer = make_offer()
    assert client.get(address(Offer, "change", offer.pk)).status_code == 403
