"""What /personvern/ and README promise: each sentence has tests, and each of the tests is there."""

import ast
import re
import tomllib

import html5lib
import pytest
from django.conf import settings

from tests.browser.test_pages import ADDRESSES
from tests.pages.liks import liks, visible_text
from tests.web.test_links_and_forms import elements, page_at

pytestmark = pytest.mark.once

PROMISES = tomllib.loads((settings.BASE_DIR / "tests/web/promises.toml").read_text())["promise"]
TESTS = sorted({test for promise in PROMISES for test in promise["tests"]})
# What the public forms may ask for: about the need, never about who has it.
ASKED = {"age", "dependence", "format", "page", "payment", "access", "place", "profile", "q", "region", "relation"}
ASKED |= {"sector", "sort", "o"}
# And a report of a fault: what is wrong with an offer. `website` is a trap for programs, out of sight.
ASKED |= {"fault", "text", "stamp", "website"}


def sentences(client):
    tree = html5lib.parse(client.get("/personvern/").content.decode(), namespaceHTMLElements=False)
    main = next(tree.iter("main"))
    texts = ["".join(element.itertext()) for tag in ("li", "p") for element in main.iter(tag)]
    return [part for text in texts for part in re.split(r"(?<=[.!?])\s+", " ".join(text.split()))]


def test_promises_are_the_sentences_of_the_privacy_page(client, directory):
    promised = [promise["sentence"] for promise in PROMISES if "sentence" in promise]

    assert sorted(promised) == sorted(sentences(client))


@pytest.mark.parametrize("name", TESTS)
def test_promised_test_exists(name):
    file, _colons, function = name.partition("::")

    names = {node.name for node in ast.parse((settings.BASE_DIR / file).read_text()).body if hasattr(node, "name")}

    assert function.startswith("test_")
    assert function in names


def test_promises_have_tests_each():
    assert len(PROMISES) > 20
    assert all(promise["tests"] for promise in PROMISES)


def test_privacy_page_is_easy_to_read(client, directory):
    assert liks(visible_text(client.get("/personvern/").content.decode())) <= 35


def test_way_to_read_in_peace_is_told(client, directory):
    page = client.get("/personvern/").content.decode()

    assert re.search(r'<a href="/trygg/">Slik kan du lese i fred\.</a>', page)
    assert "privat vindu" in client.get("/trygg/").content.decode()


@pytest.mark.parametrize("address", ADDRESSES)
def test_public_forms_ask_for_no_name_or_address(directory, address):
    fields = elements(page_at(address), "input", "select", "textarea")
    # A field without a name is never sent.
    names = {field.get("name") for field in fields} - {None}

    assert names <= ASKED
    assert {field.get("type") for field in fields} & {"email", "tel", "password", "file"} == set()
