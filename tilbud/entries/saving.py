"""The one way a change of the directory is saved: guarded against collisions, and noted in the history."""

from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from tilbud.entries.faults import message_of, problems_of, values_of
from tilbud.entries.kinds import KINDS
from tilbud.entries.reading import plain_values, read_document, title_of
from tilbud.models import DirectoryVersion, EntryKinds, Offer, OldSlug, Revision


class Stale(Exception):
    """Somebody has saved the entry since it was opened. Nothing has been written."""


class Broken(Exception):
    """The document cannot be saved; `problems` says why, in sentences for the editor. Nothing has been written."""

    def __init__(self, problems):
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass
class Recording:
    """A change under way. Set `pk` when the entry is new; `revision` is there afterwards if something changed."""

    pk: int | None
    revision: Revision | None = None


def current_number(kind, pk):
    """Return the version of the entry: the number of its latest change, 0 when it has none."""
    latest = Revision.objects.of(kind, pk).values_list("number", flat=True).first()
    return latest or 0


def hold(kind, pk):
    """Keep others from saving the entry until this transaction ends; whoever comes second waits here.

    Returns whether the entry exists. Without an order: that of an offer would hold its institution too.
    """
    return bool(KINDS[kind].model.objects.select_for_update().order_by().filter(pk=pk).values_list("pk"))


@contextmanager
def recording(kind, pk, *, base, how, author, reason="", approver=""):
    """Let the caller change one entry, and note it as the change after version `base`; all of it or nothing.

    `author` is a user, or a name for what no user did. Raises Stale when the entry is no longer at `base`.
    """
    with transaction.atomic():
        if pk:
            hold(kind, pk)
            if current_number(kind, pk) != base:
                raise Stale
        before = read_document(kind, pk) if pk else None
        change = Recording(pk)
        yield change
        after = read_document(kind, change.pk)
        if before == after:
            return
        note = _Note(how, author, reason, approver)
        if before and not base:
            _note(kind, change.pk, 0, before, _Note(Revision.Hows.FIRST, "", "", ""))
        change.revision = _note(kind, change.pk, base + 1 if pk else 1, after or before, note, gone=after is None)
        _keep_old_address(kind, change.pk, before, after)
        DirectoryVersion.objects.bump()


def save_document(kind, pk, document, **about):
    """Make the entry be `document`; a new entry when `pk` is None. Raises Stale or Broken.

    `about` is what `recording` wants to know. Returns the Recording.
    """
    problems = problems_of(kind, document)
    if problems:
        raise Broken(problems)
    try:
        with recording(kind, pk, **about) as change:
            change.pk = write_document(kind, pk, document)
            return change
    except IntegrityError as error:
        raise Broken([message_of(kind, error)]) from error


@contextmanager
def trial(kind, pk, document):
    """While this lasts the database is as if `document` were live; afterwards it is as before.

    A `pk` below zero is an entry that does not exist yet. Without a document the trial begins with the
    directory as it is. Raises Broken when the database does not take the document.
    """
    with transaction.atomic():
        if document is not None:
            try:
                write_document(kind, pk, document, for_trial=True)
            except IntegrityError as error:
                raise Broken([message_of(kind, error)]) from error
        yield
        transaction.set_rollback(True)


def seen_by_children(kind, pk):
    """Whether the entry, as it is in the database now, stands where children look."""
    offers = Offer.objects.seen_by_children()
    if kind == EntryKinds.OFFER:
        return offers.filter(pk=pk).exists()
    return kind == EntryKinds.INSTITUTION and offers.filter(institution=pk).exists()


def write_document(kind, pk, document, *, for_trial=False):
    """Write the document over the entry and return its key. Facts that are as before are left alone."""
    exists = pk is not None and hold(kind, pk)
    kind = KINDS[kind]
    obj = kind.model(pk=pk, **values_of(kind.shape, document["fields"]))
    obj.save(force_insert=not exists, force_update=exists)
    for name, shape in kind.rows.items():
        _write_rows(shape, obj, document["rows"].get(name, []), for_trial)
    return obj.pk


def _write_rows(shape, owner, rows, for_trial):
    existing = {}
    for fact in shape.model.objects.filter(**{shape.parent: owner}):
        existing[fact.pk] = {"id": fact.pk, **plain_values(fact, shape)}
    changed = [row for row in rows if existing.get(row["id"]) != row]
    gone = set(existing) - {row["id"] for row in rows}
    # Taken out first and put in again under the same key: two rows may swap what must be unique.
    shape.model.objects.filter(pk__in=gone | {row["id"] for row in changed}).delete()
    facts = [
        shape.model(
            pk=row["id"] if for_trial or row["id"] > 0 else None,
            **{shape.parent: owner},
            **values_of(shape, {name: value for name, value in row.items() if name != "id"}),
        )
        for row in changed
    ]
    shape.model.objects.bulk_create(facts)


@dataclass(frozen=True)
class _Note:
    how: str
    author: object
    reason: str
    approver: object


def _note(kind, pk, number, document, note, *, gone=False):
    """Add one line to the history. Two of the same number cannot be: the database refuses the second."""
    is_user = hasattr(note.author, "get_username")
    return Revision.objects.create(
        kind=kind,
        object_id=pk,
        number=number,
        title=title_of(kind, document),
        document=None if gone else document,
        how=note.how,
        reason=note.reason,
        author=note.author if is_user else None,
        author_name=name_of(note.author),
        approver_name=name_of(note.approver),
    )


def name_of(who):
    """Return the name the history shows for a user, or the text itself for what no user did."""
    return (who.get_full_name() or who.get_username()) if hasattr(who, "get_username") else str(who)


def _keep_old_address(kind, pk, before, after):
    """Let the address an entry had lead to the one it has now."""
    if kind not in (EntryKinds.INSTITUTION, EntryKinds.OFFER) or not before or not after:
        return
    old, new = before["fields"]["slug"], after["fields"]["slug"]
    if old != new:
        mine = OldSlug.objects.filter(**{f"{kind}__isnull": False})
        mine.filter(slug__in=[old, new]).delete()
        OldSlug.objects.create(slug=old, **{f"{kind}_id": pk})
