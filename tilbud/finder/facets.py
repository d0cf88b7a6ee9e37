"""How many running offers each value of a filter would give, with the other filters in force."""

from collections import Counter

from django.db.models import Count, FilteredRelation, Q

from tilbud.models import Activity, TargetRelation

# Filter: the fact it looks at, and that fact's field. One query each.
FACT_FACETS = {
    "profile": ("activities", "activity", ~Q(activities__extent=Activity.Extents.PLANNED)),
    "format": ("activities", "activity", ~Q(activities__extent=Activity.Extents.PLANNED)),
    "payment": ("payments", "kind", Q()),
    "access": ("ways_in", "kind", Q()),
}


def facet_counts(offer_filter):
    """Return {filter name: {value: number}} for every filter with a fixed set of values; eight queries."""
    counts = {}
    for name, (relation, field, condition) in FACT_FACETS.items():
        base = offer_filter.queryset_without(name).running()
        counts[name] = _by_fact(base, relation, field, condition)
    for name, field in (("dependence", "dependence"), ("sector", "institution__sector")):
        counts[name] = _by_value(offer_filter.queryset_without(name).running(), field)
    counts["relation"] = _by_relation(offer_filter.queryset_without("relation").running())
    counts["region"] = _by_region(offer_filter)
    return counts


def _by_region(offer_filter):
    """A region of today has what those that were merged into it have."""
    offers = offer_filter.queryset_without("region").running().with_region()
    counts = Counter()
    for key, number in _by_value(offers, "located_region").items():
        for slug in offer_filter.region_slugs.get(key, []):
            counts[slug] += number
    return counts


def _by_value(queryset, field):
    return Counter(dict(queryset.order_by().values_list(field).annotate(number=Count("pk", distinct=True))))


def _by_fact(queryset, relation, field, condition):
    facts = FilteredRelation(relation, condition=Q(**{f"{relation}__is_current": True}) & condition)
    return _by_value(queryset.annotate(facts=facts), f"facts__{field}")


def _by_relation(queryset):
    """Offers that name no relation are kept by every choice, so every choice's number has them in it."""
    counts = _by_fact(queryset, "relations", "relation", Q())
    unstated = counts.pop(None, 0)
    return Counter({value: counts[value] + unstated for value in TargetRelation.Relations})
