"""Files that are no table, and bombs: refused with a sentence, in little time and memory."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from tests.desk.transfer import bombs, defuse
from tests.desk.transfer.files import as_csv, said, tried
from tilbud.desk.transfer.limits import FileProblem
from tilbud.desk.transfer.reading import read_file

pytestmark = pytest.mark.once

# Of work, so that a busy machine fails no test.
SECONDS, MEGABYTES = 2, 200


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What was said of each bomb, by a process of its own that reads them all."""
    folder = tmp_path_factory.mktemp("bombs")
    bombs.write_all(folder)
    command = [sys.executable, defuse.__file__, *sorted(map(str, folder.iterdir()))]
    environment = {"PYTHONPATH": str(settings.BASE_DIR), "DATABASE_URL": "sqlite://:memory:", "LANG": "C"}
    answer = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    for path in folder.iterdir():
        path.unlink()
    return json.loads(answer.stdout)


def test_every_bomb_is_refused_with_a_sentence_in_time_and_memory(told):
    assert len(told) > 30
    for name, (_size, seconds, said_of_it, peak) in told.items():
        assert said_of_it, name
        assert seconds < SECONDS, name
        assert peak < MEGABYTES, name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nuller.xlsx", "32767 tegn"),
        ("loyn.xlsx", "Excel-fil"),
        ("mange-rader.xlsx", "20\u00a0000 rader"),
        ("doctype.xlsx", "DOCTYPE"),
        ("enheter-utf16.xlsx", "DOCTYPE"),
        ("fjern-celle.xlsx", "20\u00a0000 rader"),
        ("bred.xlsx", "200 kolonner"),
        ("formel.xlsx", "Rad 2 har en celle med en formel"),
        ("mange-deler.xlsx", "for mange deler"),
        ("mellomrom.xlsx", "20\u00a0000 rader"),
        ("mange-tomme-rader.xlsx", "20\u00a0000 rader"),
        ("langt-attributt.xlsx", "20\u00a0000 rader"),
        ("kolonner.csv", "en rad på over 400000 tegn"),
        ("pekere.xlsx", "20\u00a0000 rader"),
        ("last.xlsx", "passord"),
        ("gammel.xlsx", "passord"),
        ("makroer.xlsx", "makroer"),
        ("makroer.xlsm", "makroer"),
        ("bilde.csv", "bokstavene"),
        ("nul.csv", "bokstavene"),
        ("pakket.csv", "noe annet enn navnet sier"),
        ("for-stor.csv", "høyst 10 MB"),
        ("anforsel.csv", "anførselstegn"),
    ],
)
def test_bomb_is_refused_for_what_it_is(told, name, words):
    assert words in told[name][2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"navn;telefon\nA;2\n", "Rad 1 mangler kolonnen «oppføring»"),
        (
            as_csv([{"oppføring": "a", "del": "kontaktopplysning", "nr": "", "verdi": "1"}]),
            "både institusjoner og tilbud",
        ),
        (b"\n\n;;\n", "Filen er tom."),
    ],
)
def test_table_that_is_not_ours_is_refused(content, words):
    with pytest.raises(FileProblem, match=words):
        read_file("a.csv", content)


def test_columns_that_cannot_be_placed_are_named(db):
    job = tried(b"\xef\xbb\xbf" + "oppføring;del;nr;tittel;telefonnr;tittel;\r\na;tilbud;;b;;;løst\r\n".encode())
    assert said(job)[:2] == [(1, "Kolonnen «tittel» står flere ganger."), (1, "Kolonnen «telefonnr» er ukjent.")]
    assert (2, "Raden har en celle i en kolonne uten overskrift.") in said(job)


def test_headings_may_be_written_with_capitals_and_blanks(db):
    job = tried("OPPFØRING; Del ;nr;Tittel\r\na;Tilbud;;b\r\n".encode())
    assert not any("kolonnen" in text.lower() and "ukjent" in text for _row, text in said(job))
    assert job.kind == "offer"
