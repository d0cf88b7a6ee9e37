"""The referral sheets, through their addresses."""

import html5lib
import pytest
from django.urls import reverse

from tests.asking import questions, questions_at_once
from tests.factories import make_fact, make_institution, make_offer, make_region, make_source
from tests.pages.test_professionals import referred, tree, words
from tilbud.models import Activity, Affiliation, Contact, Offer, OperatingAgreement, WayIn

pytestmark = pytest.mark.django_db
SHEETS = ["bergensklinikkene-gruppe-voksne-barn", "furuset-put-planlagt", "al-anon-moss", "risk-samtaler"]


def sheet(client, offer):
    return words(tree(client.get(reverse("referral-sheet", args=[offer.slug]))).find(".//main"))


def test_sheet_for_a_referral_says_to_whom_what_and_what_then(client, empty_directory):
    source = make_source(published="2007-02", check_method="interview")
    offer = make_offer(institution=make_institution(kind="hospital_unit", source=source), dependence="consent")
    make_fact(WayIn, offer=offer, kind="referral", route="Fra lege", check_method="interview")
    make_fact(Contact, institution=offer.institution, kind="postal", value="Postboks 62", check_method="interview")
    make_fact(Contact, institution=offer.institution, kind="phone", value="22334455", check_method="interview")

    content = sheet(client, offer)

    assert f"{offer.institution} – kontroller før du sender." in content
    assert "Fra lege Opplyst februar 2007, ikke kontrollert siden" in content
    assert "Postboks 62 Opplyst februar 2007, ikke kontrollert siden" in content
    assert "22 33 44 55 Opplyst februar 2007, ikke kontrollert siden" in content
    assert "innen 10 virkedager" in content
    assert "om pårørende selv har rett til TSB, er uavklart" in content
    assert "helsenorge.no" in content
    assert f"Til: {offer.institution} Adresse: Postboks 62 [kontroller før du sender]" in content
    assert "Den andre er pasient hos dere: [ ]" in content


def test_sheet_takes_nothing_in(client, empty_directory):
    offer = referred()

    page = tree(client.get(reverse("referral-sheet", args=[offer.slug])))

    assert page.findall(".//form") == page.findall(".//input") == []
    assert page.find(".//textarea").get("readonly") is not None
    assert client.post(reverse("referral-sheet", args=[offer.slug])).status_code == 405


@pytest.mark.parametrize(
    ("institution", "promised"),
    [
        ({"kind": "hospital_unit"}, True),
        ({"kind": "foundation", "is_competence_centre": True}, True),
        ({"kind": "municipal_service"}, False),
        ({"kind": "private"}, False),
    ],
)
def test_sheet_ten_days_only_for_specialist_care(client, empty_directory, institution, promised):
    offer = make_offer(institution=make_institution(**institution))
    make_fact(WayIn, offer=offer, kind="referral")

    assert ("10 virkedager" in sheet(client, offer)) is promised


def test_sheet_ten_days_with_an_operating_agreement(client, empty_directory):
    offer = make_offer(institution=make_institution(kind="private"))
    make_fact(WayIn, offer=offer, kind="referral")
    make_fact(OperatingAgreement, institution=offer.institution, region=make_region())

    assert "10 virkedager" in sheet(client, offer)


@pytest.mark.parametrize("dependence", ["independent", "unstated"])
def test_sheet_asks_of_the_other_person_only_where_it_depends(client, empty_directory, dependence):
    assert "Den andre er pasient hos dere" not in sheet(client, referred(dependence=dependence))


def test_sheet_for_self_referral_needs_none(client, empty_directory):
    offer = make_offer()
    make_fact(WayIn, offer=offer, kind="self")

    content = sheet(client, offer)

    assert "Trenger ikke henvisning" in content
    assert "Den pårørende kan ta kontakt selv." in content
    assert "Tekst til å kopiere" not in content
    assert "virkedager" not in content


@pytest.mark.parametrize("which", ["voluntary", "helpline", "familievern"])
def test_sheet_organisations_lines_and_familievern_need_none(client, empty_directory, which):
    offer = make_offer(
        title="Råd ved familievernkontorene" if which == "familievern" else "Råd",
        institution=make_institution(sector="voluntary" if which == "voluntary" else "public"),
    )
    if which == "helpline":
        make_fact(Activity, offer=offer, activity="phone")

    content = sheet(client, offer)

    assert "Organisasjoner, familievernkontor og hjelpetelefoner krever ikke henvisning." in content
    assert "virkedager" not in content


@pytest.mark.parametrize(
    ("kind", "said"), [("invitation", "på invitasjon"), ("", "Kildene sier ikke om tilbudet")]
)
def test_sheet_without_a_known_way_says_ring_first(client, empty_directory, kind, said):
    offer = make_offer(institution=make_institution(kind="hospital_unit", sector="public"))
    if kind:
        make_fact(WayIn, offer=offer, kind=kind)

    content = sheet(client, offer)

    assert said in content
    assert "Ring først." in content
    assert "virkedager" not in content


@pytest.mark.parametrize("status", ["closed", "planned", "suspended"])
def test_sheet_for_an_offer_not_running_says_that_none_can_be_sent(client, empty_directory, status):
    content = sheet(client, referred(status=status, status_note="Sagt opp."))

    assert "En henvisning kan ikke sendes. Sagt opp." in content
    assert "Tekst til å kopiere" not in content
    assert "virkedager" not in content


def test_sheet_taken_over_institution_gives_the_new_recipient_only(client, empty_directory):
    offer, heir = referred(), make_institution(name="Arvingen")
    make_fact(Affiliation, institution=offer.institution, kind="successor", other=heir, year=2019)
    make_fact(Contact, institution=offer.institution, kind="postal", value="Gammel vei 3")
    make_fact(Contact, offer=offer, kind="phone", value="22334455")
    make_fact(Contact, institution=heir, kind="postal", value="Ny vei 4")

    content = sheet(client, offer)

    assert f"{offer.institution} er videreført av Arvingen (2019)." in content
    assert "Arvingen – kontroller før du sender." in content
    assert "Til: Arvingen Adresse: Ny vei 4 [kontroller" in content
    assert "Gammel vei 3" not in content
    assert "22 33 44 55" not in content


def test_sheet_heir_outside_the_directory_has_no_address(client, empty_directory):
    offer = referred()
    make_fact(Affiliation, institution=offer.institution, kind="successor", other_name="Et foretak")
    make_fact(Contact, institution=offer.institution, kind="postal", value="Gammel vei 3")

    content = sheet(client, offer)

    assert "er videreført av Et foretak." in content
    assert "Vi har ingen adresse og ikke noe telefonnummer til Et foretak." in content
    assert "Gammel vei 3" not in content


def test_sheet_part_of_something_taken_over_keeps_its_address_with_a_warning(client, directory):
    content = sheet(client, Offer.objects.get(slug="afx-gaustad-samtaler-og-gruppe"))

    assert "Aker universitetssykehus er videreført av Oslo universitetssykehus" in content
    assert "Navn og adresse kan være endret." in content
    assert "Sognsvannsveien 21" in content


def test_sheet_unknown_offer_is_a_404(client):
    assert client.get("/tilbud/finnes-ikke/henvisning/").status_code == 404


@pytest.mark.parametrize("slug", SHEETS)
def test_sheet_is_valid_html(client, directory, slug):
    response = client.get(reverse("referral-sheet", args=[slug]))

    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    page = parser.parse(response.content.decode())
    assert parser.errors == []
    assert len(page.findall(".//h1")) == 1
    assert words(page.find(".//title")) == "Ark"
    assert not response.cookies


@pytest.mark.once
def test_real_sheets_stay_within_twelve_queries(client, directory):
    questions(client, "/")
    for slug in Offer.objects.values_list("slug", flat=True):
        assert questions_at_once(client, reverse("referral-sheet", args=[slug])) <= 12
