"""Automatic reports: a thousand store twenty at most, and people still get through."""

import pytest

from tests.desk.pages import text_of
from tests.factories import make_offer
from tests.pages.reporting import PHONE, send, stamp_in
from tilbud.models import Offer, Report
from tilbud.pages.stamps import make_stamp

pytestmark = [pytest.mark.once, pytest.mark.django_db]
MOST = 20


def no_stamp(client, clock, address, number):
    client.post(address, PHONE)


def forged_stamp(client, clock, address, number):
    offer = Offer.objects.get(slug=address.split("/")[2])
    client.post(address, PHONE | {"stamp": f"{number}{make_stamp(offer.pk)}"})


def at_once(client, clock, address, number):
    send(client, address, clock, seconds=0)


def almost_five_seconds(client, clock, address, number):
    send(client, address, clock, seconds=4.8)


def with_the_trap_filled(client, clock, address, number):
    send(client, address, clock, seconds=30, website="https://eksempel.no")


def replayed_stamp(client, clock, address, number):
    client.post(address, PHONE | {"stamp": client.stamp, "text": f"Kjøp {number}"})


def after_five_seconds(client, clock, address, number):
    stamp = make_stamp(Offer.objects.get(slug=address.split("/")[2]).pk)
    clock.wait(seconds=5.2)
    client.post(address, PHONE | {"stamp": stamp})


# How many of each, and how many of all so far may be stored. Whatever the rules count, is sent a thousand times.
ATTACKS = [
    (no_stamp, 100, 0),
    (forged_stamp, 100, 0),
    (at_once, 100, 0),
    (almost_five_seconds, 100, 0),
    (with_the_trap_filled, 100, 0),
    (replayed_stamp, 100, 1),
    (after_five_seconds, 1000, 11),
]


def test_automatic_reports_store_few_and_fifty_people_get_through(client, clock, address):
    client.stamp = stamp_in(client.get(address))
    for attack, times, stored in ATTACKS:
        clock.wait(seconds=30)
        for number in range(times):
            attack(client, clock, address, number)
        assert Report.objects.count() == stored <= MOST, attack.__name__

    for person in range(50):
        stamp = stamp_in(client.get(address))
        # In the middle of it all.
        after_five_seconds(client, clock, address, person)
        clock.wait(seconds=16)
        answer = client.post(address, PHONE | {"stamp": stamp, "text": "Ingen svarer."})
        assert "Takk for meldingen" in text_of(answer)
    assert Report.objects.filter(text="Ingen svarer.").count() == 50


def test_quick_person_in_an_attack_is_told_to_wait_and_gets_through_from_the_same_page(client, clock, address):
    for _number in range(11):
        send(client, address, clock, seconds=6)
    refused = send(client, address, clock, seconds=12, text="Feil nummer.")
    assert refused.status_code == 429
    assert "Vent et halvt minutt" in text_of(refused)
    assert "Feil nummer.</textarea>" in text_of(refused)
    clock.wait(seconds=15)
    client.post(address, PHONE | {"text": "Feil nummer.", "stamp": stamp_in(refused)})
    assert Report.objects.filter(text="Feil nummer.").count() == 1


def test_fifty_people_at_the_same_moment_get_through(client, clock, address):
    forms = [stamp_in(client.get(address)) for _person in range(50)]
    clock.wait(seconds=40)
    for stamp in forms:
        client.post(address, PHONE | {"stamp": stamp})
    assert Report.objects.count() == 50


def test_patient_program_is_stopped_for_an_hour_for_all_and_for_a_day_at_one_offer(client, clock, address):
    pages = [f"{make_offer().get_absolute_url()}meld-feil/" for _number in range(3)]
    for page in [address, *pages]:
        for _number in range(35):
            answer = send(client, page, clock, seconds=20)
    assert Report.objects.count() == 100
    assert "Prøv igjen om en time" in text_of(answer)
    clock.wait(hours=1)
    for _number in range(30):
        answer = send(client, address, clock, seconds=20)
    assert Report.objects.filter(offer__slug=address.split("/")[2]).count() == 60
    assert "Prøv igjen i morgen" in text_of(answer)
