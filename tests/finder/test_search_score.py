"""The list of realistic searches, held against the real directory."""

import tomllib
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tilbud.management.commands.search_score import PARTS, SEARCHES, missed

pytestmark = pytest.mark.once

TOLD = tomllib.loads(SEARCHES.read_text("utf-8"))


@pytest.mark.parametrize("part", PARTS)
def test_the_right_entry_is_among_the_first_three(directory, part):
    misses = missed(TOLD, part)
    assert 1 - len(misses) / len(TOLD[part]) >= (0.9 if part == "fresh" else 0.95), misses


def test_the_list_has_sixty_searches_in_two_halves_without_overlap():
    assert [len(TOLD[part]) for part in PARTS[:2]] == [30, 30]
    assert len({text for part in PARTS for text in TOLD[part]}) == sum(len(TOLD[part]) for part in PARTS)


def test_the_command_prints_every_part_with_its_misses(directory):
    printed = StringIO()
    call_command("search_score", stdout=printed)
    for part in PARTS:
        assert f"{part}: " in printed.getvalue()
    assert printed.getvalue().count("«") == sum(len(missed(TOLD, part)) for part in PARTS)


def test_a_list_that_expects_what_is_not_there_is_refused(directory):
    with pytest.raises(CommandError, match="finnes-ikke"):
        missed({"groups": {}, "tune": {"gruppe": ["finnes-ikke"]}}, "tune")


@pytest.mark.parametrize("text", ["= =", None])
def test_a_list_that_cannot_be_read_is_refused(tmp_path, text):
    path = tmp_path / "liste.toml"
    if text:
        path.write_text(text)
    with pytest.raises(CommandError, match=r"liste\.toml"):
        call_command("search_score", list=path)
