"""The guide for editors: easy to read, found from everywhere at the desk, with a text for each picture."""

import re

import pytest
from django.contrib.staticfiles import finders

from tests.desk.pages import text_of
from tests.pages.liks import liks, paragraphs, visible_text

pytestmark = pytest.mark.once

GUIDE = "/admin/veiledning/"


def test_guide_is_linked_from_the_head_of_every_page_and_from_the_front_page(reader_client):
    assert f'<a href="{GUIDE}">Veiledning</a>' in text_of(reader_client.get("/admin/tilbud/offer/"))
    assert f'<a href="{GUIDE}">Veiledning for redaksjonen</a>' in text_of(reader_client.get("/admin/"))


def test_guide_is_easy_to_read(reader_client):
    page = text_of(reader_client.get(GUIDE))
    assert liks(visible_text(page)) <= 40
    assert liks(paragraphs(page)) <= 40


def test_guide_leads_to_each_of_its_parts(reader_client):
    page = text_of(reader_client.get(GUIDE))
    parts = re.findall(r'<section aria-labelledby="([\w-]+)">\s*<h2 id="\1">', page)
    assert len(parts) == 10
    assert [f"#{part}" for part in parts] == re.findall(r'href="(#[\w-]+)">', page.partition("desk-guide")[2])


def test_guide_shows_every_picture_there_is_with_a_text_for_those_who_do_not_see_it(reader_client):
    pictures = dict(
        re.findall(r'src="/static/(desk/guide/[\w./-]+)" alt="([^"]{30,})"', text_of(reader_client.get(GUIDE)))
    )
    paths = [finders.find(name) for name in pictures]
    assert len(paths) == 9
    for path in paths:
        with open(path, "rb") as file:
            assert file.read(12)[8:] == b"WEBP"
            assert file.seek(0, 2) <= 60_000
