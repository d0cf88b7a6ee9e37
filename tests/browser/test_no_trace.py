"""A visit leaves nothing behind: walked through in a network where only our host exists, then searched for.

WALK=all walks every public address instead of every kind of page (`make walk`).
SKIP_NAMESPACE=1 leaves it out where the machine may not make a network of its own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.alone import WORD
from tests.browser.conftest import ROOT
from tests.browser.test_pages import ADDRESSES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(os.environ.get("SKIP_NAMESPACE") == "1", reason="SKIP_NAMESPACE=1"),
]
# A network of one's own is root's to make; others may where they can be root of their own.
UNSHARE = ["unshare", "--net"] if os.getuid() == 0 else ["unshare", "--map-root-user", "--net"]
# What a browser keeps to open its tabs again after a crash holds the form last sent. No site can forbid it.
TABS = "Sessions"


@pytest.fixture(scope="module")
def walk(site_environment, tmp_path_factory):
    """What was seen on the walk, and the profile the browser left."""
    profile = tmp_path_factory.mktemp("walk") / "profile"
    command = [*UNSHARE, sys.executable, "-m", "tests.browser.alone", profile, *ADDRESSES]
    process = subprocess.run(command, cwd=ROOT, env=site_environment, capture_output=True, text=True)
    if process.returncode:
        pytest.fail(f"Turen i eget nett feilet. Uten den: SKIP_NAMESPACE=1 make test.\n{process.stderr}")
    return json.loads(process.stdout) | {"profile": profile}


def files_with(folder, phrase):
    texts = phrase.encode(), phrase.encode("utf-16-le")
    files = {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}
    return {str(path.relative_to(folder)) for path, data in files.items() if any(text in data for text in texts)}


def test_visit_sends_no_packet_to_another_host(walk):
    assert walk["ours"] > 0
    assert walk["strangers"] == []
    # Had there been one, it would have been seen.
    assert "out dns nabo.example" in walk["seen_when_told_to_stray"]


def test_visit_stores_nothing_in_the_browser(walk):
    assert walk["answered"]
    assert walk["cookies"] == []
    assert walk["traces"] == []


def test_visit_leaves_no_page_text_in_the_profile(walk):
    phrases = set(walk["phrases"])
    assert len(phrases) > 50
    files = [
        path.read_bytes() for path in walk["profile"].rglob("*") if path.is_file() and path.parent.name != TABS
    ]
    left = b"\n".join(files)

    found = {text for text in phrases if text.encode() in left or text.encode("utf-16-le") in left}

    assert found == set()
    # The cache is there and can be read: the style sheet, the same for every visitor, is in it.
    style = (ROOT / "static/css/site.css").read_text().splitlines()[0]
    assert {name.split("/")[1] for name in files_with(walk["profile"], style)} == {"Cache"}


def test_search_word_is_left_in_the_open_tabs_alone(walk):
    assert {name.split("/")[1] for name in files_with(walk["profile"], WORD)} <= {TABS}


def test_browser_remembers_the_addresses(walk):
    # As every browser does outside a private window: so the privacy page says.
    assert any("History" in name for name in files_with(walk["profile"], ADDRESSES[-2]))
