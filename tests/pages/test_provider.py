"""A provider's answer: through a link used once, to drafts that wait, never straight to the public."""

import re

import pytest
from django.utils import timezone

from tests.desk.pages import text_of
from tests.factories import make_fact, make_offer
from tests.pages.providing import answer, filled_in, make_link, make_provider, name_of
from tilbud.entries import changes_between, save_document
from tilbud.models import Activity, AgeLimit, Contact, Draft, Payment, ProviderLink, Revision, WayIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution(db):
    return make_provider()


@pytest.fixture
def offer(institution):
    offer = make_offer(title="Samtaler", institution=institution)
    make_fact(AgeLimit, offer=offer, min_age=18, max_age=None)
    make_fact(Activity, offer=offer, activity="group")
    make_fact(Payment, offer=offer, kind="egenandel", wording="100 kroner")
    make_fact(WayIn, offer=offer, kind="referral", route="Fra lege.")
    return offer


def changes_of(draft):
    return [
        (change.label, change.old_text, change.new_text)
        for change in changes_between(draft.kind, draft.base, draft.document)
    ]


def test_corrected_number_becomes_a_draft_and_the_public_sees_the_old_one(client, institution, offer):
    link, address = make_link(institution)
    phone = institution.contacts.get()
    response = answer(
        client,
        address,
        **{name_of(institution, phone): "changed", name_of(institution, phone, "value"): "+47 22 02 92 81"},
    )
    draft = Draft.objects.get()
    today = timezone.localdate().isoformat()
    row = draft.document["rows"]["contacts"][0]
    assert (draft.kind, draft.object_id, draft.state, draft.origin) == (
        "institution",
        institution.pk,
        "waiting",
        "provider",
    )
    assert (draft.author, draft.author_name) == (None, "tilbyderen (daglig leder)")
    assert (row["value"], row["checked_on"], row["check_method"]) == ("22029281", today, "email")
    assert (row["locator"], draft.base["rows"]["contacts"][0]["value"]) == ("oppgitt av tilbyderen", "22029280")
    assert draft.document["fields"]["checked_on"] is None
    assert "Takk for svarene" in text_of(response)
    assert Contact.objects.get(pk=phone.pk).value == "22029280"
    assert not Revision.objects.exists()
    link.refresh_from_db()
    assert (link.answered_by, list(link.drafts.all())) == ("daglig leder", [draft])
    assert link.answered_at
    assert not response.cookies


def test_confirming_everything_gives_drafts_with_dates_only(client, institution, offer):
    _link, address = make_link(institution)
    answer(client, address, **{f"i{institution.pk}-rest_is_right": "on", f"o{offer.pk}-rest_is_right": "on"})
    first, second = Draft.objects.order_by("pk")
    assert {column for draft in (first, second) for _l, _r, column in paths(draft)} == {
        "checked_on",
        "check_method",
    }
    assert (first.kind, second.kind) == ("institution", "offer")
    assert len(paths(second)) == 2 * 5


def paths(draft):
    return [change.path for change in changes_between(draft.kind, draft.base, draft.document)]


def test_each_kind_of_fact_can_be_corrected(client, institution, offer):
    _link, address = make_link(institution)
    limit, activity = offer.age_limits.get(), offer.activities.get()
    payment, way = offer.payments.get(), offer.ways_in.get()
    answer(
        client,
        address,
        **{
            name_of(offer): "changed",
            name_of(offer, field="status"): "closed",
            name_of(offer, limit): "changed",
            name_of(offer, limit, "min_age"): "16",
            name_of(offer, activity): "changed",
            name_of(offer, activity, "extent"): "seldom",
            name_of(offer, payment): "changed",
            name_of(offer, payment, "kind"): "free",
            name_of(offer, way): "gone",
            f"o{offer.pk}-other": "Vi har  flyttet\n til Storgata.",
        },
    )
    draft = Draft.objects.get()
    rows = {name: listed[0] for name, listed in draft.document["rows"].items() if listed}
    assert draft.document["fields"]["status"] == "closed"
    assert (rows["age_limits"]["min_age"], rows["activities"]["extent"]) == (16, "seldom")
    assert (rows["payments"]["kind"], rows["payments"]["wording"]) == ("free", "")
    assert (rows["ways_in"]["is_current"], rows["ways_in"]["checked_on"]) == (False, None)
    assert "opplyst av tilbyderen" in rows["ways_in"]["note"]
    assert draft.reason == "Vi har flyttet til Storgata."
    assert any((old, new) == ("18", "16") for _label, old, new in changes_of(draft))


def test_only_words_are_a_draft_too(client, institution, offer):
    _link, address = make_link(institution)
    answer(client, address, **{f"o{offer.pk}-other": "Ny leder."})
    draft = Draft.objects.get()
    assert (draft.kind, draft.reason, changes_of(draft)) == ("offer", "Ny leder.", [])


@pytest.mark.parametrize(
    ("fact", "values", "message"),
    [
        ("contacts", {"answer": "changed", "value": "2202"}, "Skriv et norsk telefonnummer: åtte siffer"),
        ("contacts", {"answer": "changed", "value": ""}, "Feltet kan ikke være blankt."),
        ("contacts", {"answer": "changed", "hours": "9" * 121}, "120 eller færre tegn"),
        ("contacts", {"answer": "changed"}, "Skriv hva som er riktig nå, eller velg «Stemmer»."),
        ("contacts", {"answer": "yes", "value": "22029281"}, "Du har skrevet noe nytt."),
        ("contacts", {"answer": "kanskje"}, "kanskje er ikke et av de tilgjengelige valgene."),
        (
            "age_limits",
            {"answer": "changed", "min_age": "19", "max_age": "18"},
            "Laveste alder kan ikke være høyere",
        ),
        ("age_limits", {"answer": "changed", "min_age": "tolv"}, "Oppgi et heltall."),
        ("age_limits", {"answer": "changed", "min_age": "9" * 5000}, "Oppgi et heltall."),
        ("payments", {"answer": "changed", "kind": "gull"}, "gull er ikke et av de tilgjengelige valgene."),
    ],
)
def test_bad_answer_gets_a_message_and_loses_nothing(client, institution, offer, fact, values, message):
    link, address = make_link(institution)
    owner = institution if fact == "contacts" else offer
    row = getattr(owner, fact).get()
    typed = {name_of(owner, row, field): value for field, value in values.items()}
    response = answer(client, address, **typed, **{f"o{offer.pk}-other": "Ring <oss> først."})
    assert response.status_code == 200
    page = text_of(response)
    errors = " ".join(re.findall(r'<p class="error"[^>]*>(.*?)</p>', page))
    assert message in errors
    assert "Ring <oss> først.</textarea>" in page
    assert 'value="daglig leder"' in page
    assert all(
        f'value="{value}"' in page for name, value in values.items() if value and name in ("value", "min_age")
    )
    assert not Draft.objects.exists()
    link.refresh_from_db()
    assert link.answered_at is None


def test_two_payments_of_one_kind_are_refused_as_at_the_desk(client, institution, offer):
    _link, address = make_link(institution)
    second = make_fact(Payment, offer=offer, kind="free")
    response = answer(
        client, address, **{name_of(offer, second): "changed", name_of(offer, second, "kind"): "egenandel"}
    )
    assert "Tilbudet har allerede denne betalingen." in text_of(response)
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("role", "message"), [("", "Skriv hvilken rolle"), ("x" * 101, "høyst 100 tegn")])
def test_who_answers_is_asked_for(client, institution, role, message):
    _link, address = make_link(institution)
    response = answer(client, address, role=role, **{f"i{institution.pk}-rest_is_right": "on"})
    assert message in text_of(response)
    assert not Draft.objects.exists()


def test_empty_answer_is_refused_and_leaves_the_link(client, institution):
    link, address = make_link(institution)
    response = answer(client, address)
    assert "Du har ikke svart på noe ennå." in text_of(response)
    assert ProviderLink.objects.usable().filter(pk=link.pk).exists()


def test_entry_changed_meanwhile_is_shown_anew_before_it_can_be_confirmed(client, institution):
    _link, address = make_link(institution)
    data = filled_in(client.get(address), **{f"i{institution.pk}-rest_is_right": "on"})
    document = client.get(address).context["entries"][0].document
    document["rows"]["contacts"][0]["value"] = "22029299"
    save_document("institution", institution.pk, document, base=0, how=Revision.Hows.DESK, author="Kari")

    refused = client.post(address, data)

    assert "Noe er endret her mens du svarte." in text_of(refused)
    assert "22 02 92 99" in text_of(refused)
    assert not Draft.objects.exists()
    sent = answer(client, address, **{f"i{institution.pk}-rest_is_right": "on"})
    assert "Takk for svarene" in text_of(sent)
    assert Draft.objects.get().base_number == 1
