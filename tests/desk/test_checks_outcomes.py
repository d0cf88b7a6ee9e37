"""A check nobody answered, and an entry that has ceased: what the desk records and what the public sees."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.desk.checking import sent, where
from tests.desk.pages import text_of
from tests.factories import make_fact, make_institution, make_offer, make_source
from tilbud.models import Affiliation, Check, Draft, Institution, Offer, Revision, Skip, TargetRelation

NO_ANSWER = "Vi har prøvd flere ganger uten å få svar. Opplysningene kan være gamle."


def close(client, entry, **answers):
    return client.post(
        where(entry, "ceased"), sent(entry, save="1", **{"name": "", "answer": "unknown"} | answers)
    )


def test_no_answer_counts_and_puts_the_entry_off(editor_client):
    offer = make_offer()
    editor_client.post(where(offer), sent(offer, result="unreachable"))
    offer.refresh_from_db()
    assert (offer.missed_checks, offer.checked_on, Check.objects.get().result) == (1, None, "unreachable")
    assert Skip.objects.get(offer=offer).until > timezone.localdate()
    assert not Offer.objects.due().filter(pk=offer.pk).exists()
    assert NO_ANSWER not in text_of(editor_client.get(offer.get_absolute_url()))


def test_no_answer_twice_in_a_row_is_said_to_the_public_until_somebody_answers(editor_client, client):
    offer, institution = make_offer(), make_institution()
    for entry in (offer, institution):
        for _time in range(2):
            editor_client.post(where(entry), sent(entry, result="unreachable"))
        assert NO_ANSWER in text_of(client.get(entry.get_absolute_url()))
        editor_client.post(where(entry), sent(entry, result="confirmed"))
        assert NO_ANSWER not in text_of(client.get(entry.get_absolute_url()))


def test_ceased_asks_who_took_over_before_anything_is_recorded(editor_client):
    institution = make_institution(name="Gamlehjemmet")
    make_institution(name="Nyhjemmet på Ås")
    asked = editor_client.post(where(institution, "ceased"), sent(institution, **{"check-note": "Flyttet."}))
    assert "Hvem tok over?" in text_of(asked)
    found = editor_client.post(where(institution, "ceased"), sent(institution, search="1", name="as NYHJEM"))
    assert "Nyhjemmet på Ås" in text_of(found)
    assert "«as NYHJEM», som ikke står i katalogen" in text_of(found)
    assert asked.context["form"]["note"].value() == "Flyttet."
    assert not Check.objects.exists()


def test_ceased_institution_is_closed_with_its_offers_and_leads_to_the_heir(editor_client, client):
    institution, heir = make_institution(name="Gamlehjemmet"), make_institution(name="Nyhjemmet")
    offer, planned = make_offer(institution=institution), make_offer(institution=institution, status="planned")
    source = make_source()
    answers = {"name": "nyhjemmet", "answer": heir.pk, "source": source.pk, "locator": "s. 3"}
    close(editor_client, institution, **answers)
    for entry in (institution, offer, planned):
        entry.refresh_from_db()
    assert (institution.is_closed, offer.status, planned.status) == (True, "closed", "planned")
    succession = institution.affiliations.get()
    assert (succession.kind, succession.other, succession.source) == ("successor", heir, source)
    assert (succession.check_method, succession.locator) == ("called", "s. 3")
    assert Check.objects.get(institution=institution).result == "ceased"
    assert {r.how for r in Revision.objects.filter(number=1)} == {"checked"}
    page = text_of(client.get(institution.get_absolute_url()))
    assert "Lagt ned" in page and f'<a href="{heir.get_absolute_url()}">Nyhjemmet</a>' in page
    listed = text_of(client.get(reverse("institution-list"), {"page": 1}))
    assert 'Lagt ned</span> <span class="sourced">er videreført av' in " ".join(listed.split())


def test_ceased_institution_taken_over_by_nobody_known_says_so(editor_client, client):
    institution = make_institution()
    close(editor_client, institution)
    assert "Stedet er lagt ned. Vi vet ikke hvem som tok over." in text_of(
        client.get(institution.get_absolute_url())
    )
    assert not Institution.objects.due().filter(pk=institution.pk).exists()


def test_heir_outside_the_directory_is_kept_by_name(editor_client):
    institution = make_institution()
    close(editor_client, institution, name="Kommunen", answer="outside", source=institution.source_id)
    assert institution.affiliations.get().other_name == "Kommunen"


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"answer": ""}, "Velg hvem som tok over, eller «vet ikke»."),
        ({"name": "Kommunen", "answer": "outside"}, "Velg kilden som sier at de tok over."),
        ({"name": "Kommunen", "answer": "999999"}, "Søket er et annet nå. Velg på nytt."),
        ({"name": "", "answer": "outside"}, "Søket er et annet nå. Velg på nytt."),
    ],
)
def test_bad_answer_closes_nothing(editor_client, answers, sentence):
    institution = make_institution()
    page = close(editor_client, institution, **answers)
    assert sentence in text_of(page)
    institution.refresh_from_db()
    assert (institution.is_closed, Check.objects.count()) == (False, 0)


def test_known_heir_is_not_asked_for_again(editor_client):
    institution = make_institution()
    make_fact(Affiliation, institution=institution, kind="successor", other=make_institution(name="Nyhjemmet"))
    asked = editor_client.post(where(institution, "ceased"), sent(institution))
    assert "er videreført av Nyhjemmet" in text_of(asked)
    close(editor_client, institution, answer="")
    institution.refresh_from_db()
    assert (institution.is_closed, institution.affiliations.count()) == (True, 1)


def test_ceased_offer_says_who_took_over(editor_client, client):
    offer = make_offer()
    close(editor_client, offer, name="Kommunen", answer="outside")
    offer.refresh_from_db()
    assert (offer.status, offer.status_note) == ("closed", "Videreført av Kommunen.")
    page = text_of(client.get(offer.get_absolute_url()))
    assert "Lagt ned" in page and "Videreført av Kommunen." in page
    assert offer.title in text_of(client.get(reverse("institution-detail", args=[offer.institution.slug])))


@pytest.mark.parametrize("kind", ["offer", "institution"])
def test_what_children_see_is_not_closed_before_another_approves(editor_client, client, kind):
    offer = make_offer()
    make_fact(TargetRelation, offer=offer, relation="child")
    entry = {"offer": offer, "institution": offer.institution}[kind]
    answer = close(editor_client, entry)
    draft = Draft.objects.get(kind=kind)
    assert (draft.state, draft.origin, draft.object_id) == ("waiting", "check", entry.pk)
    page = text_of(editor_client.get(answer.url))
    assert "en annen må godkjenne" in page
    assert reverse("admin:tilbud_draft_change", args=[draft.pk]) in page
    assert Draft.objects.count() == (2 if kind == "institution" else 1)
    offer.refresh_from_db()
    assert (offer.status, Check.objects.get().result) == ("offered", "ceased")
    assert not type(entry).objects.due().filter(pk=entry.pk).exists()
    assert "Lagt ned" not in text_of(client.get(entry.get_absolute_url()))


@pytest.mark.parametrize("relation", ["child", "parent"])
def test_ceased_on_an_older_version_is_refused(editor_client, relation):
    offer = make_offer()
    make_fact(TargetRelation, offer=offer, relation=relation)
    page = close(editor_client, offer, version="7")
    assert "Noen har lagret oppføringen" in text_of(page)
    offer.refresh_from_db()
    assert (offer.status, Check.objects.count(), Draft.objects.count()) == ("offered", 0, 0)
