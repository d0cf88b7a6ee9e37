"""A trial directory many times the real size, to measure the pages on.

Every institution and offer is copied with all its facts, so each table grows by the same factor. The survey,
the sources and the regions stay as they are: more help does not make more documents or more country.
"""

import random
import time
from collections import defaultdict
from datetime import date, timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction

from regions.models import Place
from tilbud.models import (
    Activity,
    AgeLimit,
    DirectoryVersion,
    Institution,
    InstitutionName,
    Offer,
    Payment,
    TargetRelation,
    WayIn,
)
from tilbud.models.source import UNCHECKED, CheckMethods
from tilbud.open_data.shape import SHAPES

SLUG, NAME = "prove", "Prøve"
COPIED = ("institutions", "offers", "collaborations", "contradictions")
# How many of the facts of a copy say something else than their original.
CHANGED, CHECKED = 0.25, 0.15
# Not today: the same seed gives the same directory on any day.
LAST_CHECK = date(2026, 11, 1)
# Facts that name one of a few things, and no two of an offer the same.
CHOICES = {
    Payment: ("kind", Payment.Kinds),
    TargetRelation: ("relation", TargetRelation.Relations),
    WayIn: ("kind", WayIn.Kinds),
}
# Made-up names, so that the vocabulary of the search grows too.
SYLLABLES = (
    "brå dru fjø glu hvi jæ kle kvo lyng mjø nyf plo ræv sku slæ svo trø vlu vre ygg".split(),
    "bel dor far gim hus kan lom mar nok per rin sol tas ved vim".split(),
    "bu dal eng foss gard heim li mo nes rud sund tun vang vik ås".split(),
)


class Command(BaseCommand):
    help = (
        "Fyller en prøvedatabase med endrede kopier av alle institusjoner og tilbud, så katalogen blir mange "
        "ganger så stor. Kopiene heter «Prøve 17 …». Samme tall og frø gir samme katalog."
    )

    def add_arguments(self, parser):
        parser.add_argument("--times", type=int, default=100, help="Hvor mange ganger så stor.")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--yes-this-is-a-trial-database", action="store_true", dest="is_trial")

    def handle(self, *, times, seed, is_trial, **options):
        refuse(times, is_trial)
        started, rows = time.monotonic(), 0
        originals = Originals()
        with transaction.atomic():
            DirectoryVersion.objects.bump()
            for number in range(1, times):
                rows += Copy(originals, number, random.Random(f"{seed} {number}")).save()  # noqa: S311
                if self.stdout.isatty():
                    self.stdout.write(f"\rKopi {number} av {times - 1}: {rows} rader", ending="")
                    self.stdout.flush()
        seconds = time.monotonic() - started
        begin = "\r" if self.stdout.isatty() else ""
        self.stdout.write(f"{begin}{times - 1} kopier, {rows} nye rader, frø {seed}, {seconds:.0f} s.")


def refuse(times, is_trial):
    if settings.IS_PRODUCTION:
        raise CommandError("Dette er katalogen i drift. Prøvedata hører ikke hjemme her.")
    if not is_trial:
        raise CommandError(
            "Dette fyller databasen med oppdiktede tilbud, og de lar seg ikke angre. Er det en prøvedatabase, si "
            "det med --yes-this-is-a-trial-database."
        )
    if not 1 <= times <= 1000:
        raise CommandError("--times må være fra 1 til 1000.")
    if not Offer.objects.exists() or not Place.objects.exists():
        raise CommandError("Databasen har ingen tilbud å kopiere, eller ingen steder. Kjør load_fixtures først.")
    if Institution.objects.filter(slug__startswith=f"{SLUG}-").exists():
        raise CommandError("Databasen har kopier fra før. Begynn med en ny.")


class Originals:
    """The rows to copy, as values, in an order that does not depend on the database."""

    def __init__(self):
        self.rows, self.facts, order = {}, {}, {}
        for key in COPIED:
            shape = SHAPES[key]
            rows = list(shape.model.objects.order_by("pk").values())
            if shape.order == ("slug",):
                rows.sort(key=lambda row: row["slug"])
                order[key] = {row["id"]: place for place, row in enumerate(rows)}
            else:
                rows.sort(key=lambda row: order["institutions"][row["institution_id"]])
            if key == "contradictions":
                rows = [row for row in rows if row["institution_id"]]
            self.rows[key] = rows
            for name, child in shape.children.items():
                owner = f"{child.parent}_id"
                self.facts[key, name] = groups = defaultdict(list)
                for row in child.model.objects.exclude(**{child.parent: None}).order_by("pk").values():
                    groups[row[owner]].append(row)
        places = Place.objects.values_list("slug", "pk", "name", "county_2007", "county_2007__region")
        self.places = [values for slug, *values in sorted(places)]


class Copy:
    """One copy of everything, varied by its own random numbers."""

    def __init__(self, originals, number, rng):
        self.originals, self.number, self.rng = originals, number, rng
        # Keys of the originals to keys of their copies.
        self.keys = {Institution: {}, Offer: {}}

    def save(self):
        """Write the copy; return how many rows it has."""
        count = 0
        for key in COPIED:
            shape, rows = SHAPES[key], self.originals.rows[key]
            copies = self.create(shape.model, [self.varied(shape.model, row) for row in rows])
            count += len(copies)
            if shape.model in self.keys:
                self.keys[shape.model] = {row["id"]: copy.pk for row, copy in zip(rows, copies, strict=True)}
            for name, child in shape.children.items():
                groups = self.originals.facts[key, name]
                facts = [fact for row in rows for fact in self.varied_facts(child.model, groups[row["id"]])]
                count += len(self.create(child.model, facts))
        return count

    def create(self, model, rows):
        copied = {
            field.attname: self.keys.get(field.related_model)
            for field in model._meta.concrete_fields
            if not field.primary_key and not isinstance(field, models.GeneratedField)
        }
        return model.objects.bulk_create(
            [
                model(**{name: keys.get(row[name]) if keys else row[name] for name, keys in copied.items()})
                for row in rows
            ],
            batch_size=1000,
        )

    def varied(self, model, row):
        row = dict(row)
        if "slug" in row:
            row["slug"] = self.marked(model, "slug", f"{SLUG}-{self.number}-{row['slug']}").rstrip("-")
        if model is Institution:
            self.vary_institution(row)
        elif model is Offer:
            self.vary_offer(row)
        return row

    def marked(self, model, name, text):
        return text[: model._meta.get_field(name).max_length]

    def vary_institution(self, row):
        invented = "".join(self.rng.choice(part) for part in SYLLABLES).capitalize()
        row["name"] = self.marked(Institution, "name", f"{NAME} {self.number} {invented} – {row['name']}")
        row["is_competence_centre"] = False
        place, _, _, region = self.rng.choice(self.originals.places)
        row["place_id"] = row["place_id"] and place
        row["region_id"] = row["region_id"] and region
        self.vary_check(row)

    def vary_offer(self, row):
        row["title"] = self.marked(Offer, "title", f"{NAME} {self.number} – {row['title']}")
        # There are no more emergency numbers in a larger directory.
        row["is_urgent"] = False
        place, name, county, _ = self.rng.choice(self.originals.places)
        row["place_id"] = row["place_id"] and place
        row["county_id"] = row["county_id"] and county
        row["area"] = row["area"] and name
        if self.rng.random() < CHANGED:
            row |= {"status": self.rng.choice(Offer.Statuses.values), "status_note": ""}
        if self.rng.random() < CHANGED:
            row |= {"dependence": self.rng.choice(Offer.Dependences.values), "dependence_note": ""}
        if row["capacity_min"] and row["capacity_max"]:
            row["capacity_max"] += self.rng.randrange(4)
        self.vary_check(row)

    def vary_check(self, row):
        if self.rng.random() < CHECKED:
            row["check_method"] = self.rng.choice([method for method in CheckMethods if method not in UNCHECKED])
            row["checked_on"] = LAST_CHECK - timedelta(days=self.rng.randrange(700))

    def varied_facts(self, model, facts):
        """Return one owner's facts of a kind, some of them changed; never two current ones alike."""
        facts = [dict(fact) for fact in facts]
        if model is AgeLimit:
            for fact in facts:
                self.vary_age(fact)
        elif model is Activity:
            for fact in facts:
                if self.rng.random() < CHANGED:
                    fact["extent"] = self.rng.choice(Activity.Extents.values)
        elif model in CHOICES:
            self.vary_choices(facts, *CHOICES[model])
        elif model is InstitutionName:
            for fact in facts:
                fact["name"] = self.marked(model, "name", f"{NAME} {self.number} {fact['name']}")
        return facts

    def vary_age(self, fact):
        shift = self.rng.randrange(-3, 4)
        for name in ("min_age", "max_age"):
            if fact[name] is not None:
                fact[name] = min(max(fact[name] + shift, 0), 120)
        if self.rng.random() < CHANGED:
            fact["children"] = self.rng.choice(AgeLimit.Children.values)
        fact["wording"] = ""

    def vary_choices(self, facts, name, choices):
        taken = {fact[name] for fact in facts}
        for fact in facts:
            free = [choice for choice in choices.values if choice not in taken]
            if free and self.rng.random() < CHANGED:
                fact[name] = self.rng.choice(free)
                taken.add(fact[name])
                fact |= {text: "" for text in ("wording", "route") if text in fact}
