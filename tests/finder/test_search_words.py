"""Stems, and words that several threads look up at once."""

from concurrent.futures import ThreadPoolExecutor

from tilbud.finder.search.words import folded, stem, synonyms
from tilbud.models import Activity, Channel, Payment, TargetRelation, WayIn


def test_stems_are_the_same_in_many_threads():
    words = ["samtalene", "gruppene", "foreldrene", "kursene"] * 500
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(stem, words)) == [stem(word) for word in words]


def test_a_word_with_hyphens_is_its_parts_and_one():
    assert folded("Al-Anon") == ("al", "anon", "alanon")
    assert folded("Røde") == ("rode",)


def test_every_fact_with_words_is_a_value_of_its_table():
    """A misspelt value in synonyms.toml would be silent."""
    values = {
        "relation": TargetRelation.Relations,
        "activity": Activity.Activities,
        "channel": Channel.Channels,
        "payment": Payment.Kinds,
        "way_in": WayIn.Kinds,
    }
    for kind, value in synonyms().facts:
        assert kind not in values or value in values[kind].values
