"""What people type and what they get, on the real directory and on rows of the test's own."""

import pytest

from tests.factories import make_fact, make_institution, make_offer, make_place
from tilbud.finder.search import MOST_OFFERS, search
from tilbud.models import Affiliation, DirectoryVersion, InstitutionName, Offer, Payment, TargetRelation


def slugs(text):
    by_key = dict(Offer.objects.values_list("pk", "slug"))
    return [by_key[pk] for pk in search(text).ordered]


@pytest.mark.parametrize("text", ["Tromsø", "tromso", "TROMSOE", "tromsoe"])
def test_letters_are_found_in_any_spelling(directory, text):
    assert search(text).ordered == search("tromsø").ordered
    assert "al-anon-tromso" in slugs(text)


@pytest.mark.parametrize("text", ["ålesund", "aalesund", "Alesund", "ÅLESUND"])
def test_aa_is_found_in_any_spelling(directory, text):
    assert set(search(text).scores) == set(search("Ålesund").scores) != set()


@pytest.mark.parametrize("text", ["samtale", "samtaler", "samtalen", "samtalene"])
def test_endings_do_not_matter(empty_directory, text):
    offer = make_offer(title="Råd", summary="Du kan få en samtale her.")
    assert search(text).ordered == [offer.pk]


def test_the_beginning_of_a_name_is_enough(directory):
    assert {slug.rpartition("-")[0] for slug in slugs("bergensklin")[:3]} == {"bergensklinikkene"}


def test_two_words_written_apart_are_found_as_one(directory):
    assert slugs("borgestad klinikken")[0].startswith("borgestadklinikken")
    assert slugs("kors på halsen")[0] == "rode-kors-korspahalsen"


def test_a_name_with_a_hyphen_is_found_without(directory):
    assert slugs("alanon mosjøen")[0].startswith("al-anon-mosjoen")


def test_a_place_is_taken_as_it_is_spelt(directory):
    """«Volda» has the stem of «vold», and «Førde» that of «fordi»."""
    assert all(slug.startswith("poliklinikk-volda") for slug in slugs("Volda"))
    assert slugs("Førde") == []


def test_names_come_before_places_before_text(empty_directory):
    place = make_place(name="Fjellvik")
    in_text = make_offer(title="A", summary="Vi reiser til Fjellvik.", institution=make_institution(name="A"))
    in_place = make_offer(title="B", institution=make_institution(name="B", place=place))
    in_name = make_offer(title="C", institution=make_institution(name="Fjellvik senter"))
    assert search("fjellvik").ordered == [in_name.pk, in_place.pk, in_text.pk]


def test_other_names_of_an_institution_find_its_offers(empty_directory):
    offer = make_offer()
    make_offer()
    make_fact(InstitutionName, institution=offer.institution, name="Kveldsro")
    assert search("kveldsro").ordered == [offer.pk]


def test_the_name_of_a_parent_finds_the_offers_of_its_units(directory):
    assert "afx-gaustad-temadager" in slugs("Aker universitetssykehus")


def test_the_old_name_finds_who_took_over(empty_directory):
    old, new = make_institution(name="Kveldsro"), make_institution(name="Solvang")
    offer = make_offer(institution=new)
    succession = make_fact(Affiliation, institution=old, kind=Affiliation.Kinds.SUCCESSOR, other=new)
    assert search("kveldsro").ordered == [offer.pk]
    Affiliation.objects.filter(pk=succession.pk).update(is_confirmed=False)
    DirectoryVersion.objects.bump()
    assert search("kveldsro").ordered == []


@pytest.mark.parametrize(
    ("text", "shown_for"),
    [
        ("trmosø", "Tromsø"),
        ("bergensklinikkne", "Bergensklinikkene"),
        ("blå kros", "blå Kors"),
        ("ivreta", "Ivareta"),
    ],
)
def test_a_slip_is_mended_and_told(directory, text, shown_for):
    result = search(text)
    assert result.shown_for == shown_for
    assert result.ordered == search(shown_for).ordered != []


@pytest.mark.parametrize(
    "text", ["Tromsø", "gruppe", "bergensklinikken", "bilverksted", "Voss", "gruppe bilverksted"]
)
def test_nothing_is_mended_without_a_slip(directory, text):
    assert search(text).shown_for == ""


@pytest.mark.parametrize("text", ["bilverksted", "zzzzqqq", "levanger"])
def test_what_is_not_here_gives_nothing(directory, text):
    assert search(text).scores == {}


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("mor", "parent"),
        ("foreldre", "parent"),
        ("sønnen min", "parent"),
        ("kjæresten min", "partner"),
        ("samboer", "partner"),
        ("pappa drikker", "child"),
        ("moren min drikker", "child"),
        ("søster", "sibling"),
        ("bestemor", "other"),
    ],
)
def test_words_for_who_one_is_find_offers_for_them(directory, text, relation):
    first = search(text).ordered[:3]
    assert TargetRelation.objects.filter(offer__in=first, relation=relation).count() >= 2


@pytest.mark.parametrize("text", ["dop", "pille", "hasj", "narko"])
def test_words_for_drugs_find_those_that_work_with_them(directory, text):
    assert slugs(text)[0].startswith("lms-")


def test_words_of_the_filters_find_the_facts(directory):
    free = search("gratis").ordered
    assert free and not Offer.objects.filter(pk__in=free).exclude(payments__kind=Payment.Kinds.FREE).exists()
    assert set(slugs("anonym")[:2]) == {"ivareta-telefon", "rode-kors-telefon-for-barn-og-ungdom"}
    assert Offer.objects.get(slug=slugs("telefon")[0]).channels.filter(channel="phone").exists()


def test_a_fact_that_is_no_longer_current_is_not_found(empty_directory):
    offer = make_offer(summary="Råd.")
    make_fact(Payment, offer=offer, kind="free", is_current=False)
    assert search("gratis").ordered == []


def test_voksne_barn_are_no_children(directory):
    assert "aca-sandefjord" in slugs("voksne barn")
    assert "aca-sandefjord" not in slugs("barn")[:50]


def test_words_nearly_everything_is_about_rule_nothing_out(directory):
    assert set(slugs("hjelp til pårørende i Volda")) == set(slugs("Volda"))


@pytest.mark.parametrize("text", ["hjelp", "pårørende", "hva skal jeg gjøre", "trenger hjelp nå"])
def test_words_without_content_show_whom_to_ring(directory, text):
    first = Offer.objects.filter(pk__in=search(text).ordered[:5])
    assert first.filter(channels__channel="phone", status__in=Offer.RUNNING).distinct().count() == 5


def test_a_relation_no_offer_in_town_names_rules_nothing_out(directory):
    assert slugs("mannen min mosjøen")[0].startswith("al-anon-mosjoen")


def test_several_words_for_who_one_is_need_not_all_be_there(empty_directory):
    offer = make_offer()
    make_fact(TargetRelation, offer=offer, relation="sibling")
    assert search("søster og venn").ordered == [offer.pk]


def test_when_nothing_has_all_words_what_has_some_is_shown(empty_directory):
    one = make_offer(title="Fjellvandring")
    other = make_offer(title="Fisketur")
    assert set(search("fjellvandring fisketur").ordered) == {one.pk, other.pk}


def test_running_offers_come_before_others(empty_directory):
    home = make_institution(name="Kveldsro")
    closed = make_offer(institution=home, title="A", status=Offer.Statuses.CLOSED)
    planned = make_offer(institution=home, title="B", status=Offer.Statuses.PLANNED)
    running = make_offer(institution=home, title="C")
    assert search("kveldsro").ordered == [running.pk, closed.pk, planned.pk]


def test_ties_are_ordered_by_the_norwegian_alphabet(empty_directory):
    home = make_institution(name="Kveldsro")
    titles = ["Ås", "Ære", "Zoo", "Østli"]
    keys = {title: make_offer(institution=home, title=title).pk for title in titles}
    assert search("kveldsro").ordered == [keys[title] for title in ["Zoo", "Ære", "Østli", "Ås"]]


def test_scores_are_best_first_and_bounded(directory):
    scores = list(search("gruppe").scores.values())
    assert scores == sorted(scores, reverse=True) and scores[-1] > 0
    assert len(scores) <= MOST_OFFERS
