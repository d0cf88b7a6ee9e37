"""The table a kind of entry makes in a file: a line for the entry itself and one for each of its facts.

A column is named after the field as the forms name it. Fields of several lists with one name share a column; what
a cell there may hold is decided by the list the line belongs to.
"""

from dataclasses import dataclass, field
from functools import cache

from tilbud.entries import KINDS
from tilbud.models.source import Fact
from tilbud.open_data.shape import Shape

ENTRY, VERSION, PART, KEY, REMOVE = FIXED = ("oppføring", "versjon", "del", "nr", "slett")
# The kinds that go in and out as files, as their files are called.
NAMES = {"institusjoner": "institution", "tilbud": "offer"}
_LAST = {field.name for field in Fact._meta.fields}


@dataclass(frozen=True)
class Part:
    """The lines of one sort: the entry's own (`name` is empty), or those of one list of facts."""

    name: str
    shape: Shape
    fields: dict = field(default_factory=dict)

    @property
    def label(self):
        return str(self.shape.model._meta.verbose_name).casefold()


@dataclass(frozen=True)
class Table:
    """All columns of the files of one kind, and its parts by what stands in the column «del»."""

    kind: str
    parts: dict
    columns: list

    @property
    def header(self):
        return [*FIXED, *self.columns]

    @property
    def name(self):
        return next(name for name, kind in NAMES.items() if kind == self.kind)


@cache
def table_of(kind):
    """Return the table of a kind of entry. Columns that say where a fact comes from stand last."""
    kind = KINDS[kind]
    parts = {}
    for name, shape in {"": kind.shape, **kind.rows}.items():
        part = Part(name, shape, {str(f.verbose_name).casefold(): f for f in shape.fields})
        parts[part.label] = part
    columns = {label: f.name in _LAST for part in parts.values() for label, f in part.fields.items()}
    return Table(kind.name, parts, sorted(columns, key=columns.get))
