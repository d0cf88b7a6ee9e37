"""The inbox of reports: beside the entry, into a draft, refused or thrown away, and by whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.asking import questions
from tests.desk.pages import text_of
from tests.factories import make_fact, make_offer, numbers
from tilbud.desk.inbox import delete_reports, reports_of
from tilbud.entries import read_document
from tilbud.models import Activity, Contact, Draft, Offer, Report, Revision

pytestmark = pytest.mark.django_db
INBOX = "/admin/meldinger/"


def make_report(**values):
    given = {"fault": "phone", "stamp": f"s{next(numbers)}", "was_quick": False, **values}
    if "offer" not in given:
        given["offer"] = make_offer()
        make_fact(Contact, offer=given["offer"], kind="phone", value="22029280")
        make_fact(Activity, offer=given["offer"], activity="group")
    return Report.objects.create(**given)


def press(client, report, act, query="", **values):
    return client.post(INBOX + query, {"report": report.pk, "act": act, **values})


def test_report_stands_beside_the_facts_of_the_offer(editor_client):
    report = make_report(text="Går til en <pizzabar>.")
    page = text_of(editor_client.get(INBOX))
    assert "Går til en <pizzabar>." in page
    assert "Telefonnummeret er feil" in page
    assert "22 02 92 80" in page
    assert reverse("admin:tilbud_offer_change", args=[report.offer_id]) in page
    assert "Ny (1)" in page


def test_text_is_shown_as_text(editor_client):
    make_report(text="<i>Hei</i>")
    assert "&lt;i&gt;Hei&lt;/i&gt;" in editor_client.get(INBOX).content.decode()


def test_accepted_report_becomes_a_draft_of_the_entry_as_it_is(editor_client):
    report = make_report()
    response = press(editor_client, report, "accepted")
    draft, report = Draft.objects.get(), Report.objects.get()
    assert (
        response["Location"] == reverse("admin:tilbud_offer_change", args=[report.offer_id]) + f"?draft={draft.pk}"
    )
    assert editor_client.get(response["Location"]).status_code == 200
    assert (draft.origin, draft.state, draft.author_name) == ("report", "draft", report.handled_by_name)
    assert draft.document == read_document("offer", report.offer_id)
    assert draft.reason == "Melding om feil: telefonnummeret er feil"
    assert (report.state, report.draft) == ("accepted", draft)
    assert report.handled_at
    assert not Revision.objects.exists()


def test_report_is_rejected_with_a_reason_only(editor_client):
    report = make_report()
    refused = press(editor_client, report, "rejected", reason="  ")
    assert "Skriv hvorfor meldingen avvises." in text_of(refused)
    assert Report.objects.get().state == "new"
    press(editor_client, report, "rejected", reason="Ringte: nummeret er riktig.")
    report = Report.objects.get()
    assert (report.state, report.decision) == ("rejected", "Ringte: nummeret er riktig.")
    page = text_of(editor_client.get(f"{INBOX}?state=rejected"))
    assert f"Avvist av {report.handled_by_name}" in page
    assert "Ringte: nummeret er riktig." in page


def test_too_long_reason_is_refused_and_kept(editor_client):
    refused = press(editor_client, make_report(), "rejected", reason="å" * 501)
    assert "Begrunnelsen er på 501 tegn" in text_of(refused)
    assert f'value="{"å" * 501}"' in text_of(refused)
    assert Report.objects.get().state == "new"


def test_spam_can_be_taken_back(editor_client):
    report = make_report()
    press(editor_client, report, "spam")
    assert Report.objects.get().state == "spam"
    assert text_of(editor_client.get(INBOX)).count("melding-") == 0
    press(editor_client, report, "new")
    assert (Report.objects.get().state, Report.objects.get().handled_at) == ("new", None)


def test_second_editor_is_told_who_was_first(editor_client, approver_client):
    report = make_report()
    press(editor_client, report, "spam")
    response = approver_client.post(INBOX, {"report": report.pk, "act": "accepted"}, follow=True)
    assert f"allerede behandlet av {Report.objects.get().handled_by_name}" in text_of(response)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("key", ["", "0", "x", "9" * 30, "-1", "²"])
def test_report_that_is_not_there_is_said(editor_client, key):
    response = editor_client.post(INBOX, {"report": key, "act": "spam"}, follow=True)
    assert "Meldingen finnes ikke lenger." in text_of(response)


def test_unknown_button_does_nothing(editor_client):
    assert press(editor_client, make_report(), "slett").status_code == 404
    assert Report.objects.get().state == "new"


def test_reader_sees_and_cannot_answer(reader_client):
    report = make_report()
    page = text_of(reader_client.get(INBOX))
    assert "Telefonnummeret er feil" in page
    assert "Begrunnelse" not in page
    assert press(reader_client, report, "spam").status_code == 403
    assert Report.objects.get().state == "new"


def test_stranger_is_sent_to_the_door(client):
    report = make_report()
    assert client.get(INBOX).status_code == 302
    assert press(client, report, "spam").status_code == 403
    assert Report.objects.get().state == "new"


@pytest.mark.parametrize("query", ["?state=x&page=%00", "?offer=%00&page=999", "?offer=9999999999999999999999"])
def test_bad_address_gives_the_inbox(editor_client, query):
    make_report()
    assert "Meldinger om feil" in text_of(editor_client.get(INBOX + query))


def test_inbox_of_one_offer_and_what_waits_for_it(editor_client):
    one, other = make_report(text="Den ene."), make_report(text="Den andre.")
    make_report(offer=one.offer, state="spam", text="Gammel.")
    page = text_of(editor_client.get(f"{INBOX}?offer={one.offer_id}"))
    assert "Den ene." in page
    assert "Den andre." not in page
    assert list(reports_of(one.offer)) == [one]
    assert list(reports_of(other.offer)) == [other]


def test_inbox_asks_as_many_questions_for_many_reports_as_for_one(editor_client):
    make_report()
    with_one = questions(editor_client, INBOX)
    for _number in range(20):
        make_report()
    assert questions(editor_client, INBOX) == with_one


def test_old_reports_are_cleaned_away():
    offer, now = make_offer(), timezone.now()
    kept = [
        make_report(offer=offer, received_at=now - timedelta(days=900)),
        make_report(offer=offer, state="spam", handled_at=now - timedelta(days=29)),
        make_report(offer=offer, state="rejected", handled_at=now - timedelta(days=364)),
    ]
    make_report(offer=offer, state="spam", handled_at=now - timedelta(days=31))
    make_report(offer=offer, state="accepted", handled_at=now - timedelta(days=366))
    assert delete_reports() == ("behandlede meldinger om feil", 2)
    assert set(Report.objects.all()) == set(kept)
    assert Offer.objects.filter(pk=offer.pk).exists()
