"""The history of an entry: who, when, why and what; nobody can change it."""

from zoneinfo import ZoneInfo

import pytest

from tests.asking import questions
from tests.desk.pages import address, filled_in, text_of
from tests.factories import make_fact, make_institution, make_place
from tilbud.entries import read_document
from tilbud.models import Contact, Institution, Revision


@pytest.fixture
def institution(db):
    institution = make_institution(name="Første")
    make_fact(Contact, institution=institution, kind="phone", value="22029280")
    return institution


def save(client, entry, **changes):
    page = address(type(entry), "change", entry.pk)
    return client.post(page, filled_in(client.get(page), **changes))


def history(client, entry, **query):
    return client.get(address(type(entry), "history", entry.pk), query)


def test_history_tells_who_when_why_and_each_field(admin_client, institution):
    save(admin_client, institution, name="Andre", change_reason="Brev fra styret")
    text = text_of(history(admin_client, institution))
    for said in ["Versjon 1: redigert", "admin", "Brev fra styret", "Første", "Andre", "navn"]:
        assert said in text
    revision = Revision.objects.get(number=1)
    assert revision.at.utcoffset().total_seconds() == 0
    assert f'<time datetime="{revision.at.astimezone(ZoneInfo("Europe/Oslo")).isoformat()}' in text


def test_entry_nobody_has_changed_says_so(admin_client, institution):
    assert "Ingen har endret den her." in text_of(history(admin_client, institution))


def test_any_two_versions_are_compared(admin_client, institution):
    for name in ("Andre", "Tredje"):
        save(admin_client, institution, name=name)
    response = history(admin_client, institution, fra=0, til=2)
    assert [(c.old_text, c.new_text) for c in response.context["compared"]] == [("Første", "Tredje")]


@pytest.mark.parametrize("query", [{"fra": "x", "til": "1"}, {"fra": "0", "til": "99999999999"}, {"p": "abc"}])
def test_bad_address_shows_the_history(admin_client, institution, query):
    save(admin_client, institution, name="Andre")
    response = history(admin_client, institution, **query)
    assert "Versjon 1" in text_of(response)
    assert "compared" not in response.context


def test_version_is_restored_with_its_facts(admin_client, institution):
    before = read_document("institution", institution.pk)
    save(admin_client, institution, name="Andre", **{"contacts-0-DELETE": "on"})
    assert not institution.contacts.exists()
    page = address(Institution, "history", institution.pk)
    admin_client.post(page, {"restore": 0, "_version": 1})
    assert read_document("institution", institution.pk) == before
    assert Revision.objects.of("institution", institution.pk).first().how == "restored"


def test_deleted_entry_has_its_history_and_comes_back(admin_client, institution):
    before = read_document("institution", institution.pk)
    data = {"post": "yes", "_version": "0", "change_reason": "Dobbel"}
    admin_client.post(address(Institution, "delete", institution.pk), data)
    page = address(Institution, "history", institution.pk)
    assert "Oppføringen er slettet." in text_of(admin_client.get(page))
    assert page in text_of(admin_client.get(address(Revision, "changelist")))
    admin_client.post(page, {"restore": 0, "_version": 1})
    assert read_document("institution", institution.pk) == before


def test_registers_have_a_history_too(admin_client):
    place = make_place(source="kartlegging-2007", name="Sted")
    save(admin_client, place, name="Stad")
    assert "Stad" in text_of(history(admin_client, place))


@pytest.mark.parametrize("page", ["add", "change", "delete"])
def test_history_cannot_be_edited(admin_client, institution, page):
    save(admin_client, institution, name="Andre")
    revision = Revision.objects.get(number=1)
    args = [] if page == "add" else [revision.pk]
    response = admin_client.post(address(Revision, page, *args), {"title": "Annet", "post": "yes"})
    assert response.status_code == 403
    assert Revision.objects.get(number=1).title == "Andre"


def test_history_asks_as_many_questions_for_ten_versions_as_for_two(admin_client, institution):
    for name in ("a", "b"):
        save(admin_client, institution, name=name)
    page = address(Institution, "history", institution.pk)
    few = questions(admin_client, page)
    for name in "cdefghij":
        save(admin_client, institution, name=name)
    assert questions(admin_client, page) == few
