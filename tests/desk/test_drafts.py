"""Drafts: the public sees the old entry until somebody who may has published the new."""

import pytest

from tests.desk.pages import add_row, address, filled_in, text_of
from tests.factories import make_fact, make_institution, make_offer
from tilbud.entries import make_draft, read_document
from tilbud.models import Check, Contact, Draft, Institution, Offer, Revision, TargetRelation


@pytest.fixture
def offer(db):
    offer = make_offer(title="Samtaler", institution=make_institution(name="Prøvehjemmet"))
    make_fact(Contact, offer=offer, kind="phone", value="22029280")
    return offer


@pytest.fixture
def child_offer(offer):
    make_fact(TargetRelation, offer=offer, relation="child")
    return offer


def save(client, entry, button="_save", **changes):
    page = address(type(entry), "change", entry.pk)
    data = filled_in(client.get(page), **changes)
    return client.post(page, data | {button: "x"})


def act(client, draft, name, **more):
    page = address(Draft, "change", draft.pk)
    shown = client.get(page).context["draft"]
    return client.post(page, {"act": name, "_version": shown.edition, **more}, follow=True)


def public(client, offer):
    return text_of(client.get(offer.get_absolute_url()))


def test_draft_is_not_seen_by_the_public_until_it_is_published(admin_client, client, offer):
    save(admin_client, offer, "_draft", title="Gruppe")
    draft = Draft.objects.get()
    assert "Samtaler" in public(client, offer)
    assert "Gruppe" not in public(client, offer)
    act(admin_client, draft, "publish")
    assert "Gruppe" in public(client, offer)
    revision = Revision.objects.of("offer", offer.pk).first()
    assert (revision.how, revision.author_name, revision.approver_name) == ("draft", "admin", "admin")


def test_preview_is_the_public_page_byte_for_byte(admin_client, client, offer):
    save(admin_client, offer, "_draft", title="Gruppe", **{"contacts-0-value": "22029281"})
    preview = admin_client.get(address(Draft, "preview", Draft.objects.get().pk)).content
    assert "22 02 92 81" in preview.decode()
    act(admin_client, Draft.objects.get(), "publish")
    assert client.get(offer.get_absolute_url()).content == preview


def test_draft_is_opened_in_the_form_with_its_new_rows_and_saved_again(admin_client, offer):
    page = address(Offer, "change", offer.pk)
    response = admin_client.get(page)
    data = filled_in(response, _draft="x")
    add_row(response, data, "activities", activity="group", source=offer.source)
    admin_client.post(page, data)
    draft = Draft.objects.get()
    assert draft.document["rows"]["activities"][0]["id"] < 0
    edit = f"{page}?draft={draft.pk}"
    data = filled_in(admin_client.get(edit), title="Gruppe", **{"activities-0-extent": "seldom"})
    assert admin_client.post(edit, data).url == address(Draft, "change", draft.pk)
    act(admin_client, draft, "publish")
    offer = Offer.objects.get(pk=offer.pk)
    assert (offer.title, offer.activities.get().extent, offer.contacts.get().value) == (
        "Gruppe",
        "seldom",
        "22029280",
    )


def test_new_entry_can_wait_as_a_draft(admin_client, client, offer):
    page = f"{address(Offer, 'add')}?institution={offer.institution_id}"
    data = filled_in(admin_client.get(page), title="Kurs", slug="kurs", summary="Kort.", source=offer.source_id)
    admin_client.post(page, data | {"_draft": "x", "status": "offered"})
    draft = Draft.objects.get()
    assert (draft.object_id, Offer.objects.filter(slug="kurs").exists()) == (None, False)
    edit = f"{address(Offer, 'change', draft.pk_in_trial)}?draft={draft.pk}"
    admin_client.post(edit, filled_in(admin_client.get(edit), title="Kveldskurs"))
    assert "Kveldskurs" in text_of(admin_client.get(address(Draft, "preview", draft.pk)))
    act(admin_client, draft, "publish")
    assert "Kveldskurs" in text_of(client.get("/tilbud/kurs/"))


def test_what_children_see_waits_for_a_second_person(editor_client, approver_client, client, child_offer):
    save(editor_client, child_offer, title="Barnegruppe")
    draft = Draft.objects.get()
    assert draft.state == "waiting"
    assert "Barnegruppe" not in public(client, child_offer)
    act(editor_client, draft, "publish")
    assert "Barnegruppe" not in public(client, child_offer)
    act(approver_client, draft, "publish")
    assert "Barnegruppe" in public(client, child_offer)


def test_approver_cannot_publish_own_draft_of_what_children_see(approver_client, child_offer):
    save(approver_client, child_offer, title="Barnegruppe")
    act(approver_client, Draft.objects.get(), "publish")
    assert Offer.objects.get(pk=child_offer.pk).title == "Samtaler"
    assert "En annen må publisere" in text_of(
        approver_client.get(address(Draft, "change", Draft.objects.get().pk))
    )


def test_change_that_lets_children_see_the_entry_waits_too(editor_client, offer):
    page = address(Offer, "change", offer.pk)
    response = editor_client.get(page)
    data = filled_in(response)
    add_row(response, data, "relations", relation="child", source=offer.source)
    editor_client.post(page, data)
    assert Draft.objects.get().state == "waiting"
    assert not offer.relations.exists()


def test_draft_behind_the_entry_is_merged_before_it_is_published(admin_client, offer):
    save(admin_client, offer, "_draft", title="Gruppe")
    save(admin_client, offer, sessions="Ti ganger")
    draft = Draft.objects.get()
    act(admin_client, draft, "publish")
    assert Offer.objects.get(pk=offer.pk).title == "Samtaler"
    page = address(Draft, "merge", draft.pk)
    shown = admin_client.get(page).context
    admin_client.post(page, {"_number": shown["number"], "_version": shown["draft"].edition})
    act(admin_client, draft, "publish")
    offer = Offer.objects.get(pk=offer.pk)
    assert (offer.title, offer.sessions) == ("Gruppe", "Ti ganger")


def test_draft_is_rejected_with_a_reason_and_then_closed(admin_client, offer):
    save(admin_client, offer, "_draft", title="Gruppe")
    draft = Draft.objects.get()
    assert "Skriv hvorfor du avviser" in text_of(act(admin_client, draft, "reject", decision=" "))
    act(admin_client, draft, "reject", decision="Uten kilde")
    act(admin_client, draft, "publish")
    draft.refresh_from_db()
    assert (draft.state, draft.decision, Offer.objects.get(pk=offer.pk).title) == (
        "rejected",
        "Uten kilde",
        "Samtaler",
    )


def test_two_editors_of_one_draft_both_keep_what_they_wrote(admin_client, offer):
    save(admin_client, offer, "_draft", title="Gruppe")
    draft = Draft.objects.get()
    edit = f"{address(Offer, 'change', offer.pk)}?draft={draft.pk}"
    hers = filled_in(admin_client.get(edit), title="Hennes")
    his = filled_in(admin_client.get(edit), title="Hans")
    admin_client.post(edit, hers)
    response = admin_client.post(edit, his, follow=True)
    assert "Ditt er lagret som et eget utkast" in text_of(response)
    assert {d.document["fields"]["title"] for d in Draft.objects.all()} == {"Hennes", "Hans"}


def test_institution_with_a_child_offer_waits_too(editor_client, child_offer):
    save(editor_client, child_offer.institution, name="Nytt navn")
    assert Draft.objects.get().kind == "institution"
    assert Institution.objects.get(pk=child_offer.institution_id).name == "Prøvehjemmet"


@pytest.mark.parametrize("where", ["preview", "form"])
def test_draft_the_database_does_not_take_is_told_of_and_kept(admin_client, offer, where):
    document = read_document("offer", offer.pk)
    document["rows"]["contacts"][0]["value"] = "ikke et nummer"
    draft = make_draft("offer", offer.pk, document, author="tilbyderen")
    pages = {
        "preview": address(Draft, "preview", draft.pk),
        "form": f"{address(Offer, 'change', offer.pk)}?draft={draft.pk}",
    }
    response = admin_client.get(pages[where], follow=True)
    assert response.redirect_chain == [(address(Draft, "change", draft.pk), 302)]
    assert "Skriv nummeret med bare tall" in text_of(response)
    assert "ikke et nummer" in text_of(response)


def test_approver_who_has_rewritten_a_draft_cannot_publish_it_where_children_look(
    editor_client, approver_client, child_offer
):
    save(editor_client, child_offer, title="Barnegruppe")
    draft = Draft.objects.get()
    edit = f"{address(Offer, 'change', child_offer.pk)}?draft={draft.pk}"
    approver_client.post(edit, filled_in(approver_client.get(edit), title="Noe helt annet"))
    assert act(approver_client, draft, "publish").status_code == 403
    assert Offer.objects.get(pk=child_offer.pk).title == "Samtaler"


@pytest.mark.parametrize("decision", ["publish", "reject"])
def test_draft_saved_after_it_was_decided_is_kept_and_not_published(admin_client, offer, decision):
    save(admin_client, offer, "_draft", title="Gruppe")
    draft = Draft.objects.get()
    edit = f"{address(Offer, 'change', offer.pk)}?draft={draft.pk}"
    data = filled_in(admin_client.get(edit), title="For sent")
    act(admin_client, draft, decision, decision="Nei")
    admin_client.post(edit, data)
    assert Offer.objects.get(pk=offer.pk).title == ("Gruppe" if decision == "publish" else "Samtaler")
    assert Draft.objects.open().get().document["fields"]["title"] == "For sent"


def test_published_answer_of_a_provider_is_a_check(admin_client, offer):
    document = read_document("offer", offer.pk)
    document["rows"]["contacts"][0] |= {"value": "22029281", "checked_on": "2026-11-24", "check_method": "email"}
    draft = make_draft("offer", offer.pk, document, author="tilbyderen", origin="provider", state="waiting")
    act(admin_client, draft, "publish")
    check = Check.objects.get(offer=offer)
    assert (check.method, check.result, check.author_name) == ("email", "changed", "admin")
