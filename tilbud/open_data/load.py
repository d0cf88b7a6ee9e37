import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tilbud.models import DirectoryVersion, LoadedEntry
from tilbud.open_data.shape import SHAPES, SHORTCUTS, canonical


class LoadError(Exception):
    """An entry cannot be loaded; the text says which one and why. Nothing of the document has been loaded."""


@dataclass
class Report:
    """What a loading did: entries added by list, entries left alone, entries the files have changed since."""

    added: Counter = field(default_factory=Counter)
    kept: int = 0
    changed: list = field(default_factory=list)


@transaction.atomic
def load_directory(document):
    """Add every entry of `document` that was never loaded before; all of it or nothing.

    An entry is an object with a slug and the facts inside it. One that has been loaded once is the
    editors' own and is left alone, changed or deleted. Raises LoadError.
    """
    loading = _Loading(document)
    for key, shape in SHAPES.items():
        if key != "loaded":
            loading.load_list(key, shape)
    LoadedEntry.objects.bulk_create(
        [LoadedEntry(key=key, digest=digest) for key, digest in sorted(loading.ledger.items())]
    )
    if loading.ledger:
        DirectoryVersion.objects.bump()
    return loading.report


@transaction.atomic
def restore_directory(document):
    """Fill an empty database with an exported `document`. Raises LoadError when the database is not empty."""
    if any(shape.model.objects.exists() for shape in SHAPES.values()):
        raise LoadError("Databasen er ikke tom. Gjenoppretting skriver aldri over noe: bruk en ny database.")
    loading = _Loading(document)
    for key, shape in SHAPES.items():
        loading.load_list(key, shape)
    DirectoryVersion.objects.bump()
    return loading.report


class _Loading:
    def __init__(self, document):
        unknown = set(document) - set(SHAPES)
        if unknown:
            raise LoadError(f"Ukjente lister i dataene: {', '.join(sorted(unknown))}.")
        self.document = document
        self.report = Report()
        self.loaded = dict(LoadedEntry.objects.values_list("key", "digest"))
        self.ledger = {}
        self.ids = {}
        self.new_slugs = defaultdict(set)

    def load_list(self, key, shape):
        entries = self.document.get(key, [])
        if shape.order == ("slug",):
            entries = self._new_entries(key, shape, entries)
        elif key == "collaborations":
            entries = [entry for entry in entries if entry["institution"] in self.new_slugs["institutions"]]
        elif key != "loaded":
            entries = self._new_list(key, entries)
        self._create(key, shape, entries)
        self.report.added[key] += len(entries)

    def _new_entries(self, key, shape, entries):
        """Return the entries never loaded before, and note them in the ledger."""
        existing = set(shape.model.objects.values_list("slug", flat=True))
        new = []
        for entry in entries:
            if entry["slug"] in self.new_slugs[key]:
                raise LoadError(f"{key}/{entry['slug']} står to ganger i dataene.")
            if self._is_new(f"{key}/{entry['slug']}", entry) and entry["slug"] not in existing:
                self.new_slugs[key].add(entry["slug"])
                new.append(entry)
            else:
                self.report.kept += 1
        return new

    def _new_list(self, key, entries):
        """Return a list without slugs whole, unless it has been loaded before."""
        if not entries or self._is_new(key, entries):
            return entries
        self.report.kept += len(entries)
        return []

    def _is_new(self, key, data):
        digest = hashlib.sha256(canonical(data).encode()).hexdigest()
        if key not in self.loaded:
            self.ledger[key] = digest
            return True
        if self.loaded[key] != digest:
            self.report.changed.append(key)
        return False

    def _create(self, key, shape, entries):
        objects = [
            self._build(f"{key}/{entry.get('slug', number)}", shape, entry) for number, entry in enumerate(entries)
        ]
        # Regions and counties point to their successors in the same list: those go first.
        waiting = [obj for obj in objects if isinstance(getattr(obj, "_successor", None), str)]
        self._save(shape.model, [obj for obj in objects if obj not in waiting])
        if waiting:
            self.ids.pop(shape.model, None)
            for obj in waiting:
                obj.successor_id = self._id(shape.model, obj._successor, f"{key}/{obj.slug}")
            self._save(shape.model, waiting)
        self.ids.pop(shape.model, None)
        for name, child in shape.children.items():
            self._save(
                child.model,
                [
                    self._build(f"{key}/{entry['slug']}/{name}[{number}]", child, fact, **{child.parent: obj})
                    for obj, entry in zip(objects, entries, strict=True)
                    for number, fact in enumerate(entry.get(name, []))
                ],
            )

    def _build(self, where, shape, data, **given):
        obj = shape.model(**given)
        unknown = set(data) - {f.name for f in shape.fields} - set(shape.children) - SHORTCUTS
        if unknown:
            raise LoadError(f"{where}: ukjente opplysninger: {', '.join(sorted(unknown))}.")
        for model_field in shape.fields:
            if model_field.name not in data:
                continue
            value = data[model_field.name]
            if model_field.is_relation and model_field.related_model is shape.model:
                obj._successor = value
            elif model_field.is_relation:
                setattr(obj, model_field.attname, self._id(model_field.related_model, value, where))
            else:
                setattr(obj, model_field.attname, value)
        try:
            obj.clean_fields(exclude=[f.name for f in shape.model._meta.fields if f.is_relation or f.generated])
        except ValidationError as error:
            problems = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
            raise LoadError(f"{where}: {problems}") from error
        return obj

    def _id(self, model, slug, where):
        if slug is None:
            return None
        if model not in self.ids:
            self.ids[model] = dict(model.objects.values_list("slug", "pk"))
        try:
            return self.ids[model][slug]
        except KeyError:
            raise LoadError(f"{where}: «{slug}» finnes ikke blant {model._meta.verbose_name_plural}.") from None

    def _save(self, model, objects):
        try:
            model.objects.bulk_create(objects)
        except IntegrityError as error:
            raise LoadError(
                f"{model._meta.verbose_name_plural}: databasen avviser en oppføring: {error}"
            ) from error
