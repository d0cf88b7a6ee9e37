"""Automatic reports: a thousand of each kind store twenty at most, and people still get through."""

import pytest

from tests.factories import make_offer
from tests.pages.test_report import PHONE, address, clock, send, stamp_in, text_of  # noqa: F401
from tilbud.models import Report

pytestmark = pytest.mark.django_db
MANY, MOST = 1000, 20


def no_stamp(client, clock, address):
    for _number in range(MANY):
        client.post(address, PHONE)


def forged_stamp(client, clock, address):
    stamp = stamp_in(client.get(address))
    clock.wait(seconds=30)
    for number in range(MANY):
        client.post(address, PHONE | {"stamp": f"{number}{stamp}"})


def replayed_stamp(client, clock, address):
    stamp = stamp_in(client.get(address))
    clock.wait(seconds=30)
    for number in range(MANY):
        client.post(address, PHONE | {"stamp": stamp, "text": f"Kjøp {number}"})


def at_once(client, clock, address):
    for _number in range(MANY):
        send(client, address, clock, seconds=0)


def almost_five_seconds(client, clock, address):
    for _number in range(MANY):
        send(client, address, clock, seconds=4.8)


def after_five_seconds(client, clock, address):
    for _number in range(MANY):
        send(client, address, clock, seconds=5.2)


def with_the_trap_filled(client, clock, address):
    for _number in range(MANY):
        send(client, address, clock, seconds=30, website="https://eksempel.no")


ATTACKS = [
    no_stamp,
    forged_stamp,
    replayed_stamp,
    at_once,
    almost_five_seconds,
    after_five_seconds,
    with_the_trap_filled,
]


def fifty_people(client, clock, address, seconds=25):
    return [send(client, address, clock, seconds=seconds, text="Ingen svarer.") for _person in range(50)]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_thousand_automatic_reports_store_few_and_people_get_through(client, clock, address, attack):  # noqa: F811
    attack(client, clock, address)
    assert Report.objects.count() <= (10 if attack == after_five_seconds else 1 if attack == replayed_stamp else 0)

    answers = fifty_people(client, clock, address)

    assert Report.objects.filter(text="Ingen svarer.").count() == 50
    assert all("Takk for meldingen" in text_of(answer) for answer in answers)


def test_all_kinds_together_in_one_day_store_at_most_twenty(client, clock, address, monkeypatch):  # noqa: F811
    monkeypatch.setattr("tests.pages.test_report_flood.MANY", 100)
    for attack in ATTACKS:
        attack(client, clock, address)
    assert Report.objects.count() <= MOST


def test_quick_person_in_an_attack_is_told_to_wait_and_gets_through_from_the_same_page(client, clock, address):  # noqa: F811
    for _number in range(11):
        send(client, address, clock, seconds=6)
    refused = send(client, address, clock, seconds=12, text="Feil nummer.")
    assert refused.status_code == 429
    assert "Vent et halvt minutt" in text_of(refused)
    assert "Feil nummer.</textarea>" in text_of(refused)
    clock.wait(seconds=15)
    client.post(address, PHONE | {"text": "Feil nummer.", "stamp": stamp_in(refused)})
    assert Report.objects.filter(text="Feil nummer.").count() == 1


def test_fifty_people_at_the_same_moment_get_through(client, clock, address):  # noqa: F811
    forms = [stamp_in(client.get(address)) for _person in range(50)]
    clock.wait(seconds=40)
    for stamp in forms:
        client.post(address, PHONE | {"stamp": stamp})
    assert Report.objects.count() == 50


def test_patient_program_is_stopped_for_an_hour_for_all_and_for_a_day_at_one_offer(client, clock, address):  # noqa: F811
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
