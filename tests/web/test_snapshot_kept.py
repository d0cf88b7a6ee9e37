"""What is kept on the disk: made ahead, whole or not at all, and never in the way of a visitor."""

import logging
import os

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.factories import make_offer
from tests.web.asking import ask, make_ahead, make_snapshot
from tilbud.models import DirectoryVersion, Offer
from tilbud.pages.ahead import addresses
from tilbud.web.snapshot.addresses import canonical
from tilbud.web.snapshot.ahead import alone, finished

pytestmark = pytest.mark.once

FEW = ["/", "/om/", "/tilbud/?relation=partner"]


def kept(snapshot):
    return sorted(key for key in [*FEW, "/trygg/"] if snapshot.disk.get(key))


def test_addresses_made_ahead_are_written_in_the_one_way(directory):
    wrong, found = [], list(addresses())
    for address in found:
        path, _question, query = address.partition("?")
        if canonical(path, query) != query:
            wrong.append(address)
    assert wrong == []
    assert len(found) == len(set(found))
    assert found[:4] == ["/", "/akutt/", "/barn/", "/tilbud/"]
    assert {offer.get_absolute_url() for offer in Offer.objects.all()} <= set(found)
    assert "/tilbud/?place=Helse+Vest&relation=partner" in found


def test_pages_made_ahead_answer_without_asking_again(directory, watch):
    ahead = make_ahead(watch, FEW)
    assert ahead.make() == 3
    assert kept(ahead.snapshot) == FEW

    def refuse(environ, start_response):
        raise AssertionError

    other = make_snapshot(watch, application=refuse)
    assert ask(other, "/om/")[0] == 200
    assert ask(other, "/tilbud/?utm=1&relation=partner")[0] == 200


def test_making_is_done_once_a_version(directory, watch):
    ahead = make_ahead(watch, FEW)
    ahead.make()
    assert not ahead.is_needed()
    assert make_ahead(watch, FEW).make() is None
    DirectoryVersion.objects.bump()
    watch.look()
    assert ahead.is_needed()
    assert ahead.make() == 3
    assert finished(ahead.folder)["made"].startswith(watch.stamp)


def test_making_by_two_at_once_is_left_to_the_first(directory, watch):
    ahead = make_ahead(watch, FEW)
    with alone(ahead.folder) as is_alone:
        assert is_alone
        assert ahead.make() is None
    assert ahead.make() == 3


def test_page_of_what_was_deleted_is_swept_away(empty_directory, watch):
    offer = make_offer()
    address = offer.get_absolute_url()
    ahead = make_ahead(watch, [address])
    ahead.make()
    assert ahead.snapshot.disk.count() == 1
    offer.delete()
    DirectoryVersion.objects.bump()
    watch.look()
    ahead.make()
    assert ahead.snapshot.disk.count() == 0


def test_what_was_half_written_is_swept_away(directory, watch):
    ahead = make_ahead(watch, FEW)
    ahead.folder.mkdir()
    half = ahead.folder / ".abc.page.123"
    half.write_bytes(b"halv")
    ahead.snapshot.disk.sweep("x")
    assert half.exists()
    os.utime(half, (0, 0))
    ahead.make()
    assert not half.exists()


@pytest.mark.parametrize("damage", [
    lambda content: content[:-20], lambda content: b"", lambda content: content[:100],
    lambda content: b"{}\n" + content,
    lambda content: content[:-30] + bytes(byte ^ 255 for byte in content[-30:]),
])  # fmt: skip
def test_damaged_file_is_as_good_as_none(directory, watch, damage):
    ahead = make_ahead(watch, ["/om/"])
    ahead.make()
    (path,) = ahead.folder.glob("*.page")
    body = ahead.snapshot.disk.get("/om/").text()
    path.write_bytes(damage(path.read_bytes()))
    assert ahead.snapshot.disk.get("/om/") is None
    assert ask(make_snapshot(watch), "/om/")[2] == body


@pytest.mark.parametrize("fault", ["full", "no folder"])
def test_disk_that_fails_is_told_once_and_no_visitor_notices(directory, watch, settings, caplog, fault):
    if fault == "no folder":
        # As without permission, which a test that may everything cannot take away.
        settings.SNAPSHOT_DIR.write_text("en fil")
    snapshot = make_snapshot(watch)
    snapshot.disk.limit = 1000
    with caplog.at_level(logging.ERROR):
        for key in FEW:
            assert snapshot.fetch_or_make(key, keep=True)[0]
    assert [record.name for record in caplog.records] == ["tilbud.web.snapshot.store"]
    assert snapshot.disk.has_failed
    assert ask(snapshot, "/om/")[0] == 200
    assert make_ahead(watch, FEW, on_new_state=lambda disk: None).folder == settings.SNAPSHOT_DIR


def test_command_makes_the_snapshot_and_says_when_it_is_fresh(directory, watch, capsys, monkeypatch):
    monkeypatch.setattr("tilbud.management.commands.make_snapshot.addresses", lambda: FEW)
    monkeypatch.setattr(
        "tilbud.web.snapshot.Snapshot.__init__.__kwdefaults__",
        {
            "addresses": None,
            "on_new_state": None,
            "watch": watch,
            "is_server": True,
        },
    )
    call_command("make_snapshot")
    call_command("make_snapshot")
    assert capsys.readouterr().out == "Laget 3 sider. Kopien har 3 sider.\nKopien er fersk: 3 sider.\n"


def test_command_says_that_the_snapshot_is_off(settings):
    settings.SNAPSHOT = False
    with pytest.raises(CommandError, match="SNAPSHOT=0"):
        call_command("make_snapshot")
