"""A trial directory many times the real size, by its command."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests.factories import make_institution, make_offer, make_place
from tilbud.management.commands.grow_directory import COPIED
from tilbud.models import Contradiction, Institution, InstitutionName, Offer, Remark, SurveyCell
from tilbud.open_data.export import export_directory
from tilbud.open_data.load import restore_directory
from tilbud.open_data.shape import SHAPES, canonical

pytestmark = pytest.mark.django_db

TRIAL = "--yes-this-is-a-trial-database"


def grow(times, seed=1):
    call_command("grow_directory", f"--times={times}", f"--seed={seed}", TRIAL, verbosity=0)


def grown(times, seed):
    """Return the export of a grown directory, and take the growth back."""
    with transaction.atomic():
        grow(times, seed)
        document = export_directory()
        transaction.set_rollback(True)
    return document


def sizes():
    return {
        (key, name): child.model.objects.exclude(**{child.parent: None}).count()
        for key in COPIED
        for name, child in SHAPES[key].children.items()
    } | {key: SHAPES[key].model.objects.count() for key in ("institutions", "offers", "collaborations")}


def test_grow_copies_every_fact_of_every_institution_and_offer(directory):
    before, cells = sizes(), SurveyCell.objects.count()
    disagreements = Contradiction.objects.exclude(institution=None).count()
    of_the_field = Remark.objects.filter(institution=None, offer=None).count()

    grow(times=3)

    assert sizes() == {key: 3 * number for key, number in before.items()}
    assert Contradiction.objects.exclude(institution=None).count() == 3 * disagreements
    assert SurveyCell.objects.count() == cells
    assert Remark.objects.filter(institution=None, offer=None).count() == of_the_field


def test_grow_leaves_the_real_directory_alone_and_marks_every_copy(directory):
    before = export_directory()

    after = grown(times=2, seed=1)

    for key in ("institutions", "offers", "contradictions"):
        assert [entry for entry in after[key] if not entry["slug"].startswith("prove-1-")] == before[key]
    copies = [entry for entry in after["institutions"] if entry["slug"].startswith("prove-1-")]
    assert all(entry["name"].startswith("Prøve 1 ") for entry in copies)
    assert all(name["name"].startswith("Prøve 1 ") for entry in copies for name in entry["names"])
    offers = [entry for entry in after["offers"] if entry["slug"].startswith("prove-1-")]
    assert all(entry["title"].startswith("Prøve 1 ") for entry in offers)
    assert all(entry["institution"].startswith("prove-1-") for entry in offers)
    assert not any(entry["is_urgent"] for entry in offers)
    for entry in (*copies, *after["collaborations"]):
        for other in (entry.get("parent"), entry.get("successor"), entry.get("partner")):
            mine = entry.get("slug", entry.get("institution")).startswith("prove-1-")
            assert other is None or other.startswith("prove-1-") == mine


def test_grow_varies_places_ages_ways_in_and_statuses(directory):
    grow(times=2)
    real, copies = (
        {key.removeprefix("prove-1-"): value for key, value in rows}
        for rows in (
            Offer.objects.exclude(slug__startswith="prove-").values_list("slug", "status"),
            Offer.objects.filter(slug__startswith="prove-").values_list("slug", "status"),
        )
    )
    exported = {entry["slug"]: entry for entry in export_directory()["offers"]}

    def changed(key, *names):
        said = [
            [[fact[name] for name in names] for fact in exported[slug][key]]
            != [[fact[name] for name in names] for fact in exported[f"prove-1-{slug}"][key]]
            for slug in real
        ]
        return sum(said)

    assert 20 < sum(real[slug] != status for slug, status in copies.items()) < 120
    assert changed("age_limits", "min_age", "max_age", "children") > 50
    assert changed("payments", "kind") > 10
    assert changed("ways_in", "kind") > 20
    assert sum(exported[slug]["place"] != exported[f"prove-1-{slug}"]["place"] for slug in real) > 50
    assert Offer.objects.filter(slug__startswith="prove-", checked_on__isnull=False).count() > 20


def test_grow_gives_the_same_bytes_for_the_same_seed_only(directory):
    first = canonical(grown(times=2, seed=7))

    assert canonical(grown(times=2, seed=7)) == first
    assert canonical(grown(times=2, seed=8)) != first


def test_grown_directory_is_valid_and_restores_to_the_same_bytes(directory):
    document = grown(times=2, seed=1)

    for shape in SHAPES.values():
        for child in (*shape.children.values(), shape):
            child.model.objects.all()._raw_delete(using="default")
    restore_directory(document)

    assert canonical(export_directory()) == canonical(document)


def test_grow_keeps_slugs_and_names_within_their_columns(empty_directory):
    home = make_institution(slug=f"{'a' * 71}-bbbb", name="N" * 160, place=make_place())
    make_offer(slug="c" * 120, title="T" * 120, institution=home)
    InstitutionName.objects.create(institution=home, name="M" * 160, source=home.source)

    grow(times=3)

    for obj in (*Institution.objects.all(), *Offer.objects.all(), *InstitutionName.objects.all()):
        obj.full_clean()
    assert Institution.objects.filter(name__startswith="Prøve 2 ", slug__startswith="prove-2-").count() == 1


def refusal(*arguments):
    with pytest.raises(CommandError) as error:
        call_command("grow_directory", *arguments)
    return str(error.value)


def test_grow_is_refused_without_being_told_that_this_is_a_trial(directory):
    before = Offer.objects.count()

    assert TRIAL in refusal("--times=2")
    assert Offer.objects.count() == before


def test_grow_is_refused_in_production_whatever_it_is_told(directory, settings):
    settings.IS_PRODUCTION = True
    before = Offer.objects.count()

    assert "i drift" in refusal("--times=2", TRIAL)
    assert Offer.objects.count() == before


def test_grow_is_refused_a_second_time(directory):
    grow(times=2)
    before = Offer.objects.count()

    assert "kopier fra før" in refusal("--times=2", TRIAL)
    assert Offer.objects.count() == before


@pytest.mark.parametrize("times", ["0", "-3", "1001"])
def test_grow_is_refused_for_a_number_out_of_range(directory, times):
    assert "--times" in refusal(f"--times={times}", TRIAL)


def test_grow_is_refused_without_a_directory(empty_directory):
    assert "load_fixtures" in refusal("--times=2", TRIAL)
