"""«Meld om feil»: anybody can say that something is wrong, and no program can fill the inbox."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator

from tests.desk.pages import text_of
from tests.factories import make_offer
from tests.pages.reporting import PHONE, send, stamp_in
from tilbud.models import Report

pytestmark = pytest.mark.django_db


def test_offer_page_leads_to_the_form(client, address):
    offer_page = client.get(address.removesuffix("meld-feil/"))
    assert f'href="{address}"' in text_of(offer_page)


def test_report_is_kept_without_anything_about_the_sender(client, clock, address):
    response = send(client, address, clock, fault="closed", text="De la ned i fjor.\r\nRing kommunen.")
    report = Report.objects.get()
    assert (report.fault, report.text, report.state) == ("closed", "De la ned i fjor.\nRing kommunen.", "new")
    assert report.offer.get_absolute_url() in address
    assert "Takk for meldingen" in text_of(response)
    assert "Ingenting om hvem du er" in text_of(response)
    assert not response.cookies and not client.cookies
    names = {field.name for field in Report._meta.get_fields()}
    assert not {name for name in names if "ip" in name.split("_") or "agent" in name or "address" in name}


def test_own_words_are_enough(client, clock, address):
    send(client, address, clock, fault="", text="Nummeret går til en pizzabar.")
    assert Report.objects.get().fault == "other"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"fault": "", "text": " \n "}, "Velg hva som er feil, eller skriv det med egne ord."),
        ({"fault": "hekseri", "text": "Feil sted"}, "Velg et av svarene under."),
        ({"fault": "phone", "text": "å" * 2001}, "Teksten er på 2001 tegn. Det er plass til 2000."),
    ],
)
def test_bad_report_gets_a_message_beside_the_field_and_keeps_the_text(client, clock, address, values, message):
    response = send(client, address, clock, **values)
    assert Report.objects.count() == 0
    assert message in text_of(response)
    assert values["text"].strip() in text_of(response)


def test_text_of_2000_letters_with_line_breaks_is_taken(client, clock, address):
    send(client, address, clock, text="å\r\n" * 1000)
    assert len(Report.objects.get().text) == 1999


def test_letters_that_are_not_seen_are_not_kept(client, clock, address):
    send(client, address, clock, fault="phone\x00", text="a\x00b\x1b[31m\x7f\u202ec\ufeff\td\ud7ff")
    report = Report.objects.get()
    assert (report.fault, report.text) == ("phone", "ab[31mc\td\ud7ff")
    ProhibitNullCharactersValidator()(report.text)
    with pytest.raises(ValidationError):
        ProhibitNullCharactersValidator()("a\x00")


def test_refused_text_comes_back_and_can_be_sent_from_the_page_it_comes_on(client, clock, address):
    refused = send(client, address, clock, seconds=2, text="Ingen svarer der.")
    assert Report.objects.count() == 0
    assert "Det gikk så fort" in text_of(refused)
    assert "Send igjen" in text_of(refused)
    assert "Ingen svarer der.</textarea>" in text_of(refused)
    clock.wait(seconds=10)
    client.post(address, {**PHONE, "text": "Ingen svarer der.", "stamp": stamp_in(refused)})
    assert Report.objects.get().text == "Ingen svarer der."


def test_form_left_open_too_long_keeps_the_text_and_can_be_sent_again(client, clock, address):
    refused = send(client, address, clock, seconds=7 * 60 * 60, text="Stengt.")
    assert "Skjemaet er for gammelt" in text_of(refused)
    assert "Stengt.</textarea>" in text_of(refused)
    clock.wait(seconds=8)
    client.post(address, {**PHONE, "stamp": stamp_in(refused)})
    assert Report.objects.count() == 1


def test_button_pressed_twice_is_one_report_and_two_thanks(client, clock, address):
    stamp = stamp_in(client.get(address))
    clock.wait(seconds=30)
    answers = [client.post(address, {**PHONE, "stamp": stamp}) for _press in range(2)]
    assert ["Takk for meldingen" in text_of(answer) for answer in answers] == [True, True]
    assert Report.objects.count() == 1


def test_used_form_with_another_text_is_refused_and_the_new_one_it_comes_with_works(client, clock, address):
    stamp = stamp_in(client.get(address))
    clock.wait(seconds=30)
    client.post(address, {**PHONE, "stamp": stamp})
    refused = client.post(address, {"fault": "price", "text": "Koster 200.", "stamp": stamp})
    assert "Dette skjemaet er sendt før" in text_of(refused)
    assert Report.objects.count() == 1
    clock.wait(seconds=30)
    client.post(address, {"fault": "price", "text": "Koster 200.", "stamp": stamp_in(refused)})
    assert Report.objects.count() == 2


def test_form_of_another_offer_is_refused(client, clock, address):
    stamp = stamp_in(client.get(f"{make_offer().get_absolute_url()}meld-feil/"))
    clock.wait(seconds=30)
    client.post(address, {**PHONE, "stamp": stamp})
    assert Report.objects.count() == 0


def test_unknown_offer_is_not_found(client, db):
    assert client.get("/tilbud/finnes-ikke/meld-feil/").status_code == 404
    assert client.post("/tilbud/finnes-ikke/meld-feil/", PHONE).status_code == 404


def test_trap_is_out_of_reach_for_people(client, address):
    page = text_of(client.get(address))
    assert re.search(r'<div class="visually-hidden" aria-hidden="true">\s*<label for="id_website">', page)
    assert re.search(r'<input type="text" name="website" [^>]*autocomplete="off" tabindex="-1">', page)
