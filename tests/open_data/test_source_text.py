import re

import pytest

from tilbud.models import Contradiction
from tilbud.open_data.shape import SHAPES
from tilbud.open_data.source_check import (
    NAMES,
    NUMBERS,
    OWN_WORDS,
    PHRASES,
    SUMMARIES,
    age,
    cited_shapes,
    digits,
    fold,
    in_words,
    is_spelling_of,
    literal,
    number,
)

pytestmark = pytest.mark.once


def test_every_model_that_cites_a_source_is_checked():
    shapes = [inner for shape in SHAPES.values() for inner in (shape, *shape.children.values())]
    unchecked = {shape.model.__name__ for shape in shapes} - {shape.model.__name__ for shape in cited_shapes()}
    assert unchecked == {"Source", "LoadedEntry", "SurveyCell", "SurveyTotal"}


def test_every_free_text_of_a_fact_is_checked_or_known_to_be_ours():
    ours = {"slug", "title", "locator", "note", "label", "unit", "purpose", "status_note", "doubt", "source"}
    # From the register of companies, entered at the desk.
    ours |= {"org_number"}
    checked = PHRASES | NAMES | NUMBERS | OWN_WORDS | SUMMARIES | {"area"}
    for shape in cited_shapes():
        for field in shape.fields:
            is_open = field.get_internal_type() in ("CharField", "TextField") and not field.choices
            if shape.model is not Contradiction and is_open:
                assert field.name in checked | ours, f"{shape.model.__name__}.{field.name}"


@pytest.mark.parametrize(
    ("value", "words"),
    [(1, "ett"), (7, "syv"), (8, "åtte"), (18, "atten"), (20, "tjue"), (25, "tjuefem"), (25, "femogtyve"),
     (35, "trettifem"), (300, "tre hundre"), (3000, "tre tusen"), (2_000_000, "2 millioner")],
)  # fmt: skip
def test_number_in_words(value, words):
    assert words in in_words(value)
    assert re.search(number(value), fold(f"Om lag {words} personer"))
    assert not re.search(number(value + 1), fold(f"Om lag {words} personer"))


@pytest.mark.parametrize(
    ("value", "text", "is_found"),
    [
        (17889, "har 17 889 innbyggere", True),
        (17889, "har 17.889 innbyggere", True),
        (17889, "har 17-\n889 innbyggere", True),
        (889, "har 17 889 innbyggere", False),
        (17, "har 17 889 innbyggere", False),
        (17, "har 117 innbyggere", False),
        (15, "15+ og eldre", True),
        (9, "14 9 5 4", True),
        (8, "nattens aktensomhet", False),
    ],
)
def test_number_in_digits(value, text, is_found):
    assert bool(re.search(number(value), fold(text))) is is_found


@pytest.mark.parametrize(
    ("wanted", "text", "is_found"),
    [
        ("rusmiddelteam", "DPS rus-\n \nmiddelteam", True),
        ("Rus-Nett", "Stiftelsen Rus-\nNett", True),
        ("barne- og ungdom", "barne-\nog ungdom", True),
        ("A – senteret", "A - Senteret", True),
        ("to  ord", "to\nord", False),
        ("to ord", "to\n  ord", True),
        ("team", "rusmiddel-\nteam", False),
        ("Blå Kors", "Blå Korset", False),
    ],
)
def test_phrase(wanted, text, is_found):
    assert bool(re.search(literal(wanted), fold(text))) is is_found


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [("22334455", True), ("800 89 550", True), ("2334455", False), ("2233445", False), ("22334456", False)],
)
def test_telephone_number_in_any_grouping(wanted, is_found):
    assert bool(re.search(digits(wanted), fold("Tlf: 22 33 44-\n55, grønt nummer 80089550"))) is is_found


@pytest.mark.parametrize(
    ("value", "text", "is_found"),
    [
        (13, "barn må være i tenåringsalder", True),
        (13, "for tenårings-\nbarn", True),
        (13, "fra tretten år", True),
        (12, "barn må være i tenåringsalder", False),
        (14, "barn må være i tenåringsalder", False),
        (17, "for unge under 18", True),
        (18, "for unge under 18", True),
        (16, "for unge under 18", False),
    ],
)
def test_age(value, text, is_found):
    assert bool(re.search(age(value), fold(text))) is is_found


def test_only_an_age_may_be_told_by_the_word_for_its_first_year():
    assert not re.search(number(13), fold("gruppen har tenåringer"))


@pytest.mark.parametrize(
    ("printed", "name", "is_spelling"),
    [
        ("Steinkjær", "Steinkjer", True),
        ("Hedemark", "Hedmark", True),
        ("Nord Trøndelag", "Nord-Trøndelag", True),
        ("Sogn- og Fjordane", "Sogn og Fjordane", True),
        ("Indre, Namdal", "Indre Namdal", True),
        ("Trøndelag", "Nord-Trøndelag", False),
        ("Aust Agder", "Vest-Agder", False),
        ("Ski", "Skien", False),
        ("Oslo og Akershus", "Oslo", False),
    ],
)
def test_one_letter_may_differ_in_a_printed_name(printed, name, is_spelling):
    assert is_spelling_of(printed, name) is is_spelling
