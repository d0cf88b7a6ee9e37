"""Checking one entry: what is confirmed, what is not, and what nobody may do."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.asking import questions
from tests.desk.checking import make_editor_without, sent, where
from tests.desk.pages import text_of
from tests.factories import make_fact, make_institution, make_offer
from tests.staff import log_in, make_user
from tilbud.desk.roles import EDITOR
from tilbud.entries import current_number, read_document, recording
from tilbud.models import Assignment, Check, Contact, Offer, Payment, Revision


@pytest.fixture
def editor(client, db):
    user = make_user(EDITOR, first_name="Kari", last_name="Nes")
    log_in(client, user)
    return user


@pytest.fixture
def offer(db):
    offer = make_offer(title="Samtale", missed_checks=1)
    make_fact(Payment, offer=offer, kind="free", locator="linje 12")
    make_fact(Payment, offer=offer, kind="user_fee", is_current=False)
    make_fact(Contact, offer=offer, kind="phone", value="22029280")
    return offer


def contact_code(offer):
    return f"contacts-{offer.contacts.get().pk}"


def test_page_shows_what_stands_contacts_first_with_source_and_age(client, editor, offer):
    claims = client.get(where(offer)).context["claims"]
    assert [claim.text for claim in claims] == [str(offer), "telefon: 22 02 92 80", "gratis"]
    text = text_of(client.get(where(offer)))
    assert f"{offer.payments.first().age} · {offer.source}, linje 12" in text
    assert "Bekreft kontaktopplysning: telefon: 22 02 92 80" in text


def test_one_fact_confirmed_is_that_row_and_no_other(client, editor, offer):
    before = read_document("offer", offer.pk)
    client.post(where(offer), sent(offer, confirm=contact_code(offer)))
    after = read_document("offer", offer.pk)
    contact = after["rows"]["contacts"][0]
    today = timezone.localdate().isoformat()
    assert (contact["checked_on"], contact["check_method"]) == (today, "called")
    before["rows"]["contacts"][0] |= {"checked_on": today, "check_method": "called"}
    before["fields"]["missed_checks"] = 0
    assert after == before


def test_confirming_is_one_check_and_one_line_in_the_history(client, editor, offer):
    client.post(where(offer), sent(offer, confirm=contact_code(offer), **{"check-note": "Svarte straks."}))
    check, revision = Check.objects.get(), Revision.objects.first()
    assert (check.entry, check.result, check.author, check.author_name) == (offer, "confirmed", editor, "Kari Nes")
    assert (check.facts, check.what) == (
        [["contacts", offer.contacts.get().pk]],
        "kontaktopplysning: telefon: 22 02 92 80",
    )
    assert (check.answered_by, check.note) == ("daglig leder", "Svarte straks.")
    assert (revision.how, revision.author, revision.reason) == ("checked", editor, "Svarte straks.")


def test_all_confirmed_is_own_row_and_every_current_fact(client, editor, offer):
    client.post(where(offer), sent(offer, result="confirmed"))
    offer.refresh_from_db()
    today = timezone.localdate()
    assert (offer.checked_on, offer.check_method, offer.missed_checks) == (today, "called", 0)
    assert offer.payments.get(is_current=True).checked_on == offer.contacts.get().checked_on == today
    assert offer.payments.get(is_current=False).checked_on is None
    assert not Offer.objects.overdue().filter(pk=offer.pk).exists()
    assert "Alt her er kontrollert." in text_of(client.get(where(offer)))


def test_what_is_typed_stays_for_the_next_fact_of_the_same_entry(client, editor, offer):
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    changes = {"check-done_on": yesterday, "check-method": "email", "check-answered_by": "resepsjonen"}
    page = client.post(where(offer), sent(offer, confirm=contact_code(offer), **changes), follow=True)
    kept = page.context["form"]
    assert [kept[name].value() for name in ("done_on", "method", "answered_by")] == list(changes.values())
    assert not client.get(where(make_offer())).context["form"]["answered_by"].value()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("done_on", (date.today() + timedelta(days=2)).isoformat(), "Datoen kan ikke være i framtiden."),
        ("done_on", "0026-11-24", "Så gammel er en kontroll forfalt allerede."),
        ("done_on", "i går", "Oppgi en gyldig dato."),
        ("method", "published", "Velg et gyldig valg. published er ikke et av de tilgjengelige valgene."),
        ("answered_by", "x" * 121, "Sørg for at denne verdien har"),
    ],
)
def test_bad_field_is_said_and_nothing_is_lost_or_recorded(client, editor, offer, field, value, sentence):
    typed = {"check-note": "Ringte to ganger.", f"check-{field}": value}
    page = client.post(where(offer), sent(offer, result="confirmed", **typed))
    assert sentence in text_of(page)
    assert "Ringte to ganger." in text_of(page)
    assert not Check.objects.exists()
    assert offer.contacts.get().checked_on is None


def test_late_letter_does_not_make_a_newer_confirmation_older(client, editor, offer):
    client.post(where(offer), sent(offer, confirm=contact_code(offer)))
    week_ago = (timezone.localdate() - timedelta(days=7)).isoformat()
    client.post(
        where(offer), sent(offer, result="confirmed", **{"check-done_on": week_ago, "check-method": "letter"})
    )
    assert offer.contacts.get().check_method == "called"
    assert offer.payments.get(is_current=True).check_method == "letter"


@pytest.mark.parametrize("pressed", [{"result": "confirmed"}, {"result": "unreachable"}, {"result": "changed"}])
def test_page_of_an_older_version_is_refused_and_shown_anew(client, editor, offer, pressed):
    old = sent(offer, **pressed, **{"check-note": "Svarte."})
    with recording("offer", offer.pk, base=0, how="desk", author="Ola"):
        offer.contacts.update(value="22029281")
    page = client.post(where(offer), old)
    assert "Noen har lagret oppføringen etter at du åpnet den." in text_of(page)
    assert "22 02 92 81" in text_of(page)
    assert page.context["form"]["note"].value() == "Svarte."
    assert page.context["version"] == current_number("offer", offer.pk) == 1
    assert not Check.objects.exists()


@pytest.mark.parametrize("version", ["", "abc", "9" * 30, "-1"])
def test_version_nobody_has_is_refused(client, editor, offer, version):
    page = client.post(where(offer), sent(offer, result="confirmed") | {"version": version})
    assert "Noen har lagret oppføringen" in text_of(page)
    assert not Check.objects.exists()


@pytest.mark.parametrize("code", ["contacts-0", "payments-999999", "x", ""])
def test_fact_of_another_entry_or_none_is_not_confirmed(client, editor, offer, code):
    other = make_fact(Contact, offer=make_offer(), kind="web", value="a.no")
    for confirm in (code, f"contacts-{other.pk}"):
        page = client.post(where(offer), sent(offer, confirm=confirm))
        assert "Opplysningen står her ikke lenger." in text_of(page)
    other.refresh_from_db()
    assert (other.checked_on, Check.objects.count()) == (None, 0)


def test_changed_is_recorded_and_leads_to_the_form(client, editor, offer):
    answer = client.post(where(offer), sent(offer, result="changed"))
    assert answer.url == f"/admin/tilbud/offer/{offer.pk}/change/"
    offer.refresh_from_db()
    assert (Check.objects.get().result, offer.missed_checks, offer.checked_on) == ("changed", 0, None)


def test_institution_is_checked_the_same_way(client, editor):
    institution = make_institution()
    make_fact(Contact, institution=institution, kind="email", value="post@example.no")
    page = client.post(where(institution), sent(institution, result="confirmed"), follow=True)
    assert "Ført: 2 opplysninger bekreftet." in text_of(page)
    assert institution.contacts.get().checked_on == timezone.localdate()


def test_the_check_is_listed_with_the_entry_and_cannot_be_changed(client, admin_client, editor, offer):
    log_in(client, editor)
    client.post(where(offer), sent(offer, result="confirmed"))
    page = client.get(where(offer))
    assert "Kari Nes" in text_of(page)
    assert list(client.get(page.context["all_checks"]).context["cl"].queryset) == [Check.objects.get()]
    one = f"/admin/tilbud/check/{Check.objects.get().pk}"
    assert admin_client.get(f"{one}/change/").context["has_change_permission"] is False
    assert admin_client.post(f"{one}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get("/admin/tilbud/check/add/").status_code == 403


@pytest.mark.parametrize("missing", ["view_check", "add_check", "change_offer"])
def test_forged_post_without_the_right_changes_nothing(client, offer, missing):
    log_in(client, make_editor_without(missing))
    before = read_document("offer", offer.pk)
    for page in ("check", "ceased"):
        pressed = {"result": "confirmed"} if page == "check" else {"save": "1", "name": "", "answer": "unknown"}
        if page == "check" or missing != "view_check":
            assert client.post(where(offer, page), sent(offer, **pressed)).status_code == 403
    assert read_document("offer", offer.pk) == before
    assert not Check.objects.exists()


def test_reader_sees_the_page_without_buttons(reader_client, offer):
    text = text_of(reader_client.get(where(offer)))
    assert "22 02 92 80" in text
    assert "Bekreft" not in text and "Utsett" not in text and "Ta denne" not in text


@pytest.mark.parametrize("address", ["person/1", "offer/0", f"offer/{'9' * 30}", "source/1"])
def test_what_cannot_be_checked_is_not_found(admin_client, address):
    assert admin_client.get(f"/admin/kontroll/{address}/").status_code == 404


def test_confirmed_whole_entry_is_let_go_of(client, editor, offer):
    Assignment.objects.create(offer=offer, assigned_to=editor)
    client.post(where(offer), sent(offer, confirm=contact_code(offer)))
    assert Assignment.objects.exists()
    client.post(where(offer), sent(offer, result="confirmed"))
    assert not Assignment.objects.exists()


def test_page_asks_the_database_as_often_for_100_facts(client, editor, offer):
    few = questions(client, where(offer))
    for number in range(100):
        make_fact(Contact, offer=offer, kind="phone", value=f"220292{number:02}")
        Check.objects.create(offer=offer, method="called", result="confirmed")
    assert questions(client, where(offer)) == few
