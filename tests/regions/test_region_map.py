import re

import html5lib
import pytest
from django.template.loader import render_to_string

from regions.models import HealthRegion

SVG = "{http://www.w3.org/2000/svg}"


def drawn(**context):
    html = render_to_string("_partials/_region_map.html", context)
    tree = html5lib.HTMLParser(strict=True).parseFragment(html)
    return html, tree.findall(f".//{SVG}a")


def addresses(links):
    return [link.get("href") or link.get("{http://www.w3.org/1999/xlink}href") for link in links]


@pytest.mark.django_db
def test_map_links_todays_regions_once_each(directory, client):
    _html, links = drawn()

    today = {region.get_absolute_url(): region.name for region in HealthRegion.objects.today()}
    assert {link.get("href"): link.find(f"{SVG}title").text for link in links} == today
    assert len(links) == len(today) == 4
    assert all(client.get(address).status_code == 200 for address in addresses(links))


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("", "/tilbud/?place=Helse+Nord"),
        ("relation=parent&age=16", "/tilbud/?relation=parent&age=16&place=Helse+Nord"),
    ],
)
def test_map_keeps_the_finders_other_answers(query, address):
    _html, links = drawn(map_query=query)

    assert addresses(links)[0] == address


def test_map_escapes_the_query():
    html, _links = drawn(map_query='"><script>')

    assert "<script>" not in html


def test_each_region_is_one_shape_with_one_name():
    _html, links = drawn()

    for link in links:
        assert [child.tag.removeprefix(SVG) for child in link] == ["title", "path", "text"]
        assert link[2].get("aria-hidden") == "true"
        assert link[2].text == link[0].text


def test_map_obeys_the_content_security_policy_and_stays_small():
    html, _links = drawn()

    assert not re.search(r"style=|<style|<script|\son\w+=|https?:", html)
    assert len(html.encode()) <= 12_000
