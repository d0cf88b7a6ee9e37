"""What differs between two documents of an entry, field by field, and how three of them are merged."""

from dataclasses import dataclass
from itertools import pairwise

from django.db import models
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tilbud.entries.kinds import KINDS
from tilbud.models.source import Fact

# Where a value stands: (list, row, column); the entry's own fields have ("", 0, column). A whole row that came
# or went has the column "".
Path = tuple


@dataclass(frozen=True)
class Change:
    """One field that differs. `label` names it as the forms do; the texts are what an editor reads."""

    path: Path
    label: str
    old: object
    new: object
    old_text: str
    new_text: str

    @property
    def key(self):
        """The path as the name of a form field."""
        return "~".join(str(part) for part in self.path)


def changes_between(kind, old, new):
    """Return the changes that lead from one document to another; either may be None (did not exist)."""
    return changes_along(kind, [new, old])[0]


def changes_along(kind, documents):
    """Return, for documents with the newest first, what led to each from the next; as many queries for all."""
    flats = [_flat(kind, document) for document in documents]
    names = _Names(kind, flats)
    return [_changes(names, before, after) for after, before in pairwise(flats)]


def _changes(names, before, after):
    return [
        Change(
            path,
            names.label(path, before, after),
            before.get(path),
            after.get(path),
            names.text(path, before.get(path)),
            names.text(path, after.get(path)),
        )
        for path in _in_order(before, after)
        if _differ(path, before, after)
    ]


def merge(kind, base, theirs, mine, choose_mine=frozenset(), values=None):
    """Return theirs with every change of mine that does not collide, and of the collisions those chosen.

    `choose_mine` holds the paths where mine is wanted although the other has changed the same; `values` gives
    what was typed at the merge itself, by path.
    """
    flats = base_flat, theirs_flat, mine_flat = [_flat(kind, document) for document in (base, theirs, mine)]
    torn = _torn_rows(*flats)
    merged = dict(theirs_flat)
    for path in _in_order(base_flat, mine_flat):
        if path[:2] in torn:
            wanted = (*path[:2], "") in choose_mine
        else:
            wanted = _differ(path, base_flat, mine_flat) and (
                not _differ(path, base_flat, theirs_flat) or path in choose_mine
            )
        if wanted and path in mine_flat:
            merged[path] = mine_flat[path]
        elif wanted:
            merged.pop(path, None)
    merged.update(values or {})
    return _document(kind, merged)


def collisions(kind, base, theirs, mine):
    """Return the paths that both have changed since `base`, to different values.

    A row that one has taken out and the other has changed collides as a whole.
    """
    flats = base_flat, theirs_flat, mine_flat = [_flat(kind, document) for document in (base, theirs, mine)]
    torn = _torn_rows(*flats)
    return {(*row, "") for row in torn} | {
        path
        for path in _in_order(theirs_flat, mine_flat)
        if path[:2] not in torn
        and _differ(path, base_flat, theirs_flat)
        and _differ(path, base_flat, mine_flat)
        and _differ(path, theirs_flat, mine_flat)
    }


def _torn_rows(base, theirs, mine):
    """Return the rows, as (list, key), that one side has taken out and the other has changed."""
    torn = set()
    for name, key, column in base:
        for one, other in ((theirs, mine), (mine, theirs)):
            path = (name, key, column)
            if name and (name, key, "") not in one and path in other and _differ(path, base, other):
                torn.add((name, key))
    return torn


def _differ(path, one, other):
    return one.get(path, _ABSENT) != other.get(path, _ABSENT)


_ABSENT = object()
_ABOUT_THE_SOURCE = {field.name for field in Fact._meta.fields}


def _flat(kind, document):
    """Return a document as values by path. A row is there when its path with the column "" is."""
    flat = {}
    if document is None:
        return flat
    for column, value in document["fields"].items():
        flat["", 0, column] = value
    for name in KINDS[kind].rows:
        for row in document["rows"].get(name, []):
            flat[name, row["id"], ""] = True
            flat |= {(name, row["id"], column): value for column, value in row.items() if column != "id"}
    return flat


def _document(kind, flat):
    document = {"fields": {}, "rows": {name: [] for name in KINDS[kind].rows}}
    rows = {}
    for (name, key, column), value in flat.items():
        if not name:
            document["fields"][column] = value
        elif (name, key, "") in flat:
            if (name, key) not in rows:
                rows[name, key] = {"id": key}
                document["rows"][name].append(rows[name, key])
            if column:
                rows[name, key][column] = value
    return document


def _in_order(*flats):
    """Return all paths, the first document's order first."""
    return list(dict.fromkeys(path for flat in flats for path in flat))


class _Names:
    """Labels and readable values, with the names of everything that is pointed to fetched once."""

    def __init__(self, kind, flats):
        self.kind = KINDS[kind]
        self.pointed_to = {}
        wanted = {}
        for flat in flats:
            for path, value in flat.items():
                field = self._field(path)
                if field is not None and field.is_relation and value is not None:
                    wanted.setdefault(field.related_model, set()).add(value)
        for model, keys in wanted.items():
            rows = model.objects.filter(pk__in=keys)
            if model is KINDS["offer"].model:
                rows = rows.select_related("institution")
            self.pointed_to[model] = {row.pk: str(row) for row in rows}

    def _shape(self, path):
        return self.kind.rows[path[0]] if path[0] else self.kind.shape

    def _field(self, path):
        if not path[2]:
            return None
        return next((f for f in self._shape(path).fields if f.attname == path[2]), None)

    def label(self, path, *flats):
        field = self._field(path)
        words = str(field.verbose_name) if field else ""
        if not path[0]:
            return words
        row = f"{self._shape(path).model._meta.verbose_name} {self._row_name(path, flats)}".strip()
        return f"{row}: {words}" if words else row

    def _row_name(self, path, flats):
        """The first two telling values of the row, so that an editor knows which one it is."""
        telling = [field.attname for field in self._shape(path).fields if field.name not in _ABOUT_THE_SOURCE]
        for flat in flats:
            values = [(column, flat.get((path[0], path[1], column))) for column in telling]
            shown = [self.text((*path[:2], column), v) for column, v in values if v not in (None, "", True, False)]
            if shown:
                return f"«{' '.join(shown[:2])[:60]}»"
        return ""

    def text(self, path, value):
        if not path[2]:
            return _("står der") if value else _("står ikke der")
        field = self._field(path)
        if value is None or value == "":
            return "–"
        if field.is_relation:
            return self.pointed_to.get(field.related_model, {}).get(value) or _("slettet (%s)") % value
        if isinstance(field, models.BooleanField):
            return _("ja") if value else _("nei")
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(field, models.DateField):
            return date_format(parse_date(value), "j. F Y")
        return str(value)
