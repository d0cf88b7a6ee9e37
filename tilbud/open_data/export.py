from collections import defaultdict

from tilbud.models import Affiliation
from tilbud.open_data.shape import SHAPES


def export_directory():
    """Return the whole directory, all three layers, as plain data; equal databases give equal data."""
    slugs = _Slugs()
    document = {key: _export_list(key, shape, slugs) for key, shape in SHAPES.items()}
    _add_shortcuts(document)
    return document


class _Slugs(dict):
    """The slugs of every model that is pointed to, by primary key, fetched once per model."""

    def __missing__(self, model):
        self[model] = dict(model.objects.values_list("pk", "slug"))
        return self[model]


def _export_list(key, shape, slugs):
    queryset = shape.model.objects.order_by(*shape.order)
    if key == "remarks":
        queryset = queryset.filter(institution=None, offer=None)
    objects = list(queryset)
    exported = [_export_object(obj, shape, slugs) for obj in objects]
    for name, child in shape.children.items():
        inside = defaultdict(list)
        for fact in child.model.objects.exclude(**{child.parent: None}).order_by("pk"):
            inside[getattr(fact, f"{child.parent}_id")].append(_export_object(fact, child, slugs))
        for obj, data in zip(objects, exported, strict=True):
            data[name] = inside[obj.pk]
    # The database's collation must not decide the order of the bytes.
    return sorted(exported, key=lambda data: data["slug"]) if shape.order == ("slug",) else exported


def _export_object(obj, shape, slugs):
    data = {}
    for field in shape.fields:
        value = getattr(obj, field.attname)
        if field.is_relation:
            value = slugs[field.related_model].get(value)
        elif hasattr(value, "isoformat"):
            value = value.isoformat()
        data[field.name] = value
    return data


def _add_shortcuts(document):
    """Add what a reader would else have to work out: parent, owner, successor, and who leads an activity."""
    for institution in document["institutions"]:
        for kind in Affiliation.SINGLE:
            institution[kind.value] = next(
                (
                    fact["other"]
                    for fact in institution["affiliations"]
                    if fact["kind"] == kind and fact["is_current"] and fact["is_confirmed"]
                ),
                None,
            )
    for offer in document["offers"]:
        for activity in offer["activities"]:
            led_by = activity["led_by"]
            activity["peer_led"] = None if led_by == "unstated" else led_by != "professionals"
    document["collaborations"].sort(key=lambda fact: fact["institution"])
