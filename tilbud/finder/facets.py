"""How many running offers each value of a filter would give, with the other filters in force."""

from collections import Counter, defaultdict

from django.db.models import CharField, Count, F, FilteredRelation, Q, Value
from django.db.models.functions import Cast

from tilbud.models import Activity, TargetRelation

IN_FORCE = ~Q(activities__extent=Activity.Extents.PLANNED)
# Filter: the fact it looks at, that fact's field, and which of the current facts count.
FACT_FACETS = {
    "relation": ("relations", "relation", Q()),
    "profile": ("activities", "activity", IN_FORCE),
    "format": ("activities", "activity", IN_FORCE),
    "payment": ("payments", "kind", Q()),
    "access": ("ways_in", "kind", Q()),
}
VALUE_FACETS = {"dependence": "dependence", "sector": "institution__sector", "region": "located_region"}


def facet_counts(offer_filter):
    """Return {filter name: {value: number}} for every filter with a fixed set of values; one query."""
    parts = [_by_fact(offer_filter, name, *fact) for name, fact in FACT_FACETS.items()]
    parts += [_by_value(_offers(offer_filter, name), name, field) for name, field in VALUE_FACETS.items()]
    counts = defaultdict(Counter)
    for name, value, number in parts[0].union(*parts[1:], all=True):
        counts[name][value] = number
    # Offers that name no relation are kept by every choice, so every choice's number has them in it.
    unstated = counts["relation"].pop(None, 0)
    for relation in TargetRelation.Relations.values:
        counts["relation"][relation] += unstated
    # A region of today has what those that were merged into it have.
    by_key = counts.pop("region", Counter())
    for key, slugs in offer_filter.region_slugs.items():
        for slug in slugs:
            counts["region"][slug] += by_key[str(key)]
    return counts


def _offers(offer_filter, name):
    return offer_filter.queryset_without(name).running().with_region()


def _by_value(queryset, name, field):
    # As text, because the parts of a union must agree on what a value is.
    rows = queryset.order_by().annotate(facet=Value(name), value=Cast(F(field), CharField()))
    return rows.values_list("facet", "value").annotate(number=Count("pk", distinct=True))


def _by_fact(offer_filter, name, relation, field, condition):
    facts = FilteredRelation(relation, condition=Q(**{f"{relation}__is_current": True}) & condition)
    return _by_value(_offers(offer_filter, name).annotate(facts=facts), name, f"facts__{field}")
