"""Whatever is typed or pasted, a search answers."""

import pytest

from tilbud.finder.search import search

LETTERS = ["", " ", "\x00", "a\x00b", "?!.,;", "-", "--", "_", "0", "((((", "%_'\"", "al--anon", "DROP TABLE x"]
UNUSUAL = ["💊", "👩‍👧 🆘", "\ud800", "a\u0301\u0302\u0303" * 1000, "İ ﬁ ß ٣"]
LONG = ["a" * 100_000, "å " * 50_000, "1" * 5000, "barn-" * 20_000]


@pytest.mark.parametrize("text", LETTERS + UNUSUAL + LONG)
def test_hostile_text_never_raises(directory, text):
    result = search(text)
    assert result.ordered == list(result.scores)


@pytest.mark.parametrize("text", ["", "?!", "💊", "\x00", "-"])
def test_text_without_words_gives_nothing(directory, text):
    assert search(text).scores == {}


def test_an_empty_directory_gives_nothing(empty_directory):
    assert search("gruppe").scores == {}
