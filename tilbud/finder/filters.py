import django_filters
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from regions.models import HealthRegion, Place
from tilbud.finder.fields import AgeField, SeveralField, TextField
from tilbud.finder.search import matching_offers
from tilbud.models import Activity, AgeFits, Offer, Payment, Sectors, TargetRelation, WayIn


def region_choices():
    """All regions by slug, today's first: a visitor looks for those."""
    regions = HealthRegion.objects.order_by("valid_to", "order").values_list("slug", "name", "successor")
    return [(slug, name) for slug, name, successor in regions if successor is None] + [
        (slug, _t("%(name)s (til 2007)") % {"name": name}) for slug, name, successor in regions if successor
    ]


class SeveralFilter(django_filters.Filter):
    """A public parameter that may stand several times: any of its values will do."""

    field_class = SeveralField


class AgeFilter(django_filters.Filter):
    field_class = AgeField


class TextFilter(django_filters.Filter):
    field_class = TextField


def with_fact(queryset, model, **lookups):
    """Offers that have a current fact of `model` matching `lookups`."""
    return queryset.filter(Exists(model.objects.current().filter(offer=OuterRef("pk"), **lookups)))


class OfferFilter(django_filters.FilterSet):
    """The finder's public parameters, one line each; the addresses are a contract (see README)."""

    region = SeveralFilter(method="in_regions", label=_("Helseregion"))
    relation = SeveralFilter(
        method="for_relation", label=_("Hvem er du?"), choices=TargetRelation.Relations.choices
    )
    age = AgeFilter(method="for_age", label=_("Hvor gammel er du?"))
    place = TextFilter(method="in_place", label=_("Sted"), max_length=80)
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
        self.filters["region"].extra["choices"] = region_choices()

    def filter_queryset(self, queryset):
        """Apply every parameter whose value is good; a bad one has its message and is left out."""
        values = {}
        for name, form_field in self.form.fields.items():
            value = self.form.cleaned_data.get(name, getattr(form_field, "salvaged", None))
            if value not in (None, "", []):
                values[name] = value
                queryset = self.filters[name].filter(queryset, value)
        self.in_force = values
        fits = [name for name in ("age_fit", "relation_fit") if name in queryset.query.annotations]
        if len(fits) == 2:
            return queryset.annotate(fit=Greatest(*fits))
        return queryset.annotate(fit=F(fits[0]) if fits else Value(AgeFits.YES))

    def in_regions(self, queryset, name, slugs):
        return queryset.in_regions(HealthRegion.objects.with_predecessors(slugs))

    def for_relation(self, queryset, name, relations):
        """Offers meant for one of `relations`, and those that name no relation at all: kept, but told apart."""
        stated = TargetRelation.objects.current().filter(offer=OuterRef("pk"))
        return queryset.annotate(
            relation_fit=Case(
                When(Exists(stated.filter(relation__in=relations)), then=Value(AgeFits.YES)),
                When(~Exists(stated), then=Value(AgeFits.UNSTATED)),
            )
        ).filter(relation_fit__isnull=False)

    def for_age(self, queryset, name, age):
        return queryset.for_age(age)

    def in_place(self, queryset, name, text):
        places = Place.objects.named(text)
        if not places:
            self.form.add_error(
                "place",
                _t("Vi kjenner ikke stedet. Se etter skrivefeil, eller velg helseregion. Stedet er ikke brukt."),
            )
            return queryset
        return queryset.in_places(places)

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
        return queryset.filter(pk__in=matching_offers(text))

    def chips(self):
        """Return what is in force, one entry a value: parameter, label to show, and the value to take away."""
        chips = []
        for name, value in self.in_force.items():
            if name in self.form.errors and not isinstance(value, list):
                continue
            form_field = self.form.fields[name]
            labels = dict(getattr(form_field, "choices", []))
            for one in value if isinstance(value, list) else [value]:
                shown = labels.get(one, _t("%(age)s år") % {"age": one} if name == "age" else one)
                chips.append(
                    {
                        "name": name,
                        "value": str(one),
                        "label": f"{str(form_field.label).rstrip('?')}: {shown}",
                    }
                )
        return chips
