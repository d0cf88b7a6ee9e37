"""Drafts: changes the public does not see yet, who may publish them, and publishing."""

from django.db import transaction
from django.utils import timezone

from tilbud.entries.reading import read_document, title_of
from tilbud.entries.saving import Stale, current_number, name_of, save_document, seen_by_children, trial
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
    """Whether the entry stands where children look, as it is now or as `document` would make it."""
    if pk and seen_by_children(kind, pk):
        return True
    key = pk or -1
    with trial(kind, key, document):
        return seen_by_children(kind, key)


def may_publish(user, draft):
    """Approvers publish; what children see needs another person than the one who wrote it."""
    if not user.has_perm("tilbud.publish_draft"):
        return False
    return draft.author_id != user.pk or not children_would_see(draft.kind, draft.object_id, draft.document)


def publish(draft, approver):
    """Make a draft live. Raises Stale when the entry has changed since the draft was made, or Broken."""
    with transaction.atomic():
        # Whoever comes second with the same draft finds it decided.
        if not Draft.objects.open().filter(pk=draft.pk, edition=draft.edition).update(edition=draft.edition + 1):
            raise Stale
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
        decide(draft, Draft.States.PUBLISHED, approver)
        draft.object_id = change.pk
        draft.save()
    return change


def decide(draft, state, user, decision=""):
    """Close a draft: who, when, why."""
    draft.state, draft.decided_by, draft.decided_at, draft.decision = state, user, timezone.now(), decision
    draft.edition += 1
    draft.save()
