"""Finding the row to work on: search, filters, links between institution and offers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.desk.pages import address, text_of
from tests.factories import make_fact, make_institution, make_offer, make_place, make_source
from tilbud.models import Activity, Contact, Institution, InstitutionName, Offer, Remark


def found(client, model, **query):
    return set(client.get(address(model, "changelist"), query).context["cl"].queryset)


@pytest.mark.parametrize("words", ["ålesund", "ÅLESUND", "Alesund", "aalesund", "sund åle", "prøve ålesund"])
def test_search_finds_the_name_in_any_spelling(admin_client, empty_directory, words):
    institution = make_institution(name="Ålesund prøvested")
    make_institution(name="Volda")
    assert found(admin_client, Institution, q=words) == {institution}


def test_search_wants_every_word(admin_client, empty_directory):
    make_institution(name="Ålesund")
    assert found(admin_client, Institution, q="ålesund volda") == set()


def test_search_of_nothing_finds_everything(admin_client, empty_directory):
    institution = make_institution()
    assert found(admin_client, Institution, q="  ") == {institution}


def test_search_finds_other_names_and_places_once(admin_client, empty_directory):
    institution = make_institution(place=make_place(name="Øksnes"))
    for name in ["Det Blå hjemmet", "Blåhjemmet"]:
        make_fact(InstitutionName, institution=institution, name=name)
    offer = make_offer(institution=institution)
    make_offer()
    for words in ["blå", "blåhjemmet oksnes"]:
        assert list(found(admin_client, Institution, q=words)) == [institution]
        assert list(found(admin_client, Offer, q=words)) == [offer]


def test_search_in_a_field_finds_any_spelling(admin_client, empty_directory):
    institution = make_institution(name="Ålesund")
    field = "/admin/autocomplete/?app_label=tilbud&model_name=offer&field_name=institution&term=ÅLE"
    assert admin_client.get(field).json()["results"] == [{"id": str(institution.pk), "text": "Ålesund"}]


def test_list_of_institutions_counts_offers_and_leads_to_them(admin_client, empty_directory):
    institution = make_institution(name="To")
    for _twice in range(2):
        make_offer(institution=institution)
    make_fact(InstitutionName, institution=institution, name="Tosifret")
    make_offer()
    link = f"{address(Offer, 'changelist')}?institution__id__exact={institution.pk}"
    response = admin_client.get(address(Institution, "changelist"), {"q": "tosifret"})
    assert f'<a href="{link}">2</a>' in text_of(response)
    assert set(admin_client.get(link).context["cl"].queryset) == set(institution.offers.all())


def test_institution_leads_to_its_public_page_its_offers_and_a_new_offer(admin_client):
    institution = make_offer().institution
    text = text_of(admin_client.get(address(Institution, "change", institution.pk)))
    assert f'href="{institution.get_absolute_url()}"' in text
    assert f'href="{address(Offer, "changelist")}?institution__id__exact={institution.pk}">Se 1 tilbud<' in text
    assert f'href="{address(Offer, "add")}?institution={institution.pk}"' in text


def test_offer_leads_to_its_public_page_and_its_institution(admin_client):
    offer = make_offer()
    text = text_of(admin_client.get(address(Offer, "change", offer.pk)))
    assert f'href="{offer.get_absolute_url()}"' in text
    assert f'<a href="{address(Institution, "change", offer.institution_id)}">{offer.institution}</a>' in text


def test_new_institution_has_no_links_yet(admin_client):
    text = text_of(admin_client.get(address(Institution, "add")))
    assert "Lagre institusjonen først." in text
    assert "?institution=None" not in text


def test_lists_are_filtered_by_when_a_row_was_last_checked(admin_client, empty_directory):
    today = timezone.localdate()
    never = make_offer()
    old = make_offer(checked_on=today - timedelta(days=366), check_method="called")
    recent = make_offer(checked_on=today, check_method="web")
    assert found(admin_client, Offer, checked="never") == {never}
    assert found(admin_client, Offer, checked="old") == {old}
    assert found(admin_client, Offer, checked="recent") == {recent}
    assert found(admin_client, Offer) == {never, old, recent}


def test_unchecked_row_says_so(admin_client, empty_directory):
    make_institution()
    assert '<td class="field-last_checked">aldri</td>' in text_of(
        admin_client.get(address(Institution, "changelist"))
    )


def test_offers_are_filtered_by_what_they_are(admin_client, empty_directory):
    group, _talks = make_offer(), make_offer()
    make_fact(Activity, offer=group, activity="group")
    assert found(admin_client, Offer, activities__activity__exact="group") == {group}


def test_remarks_and_contacts_are_filtered_by_whom_they_are_about(admin_client, empty_directory):
    institution, offer, source = make_institution(), make_offer(), make_source()
    of_institution = make_fact(Remark, institution=institution, topic="other", text="En")
    of_offer = make_fact(Remark, offer=offer, topic="other", text="To")
    of_field = make_fact(Remark, source=source, topic="need", text="Tre")
    contact = make_fact(Contact, offer=offer, kind="web", value="a.no")
    assert found(admin_client, Remark, owner="institution") == {of_institution}
    assert found(admin_client, Remark, owner="offer") == {of_offer}
    assert found(admin_client, Remark, owner="field") == {of_field}
    assert found(admin_client, Contact, owner="offer") == {contact}
    assert found(admin_client, Contact, owner="institution") == set()
