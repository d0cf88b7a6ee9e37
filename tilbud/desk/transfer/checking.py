"""A filled entry held against every rule, and tried out in the database; nothing is kept of the trial."""

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import CheckConstraint, UniqueConstraint
from django.utils.translation import gettext as _

from regions.models import Place
from tilbud.entries import Broken, Stale, save_document, seen_by_children, slips
from tilbud.entries.faults import values_of
from tilbud.models import Contact, Institution, Revision


class _Changed:
    """Whether one of some columns is another than before; in a new row all are."""

    def __init__(self, before, after):
        self.before, self.after = before, after

    def __call__(self, *columns):
        return not self.before or any(self.before[name] != self.after[name] for name in columns)


def _place(row):
    places = Place.objects.select_related("county", "county_2007__successor")
    return places.filter(pk=row["place_id"]).first()


class Checker:
    """Goes through the rows of one entry that the file changes. Slips are tidied in the document itself."""

    def __init__(self, table, pk, base, filled):
        self.table, self.pk, self.base, self.filled = table, pk, base, filled
        self.problems, self.warnings = [], []

    def check(self):
        for part in self.table.parts.values():
            if not part.name:
                rows, before = [self.filled.document["fields"]], [self.base["fields"]] if self.base else []
            else:
                rows = self.filled.document["rows"][part.name]
                before = self.base["rows"][part.name] if self.base else []
            before = {row.get("id", 0): row for row in before}
            changed = [row for row in rows if row != before.get(row.get("id", 0))]
            for row in changed:
                self._check_row(part, row, before.get(row.get("id", 0)))
            if changed and part.name:
                self._refuse_repeated(part, rows)

    def _line(self, part, row):
        return self.filled.rows.get((part.name, row.get("id", 0)), min(self.filled.rows.values()))

    def _check_row(self, part, row, before):
        try:
            self._tidy(part.shape.model, row, _Changed(before, row), self._line(part, row))
            obj = self._object(part, row)
            for constraint in part.shape.model._meta.constraints:
                if isinstance(constraint, CheckConstraint):
                    constraint.validate(part.shape.model, obj)
        except ValidationError as error:
            self.problems.append((self._line(part, row), " ".join(error.messages)))

    def _object(self, part, row):
        obj = part.shape.model(**values_of(part.shape, row))
        if part.name:
            setattr(obj, f"{part.shape.parent}_id", self.pk or -1)
        return obj

    def _tidy(self, model, row, changed, line):
        if model is Contact:
            self._tidy_contact(row, changed, line)
        if model is Institution and changed("org_number"):
            row["org_number"] = slips.tidy_org_number(row["org_number"])
        if model is Institution and changed("name", "place_id"):
            alike = slips.institutions_alike(row["name"], _place(row), self.pk)
            self.warnings += [(line, _("Kanskje står den der allerede: %s.") % other) for other in alike]
        if (
            "slug" in row
            and changed("slug")
            and (fault := slips.slug_fault(self.table.kind, row["slug"], self.pk))
        ):
            raise ValidationError(fault)

    def _tidy_contact(self, row, changed, line):
        if changed("kind", "value", "is_doubtful"):
            row["value"] = slips.tidy_contact_value(row["kind"], row["value"], row["is_doubtful"])
            warning = slips.email_warning(row["value"]) if row["kind"] == Contact.Kinds.EMAIL else ""
            self.warnings += [(line, warning)] if warning else []
        if changed("postal_code", "place_id", "is_doubtful") and not row["is_doubtful"]:
            if fault := slips.postcode_fault(row["postal_code"], _place(row)):
                raise ValidationError(fault)

    def _refuse_repeated(self, part, rows):
        """Say of two rows that repeat each other which is the second: the database would only name the rule."""
        for constraint in part.shape.model._meta.constraints:
            if not isinstance(constraint, UniqueConstraint):
                continue
            names = [name for name in constraint.fields if name != part.shape.parent]
            seen = set()
            for row in rows:
                obj = self._object(part, row)
                values = {f.name: getattr(obj, f.attname) for f in part.shape.fields}
                if constraint.condition and not constraint.condition.check(values):
                    continue
                key = tuple(values[name] for name in names)
                if key in seen:
                    self.problems.append((self._line(part, row), constraint.get_violation_error_message()))
                seen.add(key)


def trial_problems(kind, pk, document, base):
    """Save for a moment. Returns what the database says against it, and whether children would see the entry."""
    about = {"base": base, "how": Revision.Hows.IMPORTED, "author": "-"}
    with transaction.atomic():
        is_seen = bool(pk) and seen_by_children(kind, pk)
        try:
            change = save_document(kind, pk, document, **about)
            return [], is_seen or seen_by_children(kind, change.pk)
        except Broken as broken:
            return broken.problems, is_seen
        except Stale:
            return [_("Oppføringen er endret siden eksporten. Hent den på nytt.")], is_seen
        except DatabaseError:
            return [_("Databasen tar ikke imot en av verdiene.")], is_seen
        finally:
            transaction.set_rollback(True)
