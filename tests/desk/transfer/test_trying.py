"""Trying a file: what would change is said row by row, and so is everything that is wrong."""

import pytest

from tests.desk.transfer.files import changes, fetched, make_entry, said, tried
from tests.factories import make_fact, make_institution, make_offer, make_place, make_source
from tilbud.entries import read_document, save_document
from tilbud.models import AgeLimit, Contact, Institution, Offer, OldSlug, Revision


@pytest.fixture
def entry(db):
    return make_entry()


def own(**changed):
    """The line of the entry itself, changed."""
    return {**fetched(slugs={"en"})[0], **changed}


def contact(**changed):
    return {**fetched(slugs={"en"})[1], **changed}


def test_change_is_shown_field_by_field_and_nothing_is_written(entry):
    before = read_document("offer", entry.pk)
    job = tried([own(tittel="Gruppe"), contact(verdi="22029281")])
    assert job.state == "tried"
    assert changes(job) == [
        (2, "tittel", "Samtaler", "Gruppe"),
        (3, "kontaktopplysning «telefon 22029280»: verdi", "22029280", "22029281"),
    ]
    assert read_document("offer", entry.pk) == before
    assert not Revision.objects.exists()


def test_lines_and_columns_that_are_not_in_the_file_change_nothing(entry):
    line = {name: own()[name] for name in ("oppføring", "versjon", "del", "nr")}
    job = tried([line | {"hvor ofte": "Hver uke"}])
    (planned,) = job.plan
    before = read_document("offer", entry.pk)
    assert planned["document"] == {**before, "fields": before["fields"] | {"frequency": "Hver uke"}}


def test_fact_is_taken_out_only_when_the_file_says_so(entry):
    job = tried([contact(slett="ja")])
    assert [line["what"] for line in job.report] == ["summary", "removed"]
    assert job.plan[0]["document"]["rows"]["contacts"] == []


def test_new_fact_and_new_entry_start_as_the_form_does(entry):
    source = {"kilde": entry.source.slug}
    new = {"oppføring": "ny", "del": "tilbud", "institusjon": "hus-en", "tittel": "Kurs", "kort fortalt": "Kort."}
    job = tried(
        [
            contact(nr="", verdi="116123"),
            {**new, "status": "gis", **source},
            {"oppføring": "ny", "del": "aktivitet", "aktivitet": "gruppe", **source},
        ]
    )
    assert said(job) == []
    assert [line["what"] for line in job.report if line["row"]] == ["new", "new", "new"]
    old, new = job.plan
    assert [row["value"] for row in old["document"]["rows"]["contacts"]] == ["22029280", "116123"]
    assert (new["pk"], new["document"]["fields"]["slug"]) == (None, "ny")
    assert new["document"]["rows"]["activities"][0]["extent"] == "yes"
    assert new["document"]["fields"]["dependence"] == "unstated"


@pytest.mark.parametrize(
    ("part", "changed", "message"),
    [
        (own, {"oppføring": " "}, "Kolonne «oppføring» er tom."),
        (own, {"del": "avsnitt"}, "Kolonne «del»: «avsnitt» er ukjent. Skriv en av: tilbud, aktivitet,"),
        (own, {"versjon": ""}, "Kolonne «versjon» mangler."),
        (own, {"versjon": "4"}, "Oppføringen er endret siden eksporten (versjon 0, filen har 4)."),
        (own, {"oppføring": "to"}, "Oppføringen finnes ikke lenger, eller kortnavnet er skrevet feil."),
        (contact, {"oppføring": "to", "versjon": ""}, "Kolonne «nr»: oppføringen har ingen kontaktopplysning nr."),
        (contact, {"oppføring": "to", "versjon": "", "nr": ""}, "Kortnavnet finnes ikke. Skal det være en ny"),
        (contact, {"nr": "999999999"}, "Kolonne «nr»: oppføringen har ingen kontaktopplysning nr. 999999999."),
        (contact, {"nr": "en"}, "oppføringen har ingen kontaktopplysning nr. en."),
        (contact, {"slett": "kanskje"}, "Kolonne «slett»: skriv ja, eller la den stå tom."),
        (own, {"slett": "ja"}, "Bare opplysninger som står der fra før, kan slettes fra en fil."),
        (contact, {"kilde": ""}, "Kolonne «kilde»: må fylles ut."),
        (contact, {"kilde": "ukjent"}, "Kolonne «kilde»: «ukjent» finnes ikke blant kilder."),
        (own, {"sted": "utopia"}, "Kolonne «sted»: «utopia» finnes ikke blant steder."),
        (
            own,
            {"status": "borte"},
            "Kolonne «status»: «borte» er ikke et valg. Skriv en av: gis, gis bare ved behov",
        ),
        (own, {"akutt hjelp": "tja"}, "Kolonne «akutt hjelp»: skriv ja eller nei, ikke «tja»."),
        (own, {"flest deltakere": "mange"}, "Kolonne «flest deltakere»: «mange» er ikke et helt tall."),
        (own, {"flest deltakere": "40000"}, "32767."),
        (own, {"sist kontrollert": "i går"}, "Kolonne «sist kontrollert»: «i går» er ikke en dato."),
        (own, {"tittel": ""}, "Kolonne «tittel»: "),
        (own, {"tittel": "x" * 121}, "Kolonne «tittel»: "),
        (own, {"kortnavn i adressen": "Stor Bokstav"}, "Kolonne «kortnavn i adressen»: Bruk bare små bokstaver"),
        (own, {"verdi": "22"}, "Kolonne «verdi» gjelder ikke «tilbud»."),
        (own, {"sist kontrollert": "2026-01-01"}, "En kontroll trenger både dato og måte"),
        (contact, {"verdi": "123"}, "«123» er ikke et norsk nummer"),
        (contact, {"slag": "nettsted", "verdi": "javascript:alert(1)"}, "Bare nettadresser som begynner med"),
        (contact, {"slag": "postadresse", "postnummer": "0320"}, "Postnummeret 0320 finnes ikke i registeret."),
    ],
)
def test_fault_is_named_with_its_row(entry, part, changed, message):
    lines = [own(), contact()]
    lines[part is contact] = part(**changed)
    job = tried(lines)
    rows = [row for row, text in said(job) if message in text]
    assert (job.state, job.plan, rows) == ("refused", [], [2 + (part is contact)]), said(job)


def test_one_fault_among_many_rows_stops_the_whole_file(entry):
    make_entry("to")
    lines = fetched(slugs={"en", "to"})
    lines[0]["tittel"], lines[-1]["verdi"] = "Gruppe", "5"
    job = tried(lines)
    assert (job.state, job.plan) == ("refused", [])
    assert [row for row, text in said(job)] == [5]


def test_ages_upside_down_and_repeated_facts_are_said_on_their_row(entry):
    make_fact(AgeLimit, offer=entry, min_age=18, max_age=30)
    limit = next(row for row in fetched(slugs={"en"}) if row["del"] == "aldersgrense")
    activity = {
        "oppføring": "en",
        "versjon": "0",
        "del": "aktivitet",
        "aktivitet": "gruppe",
        "kilde": limit["kilde"],
    }
    job = tried([limit | {"laveste alder": "40"}, activity, activity])
    assert said(job) == [
        (2, "Laveste alder kan ikke være høyere enn høyeste alder."),
        (4, "Tilbudet har allerede denne aktiviteten."),
    ]


def test_line_that_stands_twice_is_refused(entry):
    job = tried([own(), own(tittel="Annen")])
    assert said(job) == [(3, "Dette står også i rad 2. En linje kan bare stå én gang.")]


def test_entry_changed_since_the_export_is_refused_on_its_rows(entry):
    lines = [own(tittel="Fra filen"), contact()]
    document = read_document("offer", entry.pk)
    document["fields"]["title"] = "Fra en kollega"
    save_document("offer", entry.pk, document, base=0, how=Revision.Hows.DESK, author="Kari")
    job = tried(lines)
    assert [(row, text[:35]) for row, text in said(job)] == [
        (2, "Oppføringen er endret siden eksport"),
        (3, "Oppføringen er endret siden eksport"),
    ]


def test_slips_are_tidied_and_doubts_are_told_without_stopping(db):
    place = make_place(name="Volda")
    make_institution(name="Voldaklinikken", place=place)
    source = make_source()
    new = {"oppføring": "ny", "kilde": source.slug, "nr": ""}
    job = tried(
        [
            new
            | {
                "del": "institusjon",
                "navn": "Voldaklinikken",
                "slag": "stiftelse",
                "sted": place.slug,
                "organisasjonsnummer": "NO 974 760 673 MVA",
            },
            new | {"del": "kontaktopplysning", "slag": "telefon", "verdi": "+47 22 02 92 80"},
            new | {"del": "kontaktopplysning", "slag": "nettsted", "verdi": "www.eksempel.no"},
            new | {"del": "kontaktopplysning", "slag": "e-post", "verdi": "kari.nordmann@eksempel.no"},
        ]
    )
    assert (job.kind, said(job)) == ("institution", [])
    document = job.plan[0]["document"]
    assert document["fields"]["org_number"] == "974760673"
    values = [row["value"] for row in document["rows"]["contacts"]]
    assert values == ["22029280", "https://www.eksempel.no", "kari.nordmann@eksempel.no"]
    assert said(job, "warning") == [
        (2, "Kanskje står den der allerede: Voldaklinikken."),
        (
            5,
            "«kari.nordmann@eksempel.no» ser ut som adressen til en person. "
            "Katalogen viser bare postkassene til enheter, som post@ og kontakt@.",
        ),
    ]
    assert not Institution.objects.filter(slug="ny").exists()


def test_new_entry_may_not_take_an_address_another_once_had(entry):
    OldSlug.objects.create(slug="gammel", offer=entry)
    job = tried([own(oppføring="gammel", versjon="", **{"kortnavn i adressen": ""})])
    assert said(job)[0][1].startswith("Kortnavnet «gammel» har vært adressen til «Samtaler")


def test_what_children_see_is_said_to_wait(entry):
    make_fact(AgeLimit, offer=entry, min_age=13, max_age=18)
    job = tried([own(tittel="Gruppe")])
    assert [row for row, text in said(job, "waits")] == [2]
    assert job.plan[0]["waits"] is True


def test_new_offer_cannot_point_to_what_is_not_there(entry):
    job = tried([own(institusjon="finnes-ikke")])
    assert said(job) == [(2, "Kolonne «institusjon»: «finnes-ikke» finnes ikke blant institusjoner.")]
    assert Offer.objects.get(pk=entry.pk).title == "Samtaler"
    assert Contact.objects.filter(offer=entry).count() == 1


def test_trying_costs_the_same_for_one_unchanged_entry_and_for_many(db, django_assert_max_num_queries):
    for number in range(40):
        make_offer(slug=f"mange-{number}")
    lines = fetched(slugs=[f"mange-{number}" for number in range(40)])
    with django_assert_max_num_queries(30):
        assert tried(lines).state == "tried"
