"""What is wrong with a document, said before or after the database says no."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tilbud.entries.kinds import KINDS


def problems_of(kind, document):
    """Return what is wrong with a document, in sentences; an empty list when it can be saved."""
    kind = KINDS[kind]
    problems = _faults(kind.shape, [document["fields"]])
    for name, shape in kind.rows.items():
        problems += _faults(shape, document["rows"].get(name, []))
    return problems


def values_of(shape, plain):
    """Return the columns of a document's row as the model wants them. Raises ValidationError."""
    fields = {field.attname: field for field in shape.fields}
    return {name: fields[name].to_python(value) for name, value in plain.items() if name in fields}


def _faults(shape, rows):
    problems = []
    for row in rows:
        values = _values_or_fault(shape, row, problems)
        if values is None:
            continue
        obj = shape.model(**values)
        try:
            obj.clean_fields(exclude=[f.name for f in shape.model._meta.fields if f.is_relation or f.generated])
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                label = shape.model._meta.get_field(name).verbose_name
                problems.append(f"{shape.model._meta.verbose_name}, {label}: {' '.join(texts)}")
    return problems + _dangling(shape, rows)


def _values_or_fault(shape, row, problems):
    try:
        return values_of(shape, row)
    except ValidationError as error:
        problems.append(f"{shape.model._meta.verbose_name}: {' '.join(error.messages)}")
        return None


def _dangling(shape, rows):
    """Sentences about rows that point to what has been deleted, or lack what they must point to."""
    problems = []
    for field in (f for f in shape.fields if f.is_relation):
        wanted = {row[field.attname] for row in rows if row.get(field.attname) is not None}
        missing = wanted - set(field.related_model.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        if missing or (not field.null and any(row.get(field.attname) is None for row in rows)):
            problems.append(
                _("%(fact)s: «%(field)s» mangler eller er slettet.")
                % {"fact": shape.model._meta.verbose_name, "field": field.verbose_name}
            )
    return problems


def message_of(kind, error):
    """Return the Norwegian message of the constraint the database says was broken."""
    text = str(error)
    for shape in (KINDS[kind].shape, *KINDS[kind].rows.values()):
        meta = shape.model._meta
        for constraint in meta.constraints:
            # SQLite names the columns of a broken unique constraint, PostgreSQL the constraint.
            columns = [
                f"{meta.db_table}.{meta.get_field(name).column}" for name in getattr(constraint, "fields", ())
            ]
            if constraint.name in text or (columns and ", ".join(columns) in text):
                return str(constraint.get_violation_error_message())
        if meta.db_table in text:
            return _("%(fact)s: står der allerede.") % {"fact": meta.verbose_name}
    return _("Databasen tar ikke imot dette.")
