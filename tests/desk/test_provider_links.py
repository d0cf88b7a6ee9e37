"""Links to providers: made and sent by staff, taken back, and what a published answer is noted as."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from tests.asking import questions
from tests.desk.pages import text_of
from tests.factories import make_fact, make_institution, make_offer
from tests.pages.providing import answer, make_link, make_provider, name_of
from tests.staff import make_user
from tilbud.desk.provider_links import record_provider_check
from tilbud.entries import publish
from tilbud.models import Activity, AgeLimit, Check, Draft, ProviderLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution(db):
    return make_provider()


@pytest.fixture
def page(institution):
    return f"/admin/tilbyder/{institution.pk}/"


def test_link_is_shown_once_and_opens_the_form(editor_client, client, page, institution):
    shown = editor_client.post(page, {"days": "14", "address": ""})
    address = re.search(r'value="http://testserver(/tilbyder/[^"]+)"', text_of(shown))[1]
    assert "Fjordklinikken" in text_of(client.get(address))
    assert address not in text_of(editor_client.get(page))
    link = ProviderLink.objects.get()
    assert link.author_name
    assert timedelta(days=13) < link.expires_at - timezone.now() < timedelta(days=14)
    assert "venter på svar" in text_of(editor_client.get(page))
    assert not mail.outbox


def test_link_is_sent_to_the_units_mailbox(editor_client, client, page, settings):
    settings.DEFAULT_FROM_EMAIL = "katalogen@eksempel.no"
    response = editor_client.post(page, {"days": "7", "address": "postmottak@fjord.example"}, follow=True)
    message = mail.outbox[0]
    address = re.search(r"http://testserver(/tilbyder/\S+)", message.body)[1]
    assert (message.to, message.from_email) == (["postmottak@fjord.example"], "katalogen@eksempel.no")
    assert message.subject == "Stemmer det vi skriver om Fjordklinikken?"
    assert client.get(address).status_code == 200
    assert "Lenken er sendt til postmottak@fjord.example." in text_of(response)
    assert address not in text_of(response)
    assert ProviderLink.objects.get().address == "postmottak@fjord.example"


def test_address_of_a_person_is_warned_about(editor_client, page):
    typed = {"days": "14", "address": "kari.nordmann@fjord.example"}
    refused = editor_client.post(page, typed)
    assert "ser ut som adressen til en person" in text_of(refused)
    assert 'value="kari.nordmann@fjord.example"' in text_of(refused)
    assert not mail.outbox
    assert not ProviderLink.objects.exists()
    editor_client.post(page, typed | {"is_units": "on"})
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"days": "", "address": ""}, "Skriv antall dager."),
        ({"days": "x", "address": ""}, "Skriv antall dager med siffer."),
        ({"days": "0", "address": ""}, "større enn eller lik 1"),
        ({"days": "9" * 5000, "address": ""}, "Skriv antall dager med siffer."),
        ({"days": "14", "address": "post@\r\nBcc: x@y.no"}, "gyldig e-postadresse"),
        ({"days": "14", "address": "a\x00@b.no"}, "Null-tegn er ikke tillatt."),
    ],
)
def test_bad_form_gets_a_message_and_makes_no_link(editor_client, page, typed, message):
    response = editor_client.post(page, typed)
    problems = re.findall(r'<p class="desk-error"[^>]*>(.*?)</p>', text_of(response))
    assert message in " ".join(problems)
    assert not ProviderLink.objects.exists()
    assert not mail.outbox


def test_link_that_could_not_be_sent_is_shown_instead(editor_client, page, monkeypatch):
    def fails(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("tilbud.desk.provider_links.send_mail", fails)
    response = editor_client.post(page, {"days": "14", "address": "post@fjord.example"})
    assert "E-posten kunne ikke sendes." in text_of(response)
    assert "/tilbyder/" in re.search(r'id="lenke" value="([^"]*)"', text_of(response))[1]
    assert ProviderLink.objects.get().address == ""


def test_page_says_when_mail_goes_nowhere(editor_client, page, settings):
    assert "E-post er ikke satt opp" not in text_of(editor_client.get(page))
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "E-post er ikke satt opp" in text_of(editor_client.get(page))


def test_link_is_taken_back_once(editor_client, client, page, institution):
    link, address = make_link(institution)
    assert "trukket tilbake" in text_of(editor_client.post(page, {"revoke": link.pk}, follow=True))
    assert client.get(address).status_code == 410
    assert "Ikke gjort" in text_of(editor_client.post(page, {"revoke": link.pk}, follow=True))
    for key in ("x", "9" * 40, ""):
        assert "Ikke gjort" in text_of(editor_client.post(page, {"revoke": key}, follow=True))


def test_link_of_another_institution_is_not_taken_back_here(editor_client, page):
    link, _address = make_link(make_institution())
    editor_client.post(page, {"revoke": link.pk})
    assert ProviderLink.objects.usable().filter(pk=link.pk).exists()


def test_reader_sees_links_and_makes_none(reader_client, page, institution):
    link, _address = make_link(institution)
    shown = text_of(reader_client.get(page))
    assert "venter på svar" in shown
    assert "Lag lenke" not in shown and "Trekk tilbake" not in shown
    assert reader_client.post(page, {"days": "14"}).status_code == 403
    assert reader_client.post(page, {"revoke": link.pk}).status_code == 403
    assert ProviderLink.objects.usable().count() == 1


def test_unknown_institution_is_not_found(editor_client):
    assert editor_client.get("/admin/tilbyder/999999999999999999999999/").status_code == 404


def test_page_asks_as_many_questions_for_many_links_as_for_one(editor_client, page, institution):
    make_link(institution)
    with_one = questions(editor_client, page)
    for _number in range(20):
        make_link(institution)
    assert questions(editor_client, page) == with_one


def published(client, institution, **changes):
    _link, address = make_link(institution)
    answer(client, address, **changes)
    draft, approver = Draft.objects.get(), make_user(username="godkjenner", is_superuser=True)
    publish(draft, approver)
    return record_provider_check(draft, approver)


def test_published_correction_is_a_check_that_changed(client, institution):
    phone = institution.contacts.get()
    typed = {name_of(institution, phone): "changed", name_of(institution, phone, "value"): "22029281"}
    check = published(client, institution, **typed)
    assert (check.institution, check.result, check.method) == (institution, "changed", "email")
    assert (check.answered_by, check.author_name) == ("daglig leder", "godkjenner")
    assert check.facts == [["contacts", phone.pk]]
    assert "verdi" in check.what
    phone.refresh_from_db()
    assert (phone.value, phone.checked_on, phone.check_method) == ("22029281", timezone.localdate(), "email")


def test_published_confirmation_is_a_check_that_confirmed(client, institution):
    check = published(client, institution, **{f"i{institution.pk}-rest_is_right": "on"})
    assert (check.result, check.what) == ("confirmed", "")
    assert check.facts == [["", 0], ["contacts", institution.contacts.get().pk]]
    institution.refresh_from_db()
    assert institution.checked_on == timezone.localdate()


def test_published_answer_that_the_offer_is_gone_is_a_check_that_it_has_ceased(client, institution):
    offer = make_offer(institution=institution)
    make_fact(AgeLimit, offer=offer, min_age=18)
    make_fact(Activity, offer=offer, activity="group")
    check = published(client, institution, **{name_of(offer): "changed", name_of(offer, field="status"): "closed"})
    offer.refresh_from_db()
    assert (check.offer, check.result, offer.status) == (offer, "ceased", "closed")
    assert Check.objects.count() == 1
