"""Pages of one offer, one institution and one region: every fact with its source and age."""

import datetime

import pytest

from regions.models import HealthRegion
from tests.asking import questions, questions_at_once
from tests.factories import make_institution, make_offer, make_region, make_source
from tilbud.models import (
    Activity,
    Affiliation,
    AgeLimit,
    Contact,
    Contradiction,
    Institution,
    InstitutionName,
    Offer,
    Payment,
    Remark,
)

pytestmark = pytest.mark.django_db


def text(response):
    return " ".join(response.content.decode().split())


def test_offer_shows_each_fact_with_its_place_and_age(client, empty_directory):
    source = make_source(published="2007-02", check_method="interview")
    offer = make_offer(source=source, check_method="interview", locator="kap. 9, linje 1")
    AgeLimit.objects.create(
        offer=offer,
        source=source,
        check_method="interview",
        min_age=15,
        children="yes",
        locator="kap. 3, linje 446",
    )
    Payment.objects.create(
        offer=offer,
        source=source,
        kind="free",
        locator="kap. 3, linje 447",
        check_method="called",
        checked_on=datetime.date(2026, 11, 24),
    )

    content = text(client.get(offer.get_absolute_url()))

    assert "Opplyst februar 2007, ikke kontrollert siden" in content
    assert "Fra 15 år" in content
    assert "(kap. 3, linje 446)" in content
    assert "Kontrollert 24. november 2026, ringt (kap. 3, linje 447)" in content


def test_offer_without_a_fact_says_that_it_is_not_stated(client, empty_directory):
    content = text(client.get(make_offer().get_absolute_url()))

    assert "Ikke oppgitt. Spør om de tar imot på din alder." in content
    assert "Ikke oppgitt. Spør før du kommer." in content
    assert "Kilden sier ikke hvordan du kommer inn." in content
    assert "Vi har ikke noe telefonnummer" in content


def test_offer_shows_a_claim_that_is_not_current_as_such(client, directory):
    content = text(client.get("/tilbud/bergensklinikkene-gruppe-voksne-barn/"))

    assert "Fra 18 år («personer over 18 år»)" in content
    assert '<dd class="not-current">Fra 20 år («må derimot personen være over tjue år»)' in content


def test_offer_of_an_institution_taken_over_says_who_took_over(client, directory):
    content = text(client.get("/tilbud/bergensklinikkene-gruppe-voksne-barn/"))

    assert "er videreført av" in content
    assert 'href="/institusjoner/helse-bergen-rusmedisin/"' in content


def test_offer_doubtful_phone_is_marked_and_no_link(client, directory):
    content = text(client.get("/institusjoner/put-skien/"))

    assert "350035887" in content
    assert "Tvilsom" in content
    assert "tel:350035887" not in content
    assert "tel:+47350035887" not in content


def test_institution_unconfirmed_successor_is_for_staff_only(client, directory):
    assert Affiliation.objects.filter(institution__slug="lms", kind="successor", is_confirmed=False).exists()

    content = text(client.get("/institusjoner/lms/"))

    assert "videreført av" not in content


def test_institution_shows_old_names_agreements_figures_and_both_sides_of_links(client, directory):
    content = text(client.get("/institusjoner/lms/"))

    assert "Landsforeningen" in content
    assert "mer enn 5 500" in content
    assert "1 089 000" in content
    assert "Nevnt av" in content
    assert 'href="/institusjoner/veksthuset-oslo/"' in content


def test_institution_found_under_its_old_name_points_to_successor(client, directory):
    content = text(client.get("/institusjoner/ulleval-universitetssykehus/"))

    assert 'href="/institusjoner/oslo-universitetssykehus/"' in content


def test_institution_contradictions_show_both_statements(client, empty_directory):
    institution = make_institution()
    Contradiction.objects.create(
        slug="alder",
        institution=institution,
        subject="Nedre aldersgrense",
        first="Teksten: fra 15 år",
        first_source=institution.source,
        first_locator="kap. 3, linje 1",
        second="Tabellen: 18+",
        second_source=institution.source,
        second_locator="kap. 3, linje 2",
    )

    content = text(client.get(institution.get_absolute_url()))

    assert "Teksten: fra 15 år" in content
    assert "Tabellen: 18+" in content


@pytest.mark.parametrize("address", ["/tilbud/finnes-ikke/", "/institusjoner/finnes-ikke/", "/helseregioner/x/"])
def test_detail_unknown_address_is_a_helpful_404(client, address):
    response = client.get(address)

    assert response.status_code == 404
    assert "Siden finnes ikke" in text(response)
    assert "tel:113" in text(response)


@pytest.mark.parametrize("address", ["/tilbud/%00/", "/institusjoner/%00/", "/helseregioner/a%20b/", "/tilbud/æ/"])
def test_detail_impossible_address_is_a_404(client, address):
    assert client.get(address).status_code == 404


def test_region_old_points_to_todays(client, directory):
    content = text(client.get("/helseregioner/helse-ost/"))

    assert "Helse Øst fantes til 1. juni 2007" in content
    assert 'href="/helseregioner/helse-sor-ost/"' in content
    assert 'href="/institusjoner/jessheimklinikken/"' in content


def test_region_today_holds_what_the_old_ones_held(client, directory):
    content = text(client.get("/helseregioner/helse-sor-ost/"))

    assert 'href="/institusjoner/jessheimklinikken/"' in content
    assert 'href="/institusjoner/borgestadklinikken/"' in content
    assert 'href="/institusjoner/lade/"' not in content


def test_region_lists_planned_offers_apart(client, directory):
    response = client.get("/helseregioner/helse-ost/")

    dormant = {offer.institution.slug for offer in response.context["dormant"]}
    assert {"furuset-put", "dps-gudbrandsdalen", "biri-treningssenter"} <= dormant
    assert "Planlagt, stanset eller lagt ned" in text(response)


def test_region_list_shows_todays_four_first(client, directory):
    response = client.get("/helseregioner/")

    assert [region.slug for region in response.context["today"]] == [
        "helse-sor-ost",
        "helse-vest",
        "helse-midt-norge",
        "helse-nord",
    ]
    assert [region.slug for region in response.context["old"]] == ["helse-ost", "helse-sor"]


def _many_facts(offer, number):
    institution, source = offer.institution, offer.source
    for i in range(number):
        Remark.objects.create(offer=offer, source=source, topic="other", text=f"Ord {i}")
        Remark.objects.create(institution=institution, source=source, topic="other", text=f"Ord {i}")
        Contact.objects.create(institution=institution, source=source, kind="phone", value=f"2222222{i}")
        InstitutionName.objects.create(institution=institution, source=source, name=f"Navn {i}")
        Affiliation.objects.create(
            institution=institution, source=source, kind="umbrella", other=make_institution(source=source)
        )
        make_offer(institution=institution)
    for activity in list(Activity.Activities)[:number]:
        Activity.objects.create(offer=offer, source=source, activity=activity)


@pytest.mark.parametrize("which", ["offer", "institution"])
def test_detail_queries_do_not_grow_with_facts(client, empty_directory, which):
    def queries(number):
        offer = make_offer(institution=make_institution(region=make_region()))
        _many_facts(offer, number)
        address = offer.get_absolute_url() if which == "offer" else offer.institution.get_absolute_url()
        return questions(client, address)

    few, many = queries(1), queries(6)

    assert few == many <= 10


@pytest.mark.once
def test_every_real_detail_page_answers_within_ten_queries(client, directory):
    questions(client, "/")
    worst = {}
    for obj in [*Offer.objects.all(), *Institution.objects.all(), *HealthRegion.objects.all()]:
        asked = questions_at_once(client, obj.get_absolute_url())
        worst[type(obj).__name__] = max(worst.get(type(obj).__name__, 0), asked)

    assert max(worst.values()) <= 10, worst
