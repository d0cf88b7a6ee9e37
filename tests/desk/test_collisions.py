"""Two editors on the same entry: the second save is refused, nothing typed is lost, and the fields are merged."""

import pytest

from tests.desk.pages import address, filled_in, text_of
from tests.factories import make_fact, make_institution, make_offer
from tilbud.entries import current_number, read_document, save_document
from tilbud.models import Contact, Draft, Institution, Offer, Revision


@pytest.fixture
def institution(db):
    institution = make_institution(name="Prøvehjemmet")
    make_fact(Contact, institution=institution, kind="phone", value="22029280")
    return institution


def open_form(client, entry, **changes):
    return filled_in(client.get(address(type(entry), "change", entry.pk)), **changes)


def send(client, entry, data):
    return client.post(address(type(entry), "change", entry.pk), data)


def collide(client, entry, first, second):
    """Two editors open the form, one saves, then the other; returns the other's draft."""
    hers, his = open_form(client, entry, **first), open_form(client, entry, **second)
    assert send(client, entry, hers).url == address(type(entry), "changelist")
    response = send(client, entry, his)
    draft = Draft.objects.get(origin="collision")
    assert response.url == address(Draft, "merge", draft.pk)
    return draft


def merge(client, draft, **choices):
    page = address(Draft, "merge", draft.pk)
    context = client.get(page).context
    data = {"_number": context["number"], "_version": context["draft"].edition}
    return client.post(page, data | choices)


def list_form(client, statuses):
    """The list of offers as it is now, with another status chosen for some."""
    forms = client.get(address(Offer, "changelist")).context["cl"].formset.forms
    data = {"_save": "Lagre", "form-TOTAL_FORMS": len(forms), "form-INITIAL_FORMS": len(forms)}
    for number, form in enumerate(forms):
        offer = form.instance
        data |= {f"form-{number}-id": offer.pk, f"form-{number}-status": statuses.get(offer, offer.status)}
        data[f"version-{offer.pk}"] = offer.latest_number
    return data


def test_first_save_is_saved_with_who_and_why(admin_client, institution):
    send(admin_client, institution, open_form(admin_client, institution, name="Nytt navn", change_reason="Ringte"))
    revision = Revision.objects.of("institution", institution.pk).first()
    assert (revision.number, revision.author_name, revision.reason) == (1, "admin", "Ringte")
    assert revision.document["fields"]["name"] == "Nytt navn"


def test_save_without_a_reason_is_refused_with_a_message(admin_client, institution):
    response = send(admin_client, institution, open_form(admin_client, institution, name="Nytt", change_reason=""))
    assert response.context["adminform"].form.errors == {"change_reason": ["Feltet er påkrevet."]}
    assert Institution.objects.get(pk=institution.pk).name == "Prøvehjemmet"


def test_second_save_of_the_same_field_is_refused_and_kept(admin_client, institution):
    draft = collide(admin_client, institution, {"name": "Hennes"}, {"name": "Hans"})
    assert Institution.objects.get(pk=institution.pk).name == "Hennes"
    text = text_of(admin_client.get(address(Draft, "merge", draft.pk)))
    for said in ["Prøvehjemmet", "Hennes", "Hans", "Ikke lagret"]:
        assert said in text


@pytest.mark.parametrize(
    ("choices", "name"),
    [
        ({"choice~~0~name": "mine"}, "Hans"),
        ({"choice~~0~name": "theirs"}, "Hennes"),
        ({"choice~~0~name": "typed", "typed~~0~name": "Begges"}, "Begges"),
    ],
)
def test_merging_saves_what_was_chosen_and_what_did_not_collide(admin_client, institution, choices, name):
    draft = collide(
        admin_client,
        institution,
        {"name": "Hennes", "outlook": "neutral"},
        {"name": "Hans", "contacts-0-value": "22029281"},
    )
    assert merge(admin_client, draft, **choices).url == address(Institution, "change", institution.pk)
    saved = Institution.objects.get(pk=institution.pk)
    assert (saved.name, saved.outlook, saved.contacts.get().value) == (name, "neutral", "22029281")
    assert Draft.objects.get(pk=draft.pk).state == "published"


def test_typed_value_that_cannot_be_right_gets_a_message_and_stays(admin_client, institution):
    draft = collide(admin_client, institution, {"name": "Hennes"}, {"name": "Hans"})
    response = merge(admin_client, draft, **{"choice~~0~name": "typed", "typed~~0~name": "x" * 200})
    assert response.status_code == 200
    assert "x" * 200 in text_of(response)
    assert response.context["fields"][0]["error"]
    assert Institution.objects.get(pk=institution.pk).name == "Hennes"


def test_third_save_during_the_merge_is_seen(admin_client, institution):
    draft = collide(admin_client, institution, {"name": "Hennes"}, {"name": "Hans"})
    page = address(Draft, "merge", draft.pk)
    shown = admin_client.get(page).context
    send(admin_client, institution, open_form(admin_client, institution, name="Tredjes"))
    data = {"_number": shown["number"], "_version": shown["draft"].edition, "choice~~0~name": "mine"}
    response = admin_client.post(page, data)
    assert "Tredjes" in text_of(response)
    assert Institution.objects.get(pk=institution.pk).name == "Tredjes"


def test_delete_of_what_has_been_changed_since_is_refused(admin_client, institution):
    page = address(Institution, "delete", institution.pk)
    version = admin_client.get(page).context["version"]
    send(admin_client, institution, open_form(admin_client, institution, name="Nytt"))
    response = admin_client.post(
        page, {"post": "yes", "_version": version, "change_reason": "Dobbel"}, follow=True
    )
    assert "Ikke slettet: noen har endret oppføringen" in text_of(response)
    assert Institution.objects.filter(pk=institution.pk).exists()


def test_save_of_what_has_been_deleted_since_is_kept_and_can_bring_it_back(admin_client, institution):
    data = open_form(admin_client, institution, name="Hans")
    page = address(Institution, "delete", institution.pk)
    gone = {"post": "yes", "_version": "0", "change_reason": "Dobbel"}
    assert admin_client.post(page, gone).url == address(Institution, "changelist")
    assert not Institution.objects.filter(pk=institution.pk).exists()
    draft = Draft.objects.get(pk=send(admin_client, institution, data).url.split("/")[-3])
    assert "har slettet oppføringen imens" in text_of(admin_client.get(address(Draft, "merge", draft.pk)))
    merge(admin_client, draft)
    back = Institution.objects.get(pk=institution.pk)
    assert (back.name, back.contacts.get().value) == ("Hans", "22029280")


def test_list_edit_of_a_changed_row_is_refused_and_kept(admin_client, empty_directory):
    offers = [make_offer(title=title) for title in ("En", "To")]
    data = list_form(admin_client, dict.fromkeys(offers, "closed"))
    send(admin_client, offers[0], open_form(admin_client, offers[0], status="planned"))
    response = admin_client.post(address(Offer, "changelist"), data, follow=True)
    assert [offer.status for offer in Offer.objects.order_by("pk")] == ["planned", "closed"]
    draft = Draft.objects.get()
    assert (draft.origin, draft.document["fields"]["status"]) == ("collision", "closed")
    assert address(Draft, "merge", draft.pk) in text_of(response)
    assert "1 tilbud er lagret." in text_of(response)


def test_list_edit_of_an_old_row_children_see_does_not_take_the_other_editors_change_back(
    admin_client, empty_directory
):
    offer = make_offer(title="Barnegruppe", catchment="national")
    data = list_form(admin_client, {offer: "suspended"})
    document = read_document("offer", offer.pk)
    document["fields"]["sessions"] = "Ti ganger"
    save_document("offer", offer.pk, document, base=0, how=Revision.Hows.DESK, author="Kari")
    admin_client.post(address(Offer, "changelist"), data)
    draft = Draft.objects.get()
    assert (draft.origin, draft.base_number) == ("collision", 0)
    merge(admin_client, draft)
    draft.refresh_from_db()
    fields = draft.document["fields"]
    assert (draft.state, fields["status"], fields["sessions"]) == ("waiting", "suspended", "Ti ganger")


def test_list_row_only_another_editor_has_changed_is_left_alone(admin_client, empty_directory):
    offer = make_offer()
    data = list_form(admin_client, {offer: "offered"})
    document = read_document("offer", offer.pk)
    document["fields"]["status"] = "planned"
    save_document("offer", offer.pk, document, base=0, how=Revision.Hows.DESK, author="Kari")
    admin_client.post(address(Offer, "changelist"), data)
    assert (Offer.objects.get(pk=offer.pk).status, Draft.objects.count()) == ("planned", 0)


def test_restore_of_what_has_been_changed_since_is_refused(admin_client, institution):
    for name in ("Andre", "Tredje"):
        send(admin_client, institution, open_form(admin_client, institution, name=name))
    page = address(Institution, "history", institution.pk)
    version = admin_client.get(page).context["version"]
    send(admin_client, institution, open_form(admin_client, institution, name="Fjerde"))
    response = admin_client.post(page, {"restore": 1, "_version": version}, follow=True)
    assert "Ikke gjenopprettet: noen har lagret imens." in text_of(response)
    assert Institution.objects.get(pk=institution.pk).name == "Fjerde"


def test_saving_without_a_change_makes_no_version(admin_client, institution):
    send(admin_client, institution, open_form(admin_client, institution))
    assert current_number("institution", institution.pk) == 0
