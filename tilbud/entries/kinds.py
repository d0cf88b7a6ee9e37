"""The kinds of entry: which model stands behind each, and which lists of facts it has."""

from dataclasses import dataclass, field

from tilbud.models import Collaboration, EntryKinds
from tilbud.open_data.shape import SHAPES, Shape


@dataclass(frozen=True)
class Kind:
    """One kind of entry. `rows` are its lists of facts by name, as the open data name them."""

    name: str
    shape: Shape
    rows: dict = field(default_factory=dict)

    @property
    def model(self):
        return self.shape.model


KINDS = {
    EntryKinds.INSTITUTION: Kind(
        EntryKinds.INSTITUTION,
        SHAPES["institutions"],
        {**SHAPES["institutions"].children, "collaborations": Shape(Collaboration, parent="institution")},
    ),
    EntryKinds.OFFER: Kind(EntryKinds.OFFER, SHAPES["offers"], SHAPES["offers"].children),
    EntryKinds.REMARK: Kind(EntryKinds.REMARK, SHAPES["remarks"]),
    EntryKinds.SOURCE: Kind(EntryKinds.SOURCE, SHAPES["sources"]),
    EntryKinds.CONTRADICTION: Kind(EntryKinds.CONTRADICTION, SHAPES["contradictions"]),
    EntryKinds.PLACE: Kind(EntryKinds.PLACE, SHAPES["places"]),
    EntryKinds.COUNTY: Kind(EntryKinds.COUNTY, SHAPES["counties"]),
    EntryKinds.REGION: Kind(EntryKinds.REGION, SHAPES["regions"]),
}
_BY_MODEL = {kind.model: kind for kind in KINDS.values()}


def kind_of(model):
    """Return the kind of entry `model` is; raises KeyError when it is none."""
    return _BY_MODEL[model]
