"""When a provider's link opens the form, and when it does not."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.test import Client
from django.utils import timezone

from tests.asking import questions
from tests.desk.pages import text_of
from tests.factories import make_fact, make_institution, make_offer
from tests.pages.providing import answer, filled_in, make_link
from tilbud.models import Activity, Contact, Draft, Institution, ProviderLink
from tilbud.pages import provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution(db):
    return make_institution()


def everything(institution):
    return {f"i{institution.pk}-rest_is_right": "on"}


def test_link_opens_the_form_without_cookie_and_stays_good_until_it_is_answered(client, institution):
    _link, address = make_link(institution)
    for _time in range(2):
        response = client.get(address)
        assert response.status_code == 200
        assert institution.name in text_of(response)
        assert response["Cache-Control"] == "no-store"
        assert not response.cookies
    assert client.head(address).status_code == 200


def test_second_answer_is_refused(client, institution):
    _link, address = make_link(institution)
    data = filled_in(client.get(address), **everything(institution))
    assert client.post(address, data).status_code == 200
    for response in (client.post(address, data), client.get(address)):
        assert response.status_code == 410
        assert "En lenke kan brukes én gang." in text_of(response)
    assert Draft.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "Be redaksjonen om en ny."),
        ({"revoked_at": timezone.now()}, "Redaksjonen har trukket lenken tilbake."),
    ],
    ids=["expired", "revoked"],
)
def test_link_that_is_no_longer_good_is_gone(client, institution, values, message):
    _link, good = make_link(institution)
    _link, address = make_link(institution, **values)
    data = filled_in(client.get(good), **everything(institution))
    for response in (client.get(address), client.post(address, data)):
        assert response.status_code == 410
        assert message in text_of(response)
        assert "<form" not in text_of(response)
    assert not Draft.objects.exists()


def test_link_revoked_while_the_provider_writes_takes_no_answer(client, institution):
    link, address = make_link(institution)
    data = filled_in(client.get(address), **everything(institution))
    ProviderLink.objects.filter(pk=link.pk).update(revoked_at=timezone.now())
    assert client.post(address, data).status_code == 410
    assert not Draft.objects.exists()


def test_forged_links_are_not_found(client, institution):
    link, address = make_link(institution)
    token = address.split("/")[2]
    nonce, signature = token.rsplit(".", 1)
    stolen = ProviderLink.objects.get(pk=link.pk).nonce
    forged = [nonce, f"{nonce}x.{signature}", f"{nonce}.{signature[::-1]}", stolen, provider.SIGNER.sign(stolen)]
    forged += ["å", "%00", "a%0ab", "." * 3000, f"{token}x"]
    for text in forged:
        for response in (client.get(f"/tilbyder/{text}/"), client.post(f"/tilbyder/{text}/", {"role": "x"})):
            assert response.status_code == 404, text
            assert "Adressen er ikke hel" in text_of(response)
    assert not Draft.objects.exists()


def test_database_holds_nothing_that_opens_a_link(institution):
    link, address = make_link(institution)
    token = address.split("/")[2]
    assert link.nonce == sha256(token.rsplit(".", 1)[0].encode()).hexdigest()
    assert link.nonce not in token


def test_of_two_answers_at_once_one_gets_the_link(client, institution, monkeypatch):
    _link, address = make_link(institution)
    data = filled_in(client.get(address), **everything(institution))
    read = provider.link_of

    def another_first(token):
        link = read(token)
        monkeypatch.setattr(provider, "link_of", read)
        assert Client().post(address, data).status_code == 200
        return link

    monkeypatch.setattr(provider, "link_of", another_first)
    assert client.post(address, data).status_code == 410
    assert Draft.objects.count() == 1


def test_answer_that_breaks_half_way_leaves_no_draft_and_a_good_link(client, institution, monkeypatch):
    link, address = make_link(institution)
    offer = make_offer(institution=institution)
    data = filled_in(client.get(address), **everything(institution), **{f"o{offer.pk}-rest_is_right": "on"})
    made = []

    def breaks_at_second(*args, **about):
        if made:
            raise RuntimeError
        made.append(make_draft(*args, **about))
        return made[0]

    make_draft = provider.make_draft
    monkeypatch.setattr(provider, "make_draft", breaks_at_second)
    with pytest.raises(RuntimeError):
        client.post(address, data)
    assert made
    assert not Draft.objects.exists()
    assert ProviderLink.objects.usable().filter(pk=link.pk).exists()


def test_form_asks_as_many_questions_of_the_database_for_many_offers_as_for_one(client, institution):
    _link, address = make_link(institution)

    def grow(number):
        for _number in range(number):
            offer = make_offer(institution=institution)
            make_fact(Contact, offer=offer, kind="phone", value="22029280")
            make_fact(Activity, offer=offer, activity="group")

    grow(1)
    with_one = questions(client, address)
    grow(30)
    assert questions(client, address) == with_one


def test_largest_institution_can_answer_everything(client, directory):
    link, address = make_link(Institution.objects.get(slug="lms"))
    offers = link.institution.offers.values_list("pk", flat=True)
    changes = {f"o{pk}-rest_is_right": "on" for pk in offers}
    response = answer(client, address, **changes)
    assert "Takk for svarene" in text_of(response)
    assert Draft.objects.count() == len(offers) > 40
