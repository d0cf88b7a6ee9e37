"""Drafts: changes the public does not see yet, who may publish them, and publishing."""

from django.db import transaction
from django.utils import timezone

from tilbud.entries.reading import read_document, title_of
from tilbud.entries.saving import (
    Broken,
    Stale,
    current_number,
    hold,
    name_of,
    save_document,
    seen_by_children,
    trial,
)
from tilbud.models import Draft, Revision


def make_draft(kind, pk, document, *, author, **about):
    """Store `document` as a draft of the entry as it is now (of a new entry when `pk` is None).

    `about` is any other field of Draft: origin, reason, state; base and base_number for a draft made on an
    older version. `author` is a user, or a name for what no user did.
    """
    if "base_number" not in about:
        about |= {
            "base_number": current_number(kind, pk) if pk else 0,
            "base": read_document(kind, pk) if pk else None,
        }
    return Draft.objects.create(
        kind=kind,
        object_id=pk,
        document=document,
        title=title_of(kind, document),
        author=author if hasattr(author, "get_username") else None,
        author_name=name_of(author),
        **about,
    )


def children_would_see(kind, pk, document):
    """Whether the entry stands where children look, as it is now or as `document` would make it.

    Raises Broken when the document cannot be tried.
    """
    if pk and seen_by_children(kind, pk):
        return True
    key = pk or -1
    with trial(kind, key, document):
        return seen_by_children(kind, key)


def may_publish(user, draft):
    """Approvers publish; what children see needs another person than the one who wrote it."""
    if not user.has_perm("tilbud.publish_draft"):
        return False
    if draft.author_id != user.pk:
        return True
    try:
        return not children_would_see(draft.kind, draft.object_id, draft.document)
    except Broken:
        # What cannot be tried cannot be known.
        return False


def publish(draft, approver):
    """Make a draft live. Raises Stale when the draft or the entry has changed since, or Broken."""
    with transaction.atomic():
        decide(draft, Draft.States.PUBLISHED, approver)
        change = save_document(
            draft.kind,
            draft.object_id,
            draft.document,
            base=draft.base_number,
            how=Revision.Hows.DRAFT,
            author=draft.author or draft.author_name,
            approver=approver,
            reason=draft.reason,
        )
        Draft.objects.filter(pk=draft.pk).update(object_id=change.pk)
    return change


def save_or_wait(kind, pk, document, *, base, origin=Draft.Origins.DESK, approver="", **about):
    """Make the entry be `document`, or make the draft a second person must publish where children look.

    `about` is how, author and reason. Returns (Recording, None) or (None, Draft). Raises Stale or Broken.
    """
    with transaction.atomic():
        if pk:
            hold(kind, pk)
            if current_number(kind, pk) != base:
                raise Stale
        if children_would_see(kind, pk, document):
            waiting = {"origin": origin, "state": Draft.States.WAITING}
            kept = {name: about[name] for name in ("author", "reason") if name in about}
            return None, make_draft(kind, pk, document, **kept, **waiting)
        return save_document(kind, pk, document, base=base, approver=approver, **about), None


def decide(draft, state, user, decision=""):
    """Close a draft: who, when, why. Raises Stale when somebody else has decided or changed it."""
    change_draft(draft, state=state, decided_by=user, decided_at=timezone.now(), decision=decision)


def change_draft(draft, **values):
    """Change an open draft. Raises Stale, and changes nothing, when it is no longer as it was read."""
    values |= {"edition": draft.edition + 1, "changed_at": timezone.now()}
    if not Draft.objects.open().filter(pk=draft.pk, edition=draft.edition).update(**values):
        raise Stale
    for name, value in values.items():
        setattr(draft, name, value)
