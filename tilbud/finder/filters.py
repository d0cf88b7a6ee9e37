import django_filters
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Greatest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from regions.models import HealthRegion, Place
from tilbud.finder import ladder
from tilbud.finder.fields import AgeField, SeveralField, SpotField, TextField
from tilbud.finder.search import search
from tilbud.models import Activity, AgeFits, Offer, Payment, Sectors, TargetRelation, WayIn


class SeveralFilter(django_filters.Filter):
    """A public parameter that may stand several times: any of its values will do."""

    field_class = SeveralField


class AgeFilter(django_filters.Filter):
    field_class = AgeField


class SpotFilter(django_filters.Filter):
    field_class = SpotField


class TextFilter(django_filters.Filter):
    field_class = TextField


def with_fact(queryset, model, **lookups):
    """Offers that have a current fact of `model` matching `lookups`."""
    return queryset.filter(Exists(model.objects.current().filter(offer=OuterRef("pk"), **lookups)))


class OfferFilter(django_filters.FilterSet):
    """The finder's public parameters, one line each; the addresses are a contract (see README)."""

    place = SpotFilter(method="near", label=_("Hvor er du?"), max_length=80)
    region = SeveralFilter(method="in_regions", label=_("Helseregion"))
    relation = SeveralFilter(
        method="for_relation", label=_("Hvem er du?"), choices=TargetRelation.Relations.choices
    )
    age = AgeFilter(method="for_age", label=_("Hvor gammel er du?"))
    profile = SeveralFilter(
        method="with_activity",
        label=_("Hva slags hjelp"),
        choices=[choice for choice in Activity.Activities.choices if choice[0] in Activity.PROFILES],
    )
    format = SeveralFilter(
        method="with_activity",
        label=_("Hvordan"),
        choices=[choice for choice in Activity.Activities.choices if choice[0] in Activity.FORMATS],
    )
    payment = SeveralFilter(method="with_payment", label=_("Hva det koster"), choices=Payment.Kinds.choices)
    access = SeveralFilter(method="with_way_in", label=_("Hvordan du kommer inn"), choices=WayIn.Kinds.choices)
    dependence = SeveralFilter(
        method="with_dependence", label=_("Avhenger det av den andre?"), choices=Offer.Dependences.choices
    )
    sector = SeveralFilter(method="in_sectors", label=_("Hvem står bak"), choices=Sectors.choices)
    q = TextFilter(method="matching", label=_("Søkeord"), max_length=200)

    class Meta:
        model = Offer
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Read once a request: the form asks a callable for its choices again and again.
        regions = list(HealthRegion.objects.select_related("successor").order_by("valid_to", "order"))
        today = [(r.slug, r.name) for r in regions if not r.successor]
        old = [(r.slug, _t("%(name)s (til 2007)") % {"name": r.name}) for r in regions if r.successor]
        self.filters["region"].extra["choices"] = today + old
        # For each region by key: the choices that include it, itself and its successor.
        self.region_slugs = {r.pk: [r.slug, *([r.successor.slug] if r.successor else [])] for r in regions}

    def filter_queryset(self, queryset):
        """Apply every parameter whose value is good; a bad one has its message and is left out."""
        self.in_force = {}
        for name, form_field in self.form.fields.items():
            value = self.form.cleaned_data.get(name, getattr(form_field, "salvaged", None))
            if value not in (None, "", []):
                self.in_force[name] = value
        return self._applied(queryset, self.in_force)

    def queryset_without(self, name):
        """What the offers would be with the parameter `name` let go."""
        return self._applied(self.queryset.all(), {key: v for key, v in self.in_force.items() if key != name})

    def _applied(self, queryset, values):
        for name, value in values.items():
            queryset = self.filters[name].filter(queryset, value)
        fits = [name for name in ("age_fit", "relation_fit") if name in queryset.query.annotations]
        if len(fits) == 2:
            return queryset.annotate(fit=Greatest(*fits))
        return queryset.annotate(fit=F(fits[0]) if fits else Value(AgeFits.YES))

    @cached_property
    def kilometres(self):
        """How far each place is from where the visitor is; empty without a place."""
        spot = self.in_force.get("place")
        return ladder.distances(spot, Place.objects.select_related("county")) if spot else {}

    @cached_property
    def found(self):
        """What the free text found, best first."""
        return search(self.in_force["q"])

    def near(self, queryset, name, spot):
        return ladder.on_ladder(queryset, spot, self.kilometres)

    def in_regions(self, queryset, name, slugs):
        return queryset.in_regions(HealthRegion.objects.with_predecessors(slugs))

    def for_relation(self, queryset, name, relations):
        """Offers meant for one of `relations`, and those that name no relation: kept, but told apart."""
        stated = TargetRelation.objects.current().filter(offer=OuterRef("pk"))
        return queryset.annotate(
            relation_fit=Case(
                When(Exists(stated.filter(relation__in=relations)), then=Value(AgeFits.YES)),
                When(~Exists(stated), then=Value(AgeFits.UNSTATED)),
            )
        ).filter(relation_fit__isnull=False)

    def for_age(self, queryset, name, age):
        return queryset.for_age(age)

    def with_activity(self, queryset, name, activities):
        running = Q(activity__in=activities) & ~Q(extent=Activity.Extents.PLANNED)
        return queryset.filter(Exists(Activity.objects.current().filter(running, offer=OuterRef("pk"))))

    def with_payment(self, queryset, name, kinds):
        return with_fact(queryset, Payment, kind__in=kinds)

    def with_way_in(self, queryset, name, kinds):
        return with_fact(queryset, WayIn, kind__in=kinds)

    def with_dependence(self, queryset, name, dependences):
        return queryset.filter(dependence__in=dependences)

    def in_sectors(self, queryset, name, sectors):
        return queryset.filter(institution__sector__in=sectors)

    def matching(self, queryset, name, text):
        return queryset.filter(pk__in=list(self.found.scores))

    def label_of(self, name, value):
        """Return how `value` of the parameter `name` reads on the page."""
        if name == "place":
            return value.label
        if name == "age":
            return _t("%(age)s år") % {"age": value}
        return dict(getattr(self.form.fields[name], "choices", [])).get(value, value)

    def chips(self):
        """Return what is in force, one entry a value: parameter, its raw value, and the label to show."""
        chips = []
        for name, value in self.in_force.items():
            heading = str(self.form.fields[name].label).rstrip("?")
            for one in value if isinstance(value, list) else [value]:
                raw = one if isinstance(value, list) else self.form.data.get(name)
                chips.append({"name": name, "value": str(raw), "label": f"{heading}: {self.label_of(name, one)}"})
        return chips

    def groups(self, counts):
        """Return the form's fields in order, each choice with the number of offers it would give."""
        groups = []
        for field in self.form:
            if field.name != "q":
                choices = [
                    {
                        "tag": choice.tag(),
                        "label": choice.choice_label,
                        "count": counts[field.name][choice.data["value"]],
                    }
                    for choice in (field if field.name in counts else [])
                ]
                groups.append({"field": field, "choices": choices, "is_open": field.name in self.in_force})
        return groups
