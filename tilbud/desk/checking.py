"""What a check does to an entry: the event and what it changes, both or neither."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tilbud.entries import (
    KINDS,
    Stale,
    children_would_see,
    current_number,
    hold,
    make_draft,
    read_document,
    recording,
    save_document,
)
from tilbud.entries.saving import name_of
from tilbud.models import Assignment, Check, Draft, EntryKinds, Offer, Revision, Skip
from tilbud.models.source import Fact

# Nobody answered: ask again, but not at once.
TRY_AGAIN_AFTER = timedelta(days=7)
WAIT_FOR_APPROVAL = timedelta(days=30)

# The entry's own row among its facts, as in a Check and in the forms.
OWN_ROW = ("", 0)
ABOUT_SOURCE = {field.name for field in Fact._meta.fields}


@dataclass
class Claim:
    """A current fact of an entry, or its own row, as an editor reads it out over the phone."""

    key: tuple
    label: str
    text: str
    details: list
    row: models.Model

    @property
    def code(self):
        return f"{self.key[0]}-{self.key[1]}"


def claims_of(kind, entry):
    """Return what the directory says of an entry: its own row, then its current facts, contacts first."""
    shapes = KINDS[kind].rows
    claims = [_claim(OWN_ROW, entry, KINDS[kind].shape)]
    for name in sorted(shapes, key=lambda name: name != "contacts"):
        shape = shapes[name]
        pointers = [field.name for field in shape.model._meta.fields if field.is_relation]
        facts = shape.model.objects.current().filter(**{shape.parent: entry.pk}).select_related(*pointers)
        claims += [_claim((name, fact.pk), fact, shape) for fact in facts.order_by("pk")]
    return claims


def _claim(key, row, shape):
    text = getattr(row, "text", None) or str(row)
    details, said = [], _bare(text)
    for field in shape.fields:
        value = _value(row, field)
        if value and _bare(value) not in said:
            details.append(f"{field.verbose_name}: {value}")
    return Claim(key, row._meta.verbose_name, text, details, row)


def _bare(text):
    return text.replace(" ", "").casefold()


def _value(row, field):
    """The value as a reader sees it; empty for what goes without saying and for where it stands."""
    value = getattr(row, field.name)
    if field.name in ABOUT_SOURCE | {"slug", "missed_checks"} or value in (None, "", False, field.get_default()):
        return ""
    if value is True:
        return _("ja")
    return str(getattr(row, f"get_{field.name}_display")() if field.choices else value)


def confirm(kind, entry, version, check, claims):
    """Record that somebody confirmed exactly these claims."""
    check.result, check.facts = Check.Results.CONFIRMED, [list(claim.key) for claim in claims]
    check.what = "; ".join(f"{claim.label}: {claim.text}" for claim in claims)[:500]
    now = {"checked_on": check.done_on, "check_method": check.method}
    with _recorded(kind, entry, version, check):
        entries = KINDS[kind].model.objects.filter(pk=entry.pk)
        entries.update(missed_checks=0)
        for claim in claims:
            rows = entries if claim.key == OWN_ROW else type(claim.row).objects.filter(pk=claim.key[1])
            # A letter that comes late does not make a newer confirmation older.
            rows.filter(Q(checked_on=None) | Q(checked_on__lte=check.done_on)).update(**now)
    if not KINDS[kind].model.objects.overdue().filter(pk=entry.pk).exists():
        release(kind, entry)


def note_changed(kind, entry, version, check):
    """Record that somebody answered and something is not as it stands here; the change itself comes after."""
    check.result = Check.Results.CHANGED
    with _recorded(kind, entry, version, check):
        KINDS[kind].model.objects.filter(pk=entry.pk).update(missed_checks=0)


def note_unreachable(kind, entry, version, check):
    """Record that nobody answered; the queue asks again in some days."""
    check.result = Check.Results.UNREACHABLE
    with _recorded(kind, entry, version, check):
        KINDS[kind].model.objects.filter(pk=entry.pk).update(missed_checks=models.F("missed_checks") + 1)
        put_off(kind, entry, check.author, _("Fikk ikke svar"), timezone.localdate() + TRY_AGAIN_AFTER)


def close(kind, entry, version, check, heir=None):
    """Record that the entry has ceased and close it, an institution with its offers.

    `heir` is columns of an affiliation (for an institution) or of the offer itself that say who took over.
    Returns the draft of the entry when a second person must approve, because children see it.
    """
    check.result = Check.Results.CEASED
    about = {"author": check.author, "reason": f"{check.get_result_display()}. {check.note}"[:500]}
    with transaction.atomic():
        hold(kind, entry.pk)
        if current_number(kind, entry.pk) != version:
            raise Stale
        parts = [(kind, entry.pk, _closed(kind, entry.pk, check, heir))]
        if kind == EntryKinds.INSTITUTION:
            running = Offer.objects.running().filter(institution=entry).order_by("pk").values_list("pk", flat=True)
            # Read below and saved further down: nobody changes them in between.
            running = list(running.select_for_update())
            parts += [(EntryKinds.OFFER, pk, _closed(EntryKinds.OFFER, pk, check)) for pk in running]
        needs_approval = children_would_see(*parts[0])
        check.save()
        if needs_approval:
            waiting = {"origin": Draft.Origins.CHECK, "state": Draft.States.WAITING}
            drafts = [make_draft(*part, **about, **waiting) for part in parts]
            until = timezone.localdate() + WAIT_FOR_APPROVAL
            put_off(kind, entry, check.author, _("Venter på at en annen godkjenner at den er lagt ned"), until)
            return drafts[0]
        for number, part in enumerate(parts):
            base = current_number(*part[:2]) if number else version
            save_document(*part, base=base, how=Revision.Hows.CHECKED, **about)
        release(kind, entry)
    return None


def _closed(kind, pk, check, heir=None):
    """Return the entry's document as it is once it has ceased."""
    document = read_document(kind, pk)
    checked = {"checked_on": check.done_on.isoformat(), "check_method": check.method}
    if kind == EntryKinds.OFFER:
        return document | {"fields": document["fields"] | checked | {"status": "closed"} | (heir or {})}
    if heir:
        document["rows"]["affiliations"].append({"id": -1, **heir, **checked})
    return document | {"fields": document["fields"] | checked | {"is_closed": True}}


def put_off(kind, entry, user, reason, until):
    """Leave an entry out of the queue until a day, and let go of it."""
    Skip.objects.create(**{kind: entry}, author=user, author_name=name_of(user), reason=reason, until=until)
    release(kind, entry)


def release(kind, entry):
    Assignment.objects.filter(**{kind: entry}).delete()


@contextmanager
def _recorded(kind, entry, version, check):
    """Let the caller change the entry because of this check, and store both."""
    about = {"how": Revision.Hows.CHECKED, "author": check.author, "reason": check.note}
    with recording(kind, entry.pk, base=version, **about):
        yield
        check.save()
