"""What a first visit and a list cost on a slow line: bytes as sent, compressed, and requests."""

import gzip
import re

import html5lib
import pytest
from django.contrib.staticfiles import finders

MOST_REQUESTS = 4
MOST_FIRST_VISIT = 40_000
MOST_SCRIPT = 8_000
MOST_LIST = 14_000
CARDS = 20


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content


def compressed(content):
    # What nginx does unless told otherwise.
    return len(gzip.compress(content, compresslevel=1))


def fetched(html):
    """The addresses a browser asks for because they stand in a page, not because somebody clicks."""
    tree = html5lib.parse(html.decode(), namespaceHTMLElements=False)
    links = [element.get("href") for element in tree.iter("link")]
    sources = [element.get(name) for element in tree.iter() for name in ("src", "srcset", "data", "poster")]
    return {address for address in links + sources if address and not address.startswith("data:")}


def static_file(address):
    assert address.startswith("/static/")
    with open(finders.find(address.removeprefix("/static/")), "rb") as file:
        return file.read()


def first_visit(html):
    """{address: content} of everything a first visit fetches beside the page, also what its styles ask for."""
    files = {address: static_file(address) for address in fetched(html)}
    styles = b"".join(content for address, content in files.items() if address.endswith(".css"))
    # One level is all there is to follow; whoever adds a font or a picture must count it here.
    assert not re.search(rb"@import|url\((?!['\"]?data:)", styles)
    return files


def test_fetched_finds_everything_but_links_and_data():
    html = b"""<!doctype html><title>x</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/a.css">
    <script src="/b.js"></script><img src="/c.png" alt=""><a href="/d/">d</a>"""

    assert fetched(html) == {"/a.css", "/b.js", "/c.png"}


def test_first_visit_is_light(client, directory):
    html = page(client, "/")
    files = first_visit(html)

    assert any(address.endswith(".css") for address in files)
    assert 1 + len(files) <= MOST_REQUESTS
    assert compressed(html) + sum(map(compressed, files.values())) <= MOST_FIRST_VISIT


def test_script_is_small_uncompressed(client, directory):
    scripts = [file for address, file in first_visit(page(client, "/")).items() if address.endswith(".js")]

    assert 0 < sum(map(len, scripts)) <= MOST_SCRIPT


@pytest.mark.parametrize(
    "address",
    [
        "/tilbud/",
        "/tilbud/?page=5",
        "/tilbud/?place=Bergen&relation=partner",
        "/tilbud/?region=helse-sor-ost&age=16&relation=child&format=group&o=30fe0b56,7f388cad,d8e527c6",
    ],
)
def test_list_of_twenty_offers_is_light(client, directory, address):
    html = page(client, address)

    assert html.count(b'<li class="card') == CARDS
    assert compressed(html) <= MOST_LIST
