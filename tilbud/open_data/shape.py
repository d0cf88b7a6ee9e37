"""The shape of the whole directory as data: which models, under which names, with which facts inside.

One description serves the export, the import and the loading of the fixtures, so they cannot drift apart.
Fields are read off the models: a new field is exported from the day it exists.
"""

import json
from dataclasses import dataclass, field

from django.db import models

from regions.models import County, HealthRegion, Place
from tilbud.models import (
    Activity,
    Affiliation,
    AgeLimit,
    Channel,
    Collaboration,
    Contact,
    Contradiction,
    Figure,
    Institution,
    InstitutionName,
    LoadedEntry,
    Offer,
    OperatingAgreement,
    Payment,
    Remark,
    Source,
    SurveyCell,
    SurveyTotal,
    TargetRelation,
    WayIn,
)


@dataclass(frozen=True)
class Shape:
    """A list of the document: the model behind it and the lists of facts inside each of its objects."""

    model: type
    children: dict = field(default_factory=dict)
    # For a child: the field that points to the object it stands inside.
    parent: str = ""
    # For a list without slugs: what its objects are ordered by.
    order: tuple = ("slug",)

    @property
    def fields(self):
        """The model's own fields, without keys of this database and without the way back to the parent."""
        owners = {"institution", "offer"} if self.parent else set()
        return [
            f
            for f in self.model._meta.concrete_fields
            if not f.primary_key and not isinstance(f, models.GeneratedField) and f.name not in owners
        ]


def _facts_of(parent, **models_by_key):
    return {key: Shape(model, parent=parent) for key, model in models_by_key.items()}


# In loading order: whatever is pointed to comes first.
SHAPES = {
    "sources": Shape(Source),
    "regions": Shape(HealthRegion),
    "counties": Shape(County),
    "places": Shape(Place),
    "institutions": Shape(
        Institution,
        _facts_of(
            "institution",
            names=InstitutionName,
            affiliations=Affiliation,
            agreements=OperatingAgreement,
            figures=Figure,
            contacts=Contact,
            remarks=Remark,
        ),
    ),
    "offers": Shape(
        Offer,
        _facts_of(
            "offer",
            activities=Activity,
            relations=TargetRelation,
            age_limits=AgeLimit,
            payments=Payment,
            ways_in=WayIn,
            channels=Channel,
            contacts=Contact,
            remarks=Remark,
        ),
    ),
    "collaborations": Shape(Collaboration, order=("institution__slug", "pk")),
    "remarks": Shape(Remark, order=("pk",)),
    "contradictions": Shape(Contradiction),
    "survey_cells": Shape(SurveyCell, order=("region__order", "sector", "table", "row_number", "column")),
    "survey_totals": Shape(SurveyTotal, order=("table", "line", "row", "column")),
    "loaded": Shape(LoadedEntry, order=("key",)),
}


# What an export says twice so that a reader need not work it out; an import takes it from the facts.
SHORTCUTS = {"parent", "owner", "successor", "peer_led"}


def canonical(data):
    """Return `data` as JSON text with sorted keys: the same data always gives the same bytes."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1)
