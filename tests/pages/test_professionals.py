"""The professional's table and its CSV, through their addresses."""

import csv
import datetime
import io

import html5lib
import pytest
from django.urls import reverse

from tests.asking import questions
from tests.factories import make_fact, make_institution, make_offer, make_place, make_region, make_source
from tilbud.models import (
    Activity,
    Affiliation,
    AgeLimit,
    Contact,
    Offer,
    OperatingAgreement,
    Payment,
    TargetRelation,
    WayIn,
)

pytestmark = pytest.mark.django_db
TABLE, CSV = reverse("professional-list"), reverse("professional-csv")
UNKNOWN = "ikke oppgitt"


def words(element):
    return " ".join("".join(element.itertext()).split())


def tree(response):
    return html5lib.parse(response.content.decode(), namespaceHTMLElements=False)


def table(response):
    """The table as printed: headings, then for each row its heading and its cells."""
    rows = [[words(cell) for cell in row if cell.tag in ("th", "td")] for row in tree(response).iter("tr")]
    return rows[0], rows[1:]


def records(response):
    content = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline=""), delimiter=";"))


def row_of(client, offer):
    headings, rows = table(client.get(TABLE))
    return next(dict(zip(headings, row, strict=True)) for row in rows if offer.title in row[0])


def referred(**values):
    offer = make_offer(institution=make_institution(kind="hospital_unit", sector="public"), **values)
    make_fact(WayIn, offer=offer, kind="referral")
    return offer


# The table


def test_table_row_says_what_the_database_holds(client, empty_directory):
    source = make_source(published="2007-02", check_method="interview")
    offer = make_offer(
        institution=make_institution(name="Klinikken", place=make_place(name="Ski"), source=source),
        title="Gruppe",
        dependence="consent",
        catchment="national",
        check_method="interview",
    )
    make_fact(TargetRelation, offer=offer, relation="partner")
    make_fact(AgeLimit, offer=offer, min_age=15, children="yes")
    make_fact(Activity, offer=offer, activity="treatment")
    make_fact(Activity, offer=offer, activity="group", extent="on_request")
    make_fact(Payment, offer=offer, kind="free", check_method="called", checked_on=datetime.date(2026, 11, 24))
    make_fact(Payment, offer=offer, kind="user_fee", is_current=False)
    make_fact(OperatingAgreement, institution=offer.institution, partner="Helse Ski")
    make_fact(WayIn, offer=offer, kind="referral", route="Fra lege")
    make_fact(Contact, institution=offer.institution, kind="visit", value="Torget 1", postal_code="1400")
    make_fact(Contact, institution=offer.institution, kind="postal", value="Postboks 62, 1401 Ski")

    row = row_of(client, offer)

    assert row.pop("Institusjon og tilbud").startswith("Klinikken: Gruppe")
    assert row == {
        "Sted": "Ski",
        "Helseregion": str(offer.institution.place.county_2007.region),
        "For hvem": "Partner; krever samtykke fra den andre; tar imot: hele landet",
        "Alder": "Fra 15 år",
        "Hva": "Behandling",
        "Form": "Gruppe (ved behov)",
        "Henvisning": "Ja",
        "Vei inn og adresse": "Fra lege; Postboks 62, 1401 Ski (2007)",
        "Pris": "Gratis (kontrollert 24.11.2026)",
        "Driftsavtale": "Helse Ski (2007)",
        "Opplyst": "Opplyst februar 2007, ikke kontrollert siden",
    }


def test_table_what_no_source_says_is_unknown(client, empty_directory):
    row = row_of(client, make_offer())

    assert [row[name] for name in ("Sted", "Alder", "Hva", "Form", "Henvisning", "Pris")] == [UNKNOWN] * 6
    assert row["For hvem"] == "Relasjon ikke oppgitt"


@pytest.mark.parametrize(
    ("kinds", "answer", "way"),
    [
        (["referral"], "Ja", UNKNOWN),
        (["self"], "Nei, ta kontakt selv", UNKNOWN),
        (["self", "referral"], "Begge", UNKNOWN),
        (["referral", "via_patient"], "Ja", "Gjennom den som er pasient"),
        (["invitation"], UNKNOWN, "Invitasjon"),
    ],
)
def test_table_referral_answers_from_the_current_ways_in(client, empty_directory, kinds, answer, way):
    source = make_source(published="2007-02")
    offer = make_offer(source=source)
    for kind in kinds:
        make_fact(WayIn, offer=offer, kind=kind)
    make_fact(WayIn, offer=offer, kind="referral", is_current=False)

    row = row_of(client, offer)

    assert (row["Henvisning"], row["Vei inn og adresse"]) == (answer, way)


def test_table_an_address_in_the_route_stands_alone(client, empty_directory):
    offer = make_offer()
    make_fact(WayIn, offer=offer, kind="referral", route="Sendes til Postboks 1, 5021 Bergen")
    make_fact(Contact, institution=offer.institution, kind="postal", value="Gammel vei 3")

    assert row_of(client, offer)["Vei inn og adresse"] == "Sendes til Postboks 1, 5021 Bergen"


def test_table_doubtful_address_is_last_and_marked(client, empty_directory):
    sure, doubtful = make_offer(title="Sikker"), make_offer(title="Usikker")
    unsure = {"kind": "postal", "is_doubtful": True, "doubt": "Trykt feil"}
    make_fact(Contact, institution=sure.institution, value="Feil 1", **unsure)
    make_fact(Contact, institution=sure.institution, kind="visit", value="Rett 2")
    make_fact(Contact, institution=doubtful.institution, value="Feil 3", **unsure)

    assert row_of(client, sure)["Vei inn og adresse"] == "Rett 2 (uten dato)"
    assert row_of(client, doubtful)["Vei inn og adresse"] == "Feil 3, tvilsom (uten dato)"


def test_table_taken_over_institution_names_the_heir_and_not_the_old_address(client, empty_directory):
    offer, heir = make_offer(), make_institution(name="Arvingen")
    make_fact(Affiliation, institution=offer.institution, kind="successor", other=heir)
    make_fact(Contact, institution=offer.institution, kind="postal", value="Gammel vei 3")

    row = row_of(client, offer)

    assert f"{offer.institution} er videreført av Arvingen" in row["Institusjon og tilbud"]
    assert row["Vei inn og adresse"] == "Ny adresse: se henvisningsarket"


def test_table_unconfirmed_heir_is_not_shown(client, directory):
    content = client.get(f"{TABLE}?sector=voluntary").content.decode() + client.get(CSV).content.decode()

    assert "Landsforbundet Mot Stoffmisbruk" in content
    assert "Ivareta" not in [record["Videreført"] for record in records(client.get(CSV))]
    assert "Stoffmisbruk er videreført" not in content


def test_table_is_marked_up_as_a_table(client, directory):
    page = tree(client.get(f"{TABLE}?sort=-age"))

    assert words(page.find(".//caption")).startswith("Tilbud 1–50 av ")
    scroll = page.find(".//div[@class='scroll']")
    assert (scroll.get("tabindex"), scroll.get("role")) == ("0", "region")
    heads = list(page.find(".//thead/tr"))
    assert {head.get("scope") for head in heads} == {"col"}
    assert [words(head) for head in heads if head.get("aria-sort") == "descending"] == ["Alder"]
    rows = page.findall(".//tbody/tr")
    assert len(rows) == 50
    assert all([cell.tag for cell in row] == ["th"] + ["td"] * 11 for row in rows)
    assert {row[0].get("scope") for row in rows} == {"row"}


# Order


def titles(client, query):
    return [record["Tilbud"] for record in records(client.get(f"{CSV}?{query}"))]


def fill_for_sorting():
    """Four offers that each order sorts another way, one that says nothing, and one that is closed."""
    west, north = make_region(name="Ås helse"), make_region(name="Zebra helse")
    for title, name, place, region, age, pay, way in (
        ("1", "Ås", "Ørsta", north, 18, "egenandel", "self"),
        ("2", "Zebra", "Ås", west, 12, "user_fee", "referral"),
        ("3", "Ære", "Volda", west, 40, "means_tested", "both"),
        ("4", "Øst", "Æna", north, None, "free", ""),
    ):
        home = make_institution(name=name, region=region, place=make_place(name=place))
        offer = make_offer(title=title, institution=home)
        make_fact(Payment, offer=offer, kind=pay)
        if age:
            make_fact(AgeLimit, offer=offer, min_age=age)
        for kind in ("self", "referral"):
            if way in (kind, "both"):
                make_fact(WayIn, offer=offer, kind=kind)
    make_offer(title="9", status="closed", institution=make_institution(name="Alfa"))


@pytest.mark.parametrize(
    ("sort", "up", "down"),
    [
        ("institution", "2341", "1432"),
        ("place", "3412", "2143"),
        ("region", "4123", "2341"),
        ("age", "2134", "3124"),
        ("payment", "4123", "3214"),
        ("referral", "2314", "1324"),
    ],
)
def test_sort_both_ways_by_the_norwegian_alphabet_with_the_unknown_last(client, empty_directory, sort, up, down):
    fill_for_sorting()

    assert titles(client, f"sort={sort}") == [*up, "9"]
    assert titles(client, f"sort=-{sort}") == [*down, "9"]


def test_sort_link_keeps_the_filters_and_turns_the_order(client, directory):
    page = tree(client.get(f"{TABLE}?region=helse-vest&sort=age&page=2"))

    links = {words(link): link.get("href") for link in page.findall(".//thead//a")}
    assert links["Alder"] == f"{TABLE}?region=helse-vest&sort=-age"
    assert links["Pris"] == f"{TABLE}?region=helse-vest&sort=payment"
    assert page.find(".//input[@name='sort']").get("value") == "age"


# CSV


@pytest.mark.parametrize("query", ["", "region=helse-vest&sort=-place", "age=16&relation=sibling&sort=referral"])
def test_csv_holds_the_rows_of_every_page_of_the_table(client, directory, query):
    shown, page = [], 1
    while True:
        response = client.get(f"{TABLE}?{query}&page={page}")
        headings, rows = table(response)
        shown += rows
        if not response.context["page_obj"].has_next():
            break
        page += 1

    found = records(client.get(f"{CSV}?{query}"))

    assert len(found) == len(shown) > 50
    assert list(found[0])[4:] == headings[1:]
    for record, (head, *cells) in zip(found, shown, strict=True):
        assert [" ".join(text.split()) for text in list(record.values())[4:]] == cells
        assert head.startswith(f"{record['Institusjon']}: {record['Tilbud']}")
        assert record["Videreført"] in head
        assert record["Status"] == "Gis" or record["Status"] in head


def test_csv_is_a_file_a_norwegian_spreadsheet_opens(client, directory):
    response = client.get(CSV)

    assert response.content.startswith(b"\xef\xbb\xbf" + '"Institusjon";"Tilbud";"Status";"Videreført"'.encode())
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="tabell.csv"'
    assert response["Cache-Control"] == "no-store"
    assert len(records(response)) == Offer.objects.count()


@pytest.mark.parametrize("name", ["=cmd|A1", "+4722334455", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1"])
def test_csv_cell_like_a_formula_becomes_text(client, empty_directory, name):
    offer = make_offer(title=name, institution=make_institution(name=name))
    make_fact(OperatingAgreement, institution=offer.institution, partner=name)

    record = records(client.get(CSV))[0]

    assert record["Institusjon"] == record["Tilbud"] == f"'{name}"
    assert record["Driftsavtale"].startswith(f"'{name}")


def test_csv_delimiter_and_quotes_in_a_name_stay_in_their_cell(client, empty_directory):
    make_offer(title='Alt; "to"', institution=make_institution(name="A;B"))

    record = records(client.get(CSV))[0]

    assert (record["Institusjon"], record["Tilbud"]) == ("A;B", 'Alt; "to"')


def test_csv_says_first_what_it_did_not_understand(client, directory):
    lines = client.get(f"{CSV}?region=x&sort=y").content.decode("utf-8-sig").splitlines()

    assert lines[0] == '"Vi kjenner ikke valget «x». Det er ikke brukt."'
    assert lines[1] == '"Vi kjenner ikke sorteringen «y». Her er den vanlige rekkefølgen."'
    assert lines[2].startswith('"Institusjon"')


# Questions that make no sense


BAD = [
    *[(name, "x") for name in ("region", "relation", "profile", "format", "payment", "access", "dependence")],
    *[(name, "%00") for name in ("region", "age", "place", "q", "sort", "page", "payment")],
    *[(name, "9" * 100_000) for name in ("region", "age", "place", "q", "sort", "page", "profile")],
    *[(name, f"16&{name}=17") for name in ("region", "age", "place", "q", "sort", "page")],
    ("sort", "--age"),
    ("sort", "title"),
    ("sort", "age&sort=-age"),
    ("place", "Atlantis"),
    ("page", "0"),
    ("page", "99"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_bad_value_gets_a_message_and_the_other_filters_work(client, directory, name, value):
    response = client.get(f"{TABLE}?sector=private&{name}={value}")

    assert response.status_code == 200
    assert len(response.content) < 500_000
    errors = [words(e) for e in tree(response).iter() if (e.get("class") or "") == "error"]
    assert len(errors) == 1
    assert errors[0]
    assert {row["offer"].institution.sector for row in response.context["rows"]} == {"private"}
    assert client.get(f"{CSV}?sector=private&{name}={value}").status_code == 200


def test_empty_answer_says_what_to_do(client, directory):
    content = client.get(f"{TABLE}?region=helse-nord&payment=means_tested").content.decode()

    assert "Ingen tilbud passer med alt du har valgt" in content
    assert "<table" not in content


def test_search_words_are_posted_on_and_never_stand_in_a_link(client, directory):
    response = client.post(f"{TABLE}?sector=private", {"q": "gruppe"})

    content = response.content.decode()
    assert response.context["rows"]
    assert not response.cookies
    assert "q=gruppe" not in content
    assert f'action="{CSV}?sector=private"' in content
    found = records(client.post(f"{CSV}?sector=private", {"q": "gruppe"}))
    assert len(found) == response.context["page_obj"].paginator.count < len(records(client.get(CSV)))


def test_place_sets_the_near_first_and_says_how_near(client, directory):
    rows = [row["Sted"] for row in records(client.get(f"{CSV}?place=volda")) if row["Status"].startswith("Gis")]

    assert rows[0].endswith("; nær")
    order = [place.rpartition("; ")[2].lower() for place in rows]
    ladder = ["nær", "i fylket", "i helseregionen", "hele landet, telefon eller nett"]
    assert order == sorted(order, key=ladder.index)
    assert set(order) > {"nær", "i helseregionen"}


def test_place_of_several_offers_each_of_them(client, directory):
    page = tree(client.get(f"{TABLE}?place=nes&sector=private"))

    links = [link.get("href") for link in page.findall(".//p[@class='field']/a")]
    assert len(links) > 1
    assert all(link.startswith(f"{TABLE}?sector=private&place=") for link in links)
    for link in links:
        assert client.get(link).context["filter"].form.errors == {}


def test_search_sets_the_best_first_and_what_does_not_run_last(client, empty_directory):
    make_offer(title="Noe annet", summary="Også Lade.", institution=make_institution(name="Alfa"))
    make_offer(title="Lade", institution=make_institution(name="Lade klinikk"))
    make_offer(title="Lade", status="closed", institution=make_institution(name="Lade klinikk"))

    found = records(client.post(CSV, {"q": "lade"}))

    assert [(row["Institusjon"], row["Status"]) for row in found] == [
        ("Lade klinikk", "Gis"),
        ("Alfa", "Gis"),
        ("Lade klinikk", "Lagt ned"),
    ]


# All of it


@pytest.mark.parametrize(
    "address", [TABLE, f"{TABLE}?region=x&age=x&place=x&page=x&sort=x", f"{TABLE}?age=16&sort=-age&page=2"]
)
def test_page_is_valid_html(client, directory, address):
    response = client.get(address)

    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    page = parser.parse(response.content.decode())
    assert parser.errors == []
    assert len(page.findall(".//h1")) == 1
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert not response.cookies
    assert "pårørende" not in words(page.find(".//title")).lower()


@pytest.mark.parametrize("address", [f"{TABLE}?age=16&relation=parent", f"{CSV}?sort=-place"])
def test_queries_do_not_grow_with_rows(client, empty_directory, address):
    def queries_with_another(number):
        for _ in range(number):
            offer = referred()
            heir = make_institution()
            make_fact(AgeLimit, offer=offer, min_age=15, children="yes")
            make_fact(Affiliation, institution=offer.institution, kind="successor", other=heir)
            make_fact(OperatingAgreement, institution=offer.institution, region=make_region())
            make_fact(Contact, institution=offer.institution, kind="postal", value="x", place=make_place())
        return questions(client, address)

    assert queries_with_another(1) == queries_with_another(17) <= 12


def test_real_table_stays_within_twelve_queries(client, directory, django_assert_max_num_queries):
    asked = f"{TABLE}?age=16&relation=parent&region=helse-vest&place=bergen&format=group&sort=-referral"
    client.post(asked, {"q": "gruppe"})  # The search's index is read once, not for every visitor.

    with django_assert_max_num_queries(12):
        client.post(asked, {"q": "gruppe"})
