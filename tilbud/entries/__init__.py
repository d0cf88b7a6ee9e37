"""Entries as whole documents: read, compared, tried out and saved, with history and a guard against collisions.

Everything that changes the directory goes through `recording` or `save_document` in `saving`; nothing else
writes to an institution, an offer or their facts.
"""

from tilbud.entries.comparing import Change, changes_along, changes_between, merge
from tilbud.entries.drafts import (
    change_draft,
    children_would_see,
    decide,
    make_draft,
    may_publish,
    publish,
    save_or_wait,
)
from tilbud.entries.kinds import KINDS, kind_of
from tilbud.entries.reading import read_document, title_of
from tilbud.entries.saving import (
    Broken,
    Stale,
    current_number,
    hold,
    recording,
    save_document,
    seen_by_children,
    trial,
)

__all__ = [
    "KINDS",
    "Broken",
    "Change",
    "Stale",
    "change_draft",
    "changes_along",
    "changes_between",
    "children_would_see",
    "current_number",
    "decide",
    "hold",
    "kind_of",
    "make_draft",
    "may_publish",
    "merge",
    "publish",
    "read_document",
    "recording",
    "save_document",
    "save_or_wait",
    "seen_by_children",
    "title_of",
    "trial",
]
