"""The lines of one entry, written into its document; what is wrong is said line by line."""

from copy import deepcopy
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tilbud.desk.transfer.cells import from_text, shortened
from tilbud.desk.transfer.tables import ENTRY, FIXED, KEY, PART, REMOVE, VERSION
from tilbud.entries.slips import tidy_org_number


@dataclass
class Filled:
    """An entry as the file wants it. `rows` tells where in the file each list's row stands."""

    document: dict
    problems: list = field(default_factory=list)
    rows: dict = field(default_factory=dict)


class Filler:
    """Fills the lines of one entry into its document; `base` is None for an entry that does not exist yet."""

    def __init__(self, table, columns, base, number, slugs):
        self.table, self.columns, self.base, self.number, self.slugs = table, columns, base, number, slugs
        self.filled = Filled(deepcopy(base) if base else self._blank())
        self.lists = {
            name: {row["id"]: row for row in rows} for name, rows in self.filled.document["rows"].items()
        }

    def _blank(self):
        own = next(part for part in self.table.parts.values() if not part.name)
        return {
            "fields": _defaults(own),
            "rows": {part.name: [] for part in self.table.parts.values() if part.name},
        }

    def fill(self, lines):
        """Return the Filled entry."""
        for line in lines:
            try:
                self._fill(line)
            except ValidationError as error:
                self._problem(line, " ".join(error.messages))
        if not self.base and ("", 0) not in self.filled.rows and not self.filled.problems:
            own = next(iter(self.table.parts))
            self._problem(
                lines[0], _("Kortnavnet finnes ikke. Skal det være en ny oppføring, må «%s» ha en linje.") % own
            )
        return self.filled

    def _problem(self, line, text):
        self.filled.problems.append((line.number, text))

    def _fill(self, line):
        part = self.table.parts.get(line.word(PART))
        if part is None:
            raise ValidationError(
                _("Kolonne «%(column)s»: «%(text)s» er ukjent. Skriv en av: %(parts)s.")
                % {"column": PART, "text": shortened(line.get(PART)), "parts": ", ".join(self.table.parts)}
            )
        self._hold_version(line)
        key, row = self._row_of(part, line)
        if (part.name, key) in self.filled.rows:
            raise ValidationError(
                _("Dette står også i rad %s. En linje kan bare stå én gang.") % self.filled.rows[part.name, key]
            )
        self.filled.rows[part.name, key] = line.number
        if self._is_removed(part, line, key):
            self.filled.document["rows"][part.name].remove(row)
        else:
            self._write(part, line, row, is_new=key < 0 or not (self.base or part.name))

    def _hold_version(self, line):
        version = line.get(VERSION).strip()
        if not self.base and version:
            raise ValidationError(_("Oppføringen finnes ikke lenger, eller kortnavnet er skrevet feil."))
        if self.base and not version:
            raise ValidationError(
                _("Kolonne «%s» mangler. Oppføringen finnes fra før; hent den ut på nytt.") % VERSION
            )
        if self.base and version != str(self.number):
            raise ValidationError(
                _("Oppføringen er endret siden eksporten (versjon %(now)s, filen har %(file)s). Hent den på nytt.")
                % {"now": self.number, "file": shortened(version)}
            )

    def _row_of(self, part, line):
        """Return the key of the row a line is about and the row itself, a new one below zero."""
        text = line.get(KEY).strip().removesuffix(".0")
        if not part.name:
            if text:
                raise ValidationError(_("Kolonne «%s» skal være tom her.") % KEY)
            return 0, self.filled.document["fields"]
        if not text:
            row = {"id": -line.number, **_defaults(part)}
            self.filled.document["rows"][part.name].append(row)
            return row["id"], row
        row = (
            self.lists[part.name].get(int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None
        )
        if row is None:
            raise ValidationError(
                _("Kolonne «%(column)s»: oppføringen har ingen %(part)s nr. %(key)s.")
                % {"column": KEY, "part": part.label, "key": shortened(text)}
            )
        return row["id"], row

    def _is_removed(self, part, line, key):
        word = line.word(REMOVE)
        if word in ("", "nei"):
            return False
        if word != "ja":
            raise ValidationError(_("Kolonne «%s»: skriv ja, eller la den stå tom.") % REMOVE)
        if not part.name or key < 0:
            raise ValidationError(_("Bare opplysninger som står der fra før, kan slettes fra en fil."))
        return True

    def _write(self, part, line, row, is_new):
        problems = []
        for column in line.cells:
            if column not in FIXED and column not in part.fields and column in self.table.header:
                problems.append(
                    _("Kolonne «%(column)s» gjelder ikke «%(part)s».") % {"column": column, "part": part.label}
                )
        for column, model_field in part.fields.items():
            if column not in self.columns and not is_new:
                continue
            text = line.get(column)
            if model_field.name == "slug" and not text.strip():
                text = line.get(ENTRY).strip()
            # An empty cell of a new line is what the form shows at first.
            if is_new and not text and (model_field.has_default() or model_field.null):
                continue
            try:
                if model_field.name == "org_number" and len(text) > model_field.max_length:
                    text = tidy_org_number(text)
                row[model_field.attname] = from_text(model_field, text, self.slugs)
            except ValidationError as error:
                problems.append(
                    _("Kolonne «%(column)s»: %(why)s") % {"column": column, "why": " ".join(error.messages)}
                )
        if problems:
            raise ValidationError(problems)


def _defaults(part):
    values = {f.attname: f.get_default() for f in part.fields.values()}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
