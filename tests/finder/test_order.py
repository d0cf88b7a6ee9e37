"""The order of an answer is one pure function: each rule of its docstring, and their precedence."""

import itertools
from datetime import date

import pytest

from tilbud.finder.order import Candidate, order_key

BASE = {"pk": 1, "is_running": True}


def first(one, other):
    """Return which of two candidates (as changes to a base) comes first: 0 or 1."""
    candidates = [Candidate(**BASE | one), Candidate(**BASE | other)]
    return candidates.index(min(candidates, key=order_key))


# From the weightiest to the lightest: (better, worse).
RULES = [
    ({"is_running": True}, {"is_running": False}),
    ({"rung": 0}, {"rung": 1}),
    ({"fit": 0}, {"fit": 1}),
    ({"dependence": "independent"}, {"dependence": "patient_there"}),
    ({"checked_on": date(2026, 11, 1)}, {"checked_on": date(2026, 1, 1)}),
    ({"kilometres": 3.0}, {"kilometres": 30.0}),
    ({"institution": "a"}, {"institution": "b"}),
    ({"title": "a"}, {"title": "b"}),
    ({"pk": 1}, {"pk": 2}),
]


@pytest.mark.parametrize(("better", "worse"), RULES)
def test_order_each_rule_decides_alone(better, worse):
    assert first(better, worse) == 0
    assert first(worse, better) == 1


@pytest.mark.parametrize(("heavy", "light"), list(itertools.combinations(range(len(RULES)), 2)))
def test_order_a_weightier_rule_beats_a_lighter_one(heavy, light):
    better_heavy, worse_heavy = RULES[heavy]
    better_light, worse_light = RULES[light]

    assert first(better_heavy | worse_light, worse_heavy | better_light) == 0


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"fit": 1}, {"fit": 2}),
        ({"dependence": "independent"}, {"dependence": "unstated"}),
        ({"dependence": "unstated"}, {"dependence": "consent"}),
        ({"checked_on": date(2008, 1, 1)}, {"checked_on": None}),
        ({"kilometres": 900.0}, {"kilometres": None}),
        ({"rung": 2}, {"rung": 3}),
    ],
)
def test_order_unknown_is_not_first(better, worse):
    assert first(better, worse) == 0


def test_order_on_the_last_rung_a_telephone_comes_before_a_place_far_away():
    assert first({"rung": 3, "fit": 2}, {"rung": 3, "kilometres": 900.0}) == 0
    assert first({"rung": 2, "fit": 2}, {"rung": 2, "kilometres": 90.0}) == 1


def test_order_with_words_the_best_match_comes_first_even_closed():
    assert first({"score": 9.0, "is_running": False, "fit": 2}, {"score": 1.0, "is_running": True}) == 0


def test_order_with_words_and_place_the_rung_comes_first():
    assert first({"score": 1.0, "rung": 0}, {"score": 9.0, "rung": 3}) == 0


def test_order_consent_and_patient_there_are_equal():
    assert first({"dependence": "consent", "pk": 2}, {"dependence": "patient_there", "pk": 1}) == 1
