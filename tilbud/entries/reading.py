"""An entry as a document: plain values that can be stored, compared and written back.

`{"fields": {column: value}, "rows": {list: [{"id": key, column: value}]}}`. Keys of other rows are kept as they
are in this database; dates as ISO text.
"""

from collections import defaultdict

from tilbud.entries.kinds import KINDS


def read_document(kind, pk):
    """Return the entry as a document; None when there is no such entry."""
    return read_documents(kind, [pk]).get(pk)


def read_documents(kind, pks):
    """Return many entries as documents by key: one query, and one for each list of facts."""
    kind = KINDS[kind]
    documents = {
        obj.pk: {"fields": plain_values(obj, kind.shape), "rows": {}}
        for obj in kind.model.objects.filter(pk__in=pks).order_by("pk")
    }
    for name, shape in kind.rows.items():
        rows = defaultdict(list)
        for fact in shape.model.objects.filter(**{f"{shape.parent}__in": list(documents)}).order_by("pk"):
            rows[getattr(fact, f"{shape.parent}_id")].append({"id": fact.pk, **plain_values(fact, shape)})
        for pk, document in documents.items():
            document["rows"][name] = rows[pk]
    return documents


def plain_values(obj, shape):
    """Return the columns of one row as values JSON can hold."""
    values = {field.attname: getattr(obj, field.attname) for field in shape.fields}
    return {name: v.isoformat() if hasattr(v, "isoformat") else v for name, v in values.items()}


def title_of(kind, document):
    """Return what an entry is called, from its document."""
    fields = document["fields"]
    name = next((fields[n] for n in ("title", "name", "subject", "text") if fields.get(n)), fields.get("slug"))
    return str(name or "")[:350]
