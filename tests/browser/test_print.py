"""An offer on paper: one neutral sheet with what somebody needs to get there."""

import re

import pytest

pytestmark = pytest.mark.browser


def test_printed_offer_is_one_sheet_with_name_phone_address_and_date(visit):
    page = visit("/tilbud/jessheimklinikken-samtaler-og-gruppe/").page

    pdf = page.pdf(prefer_css_page_size=True)
    page.emulate_media(media="print")
    text = page.inner_text("body")

    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    for needed in ("Jessheimklinikken", "63 94 63 50", "Gotaasalleen 9, 2050 Jessheim", "februar 2007"):
        assert needed in text
    for unwanted in ("Forlat siden", "Finn tilbud", "Katalogen", "Personvern"):
        assert unwanted not in text
