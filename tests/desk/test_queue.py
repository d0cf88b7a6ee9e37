"""The queue: what is due, in which order, who has it, and how far the work has come."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.asking import questions
from tests.desk.checking import make_editor_without, sent, where
from tests.desk.pages import text_of
from tests.factories import make_fact, make_institution, make_offer, make_region
from tests.staff import log_in, make_user
from tilbud.desk.roles import EDITOR
from tilbud.models import Activity, Assignment, Contact, Institution, Offer, Skip, TargetRelation

pytestmark = pytest.mark.usefixtures("empty_directory")
QUEUE, NEXT = "/admin/kontroll/", "/admin/kontroll/neste/"


@pytest.fixture
def editor(client, db):
    user = make_user(EDITOR, first_name="Kari", last_name="Nes")
    log_in(client, user)
    return user


def checked(days=0):
    return {"checked_on": timezone.localdate() - timedelta(days=days), "check_method": "called"}


def fresh_institution(**values):
    return make_institution(**checked() | values)


def queued(client, **query):
    return [row["entry"] for row in client.get(QUEUE, query).context["rows"]]


def test_due_is_never_checked_or_too_long_ago(client, editor, settings):
    home = fresh_institution()
    never, old = make_offer(institution=home), make_offer(institution=home, **checked(days=367))
    make_offer(institution=home, **checked(days=360))
    assert set(queued(client)) == {never, old}
    settings.CHECK_EVERY_MONTHS = 6
    assert len(queued(client)) == 3


def test_due_is_also_what_has_one_old_current_fact(client, editor):
    offer = make_offer(institution=fresh_institution(), **checked())
    other = make_offer(institution=offer.institution, **checked())
    make_fact(Contact, offer=offer, kind="web", value="a.no", **checked(days=400))
    make_fact(Contact, offer=other, kind="web", value="b.no", is_current=False)
    make_fact(Contact, institution=offer.institution, kind="web", value="c.no")
    assert set(queued(client)) == {offer, offer.institution}


def test_closed_and_put_off_are_not_due(client, editor):
    home = fresh_institution()
    make_offer(institution=home, status="closed")
    make_institution(is_closed=True)
    later, back = make_offer(institution=home), make_offer(institution=home)
    Skip.objects.create(offer=later, reason="Ferie", until=timezone.localdate() + timedelta(days=1))
    Skip.objects.create(offer=back, reason="Ferie", until=timezone.localdate())
    assert queued(client) == [back]


def test_order_is_by_harm_then_prominence_then_age(client, editor):
    home = fresh_institution()
    local, region = (make_offer(institution=home, catchment=name) for name in ("local", "regional"))
    unstated, nation = make_offer(institution=home), make_offer(institution=home, catchment="national")
    old_nation = make_offer(institution=home, catchment="national", **checked(days=500))
    line, child = make_offer(institution=home), make_offer(institution=home)
    make_fact(Activity, offer=line, activity="phone", **checked())
    make_fact(TargetRelation, offer=child, relation="child", **checked())
    big, small = make_institution(), make_institution()
    for _number in range(4):
        make_offer(institution=big, **checked())
    order = queued(client)
    # Children are shown what is for the whole country.
    assert order[:2] == [nation, old_nation]
    assert set(order[2:4]) == {line, child}
    assert set(order[4:6]) == {region, big}
    assert order[6] == local
    assert set(order[7:]) == {unstated, small}


def test_institution_whose_number_children_see_comes_first(client, editor):
    region = make_offer(institution=fresh_institution(), catchment="regional")
    child = make_offer(institution=make_institution(), **checked())
    make_fact(TargetRelation, offer=child, relation="child", **checked())
    assert queued(client) == [child.institution, region]


def test_taking_one_leads_to_it_and_shows_who_has_it(client, editor):
    offer = make_offer(institution=fresh_institution())
    assert client.post(where(offer, "take")).url == where(offer)
    assert "Du har denne." in text_of(client.get(where(offer)))
    assert [task["entry"] for task in client.get(QUEUE).context["mine"]] == [offer]
    other = log_in(type(client)(), make_user(EDITOR))
    assert "Kari Nes har allerede tatt" in text_of(other.post(where(offer, "take"), follow=True))
    assert Assignment.objects.get().assigned_to == editor


def test_only_who_has_it_gives_it_back(client, editor):
    offer = make_offer()
    client.post(where(offer, "take"))
    other = log_in(type(client)(), make_user(EDITOR))
    other.post(where(offer, "give_back"))
    assert Assignment.objects.exists()
    client.post(where(offer, "give_back"))
    assert not Assignment.objects.exists()


def test_next_goes_through_mine_and_then_takes_what_is_free(client, editor):
    home = fresh_institution()
    taken, free, mine, mine_too = (make_offer(institution=home, title=title) for title in "abcd")
    Assignment.objects.create(offer=taken, assigned_to=make_user(EDITOR))
    for offer in (mine, mine_too):
        client.post(where(offer, "take"))
    assert client.post(NEXT).url == where(mine)
    assert client.post(NEXT, {"leaving": f"offer-{mine.pk}"}).url == where(mine_too)
    for offer in (mine, mine_too):
        client.post(where(offer), sent(offer, result="confirmed"))
    assert client.post(NEXT, {"leaving": f"offer-{mine_too.pk}"}).url == where(free)
    assert Assignment.objects.get(offer=free).assigned_to == editor
    client.post(where(free), sent(free, result="unreachable"))
    assert "Det er ikke mer å ta i køen nå." in text_of(client.post(NEXT, follow=True))


@pytest.mark.parametrize("leaving", ["", "x", "offer-", "offer-999", "\0"])
def test_next_from_anywhere_leads_on(client, editor, leaving):
    offer = make_offer(institution=fresh_institution())
    assert client.post(NEXT, {"leaving": leaving}).url == where(offer)


def test_put_off_with_a_reason_until_a_day(client, editor):
    offer = make_offer(institution=fresh_institution())
    client.post(where(offer, "take"))
    assert client.get(where(offer)).context["skip_form"]["until"].value() == timezone.localdate() + timedelta(
        days=30
    )
    until = timezone.localdate() + timedelta(days=10)
    client.post(where(offer, "skip"), {"skip-reason": "Stengt i ferien", "skip-until": until.isoformat()})
    skip = Skip.objects.get()
    assert (skip.offer, skip.reason, skip.until, skip.author_name) == (offer, "Stengt i ferien", until, "Kari Nes")
    assert (queued(client), Assignment.objects.count()) == ([], 0)
    assert "Stengt i ferien" in text_of(client.get(where(offer)))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"skip-reason": "", "skip-until": "2100-01-01"}, "Feltet er påkrevet."),
        ({"skip-reason": "Ferie", "skip-until": "2000-01-01"}, "Velg en dag etter i dag, høyst ett år fram."),
        ({"skip-reason": "Ferie", "skip-until": "9999-12-31"}, "Velg en dag etter i dag, høyst ett år fram."),
    ],
)
def test_bad_putting_off_is_said_and_keeps_what_was_typed(client, editor, values, sentence):
    offer = make_offer()
    page = client.post(where(offer, "skip"), values)
    assert sentence in text_of(page)
    assert page.context["skip_form"]["reason"].value() == values["skip-reason"]
    assert not Skip.objects.exists()


@pytest.mark.parametrize(("page", "missing"), [("take", "add_assignment"), ("skip", "add_skip")])
def test_who_may_not_work_in_the_queue_is_refused(client, page, missing):
    log_in(client, make_editor_without(missing))
    offer = make_offer()
    values = {"skip-reason": "x", "skip-until": (timezone.localdate() + timedelta(days=2)).isoformat()}
    assert client.post(where(offer, page), values).status_code == 403
    assert (Assignment.objects.count(), Skip.objects.count()) == (0, 0)


def test_reading_the_queue_takes_nothing(client, editor):
    offer = make_offer()
    for address in (NEXT, where(offer, "take"), where(offer, "give_back"), where(offer, "skip")):
        assert client.get(address).status_code == 405
    assert not Assignment.objects.exists()


def test_progress_counts_this_month_what_is_due_and_what_is_overdue(client, editor):
    region = make_region(name="Helse Prøve")
    home = fresh_institution(region=region)
    offer, later, _third = (make_offer(institution=home) for _number in range(3))
    Skip.objects.create(offer=later, reason="Ferie", until=timezone.localdate() + timedelta(days=5))
    for _twice in range(2):
        client.post(where(offer), sent(offer, result="confirmed"))
    for address in ("/admin/", QUEUE):
        progress = client.get(address).context["progress"]
        assert (progress["checked"], progress["due"]) == (1, 1)
        assert progress["regions"] == [{"name": "Helse Prøve", "all": 4, "overdue": 2, "good": 2}]
    assert '<progress max="4" value="2" aria-label="Helse Prøve">' in text_of(client.get("/admin/"))


def test_region_of_2007_counts_as_the_one_of_today(client, editor):
    today = make_region(name="Helse Sør-Øst")
    then = make_region(name="Helse Øst", valid_to="2007-06-01", successor=today)
    make_institution(region=then)
    make_institution()
    regions = client.get(QUEUE).context["progress"]["regions"]
    assert [(r["name"], r["overdue"]) for r in regions] == [
        ("Helse Sør-Øst", 1),
        ("Hele landet eller uten region", 1),
    ]


def test_queue_asks_the_database_as_often_for_100_rows(client, editor):
    Assignment.objects.create(offer=make_offer(), assigned_to=editor)
    assert len(client.get(QUEUE).context["rows"]) == 2
    few = questions(client, QUEUE)
    for _number in range(100):
        Assignment.objects.create(offer=make_offer(), assigned_to=editor)
    for page in (QUEUE, f"{QUEUE}?page=3"):
        assert questions(client, page) <= few
    assert (Offer.objects.due().count(), Institution.objects.due().count()) == (101, 101)


@pytest.mark.parametrize("page", ["0", "abc", "99", "9" * 40])
def test_page_that_is_not_there_is_said(client, editor, page):
    make_offer()
    answer = client.get(QUEUE, {"page": page})
    assert answer.context["problem"] in text_of(answer)
    assert answer.context["rows"]
