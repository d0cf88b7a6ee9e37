"""Reads the files in `fixtures/` into the shape of the whole directory.

The files are written for people who review them: an institution with its offers and facts inside, the line
of the source beside each fact, defaults said once per file. Here they become the flat lists of `shape.py`.
`[[institutions]]` defines an institution, `[[additions]]` gives one that is defined elsewhere more facts.
"""

import csv
import tomllib

from tilbud.open_data.load import LoadError
from tilbud.open_data.shape import SHAPES

RENAMED = {"current": "is_current", "doubtful": "is_doubtful", "to": "other", "to_name": "other_name"}
PLAIN_LISTS = ("sources", "regions", "counties")


def read_fixtures(folder):
    """Return the document all files below `folder` make up together. Raises LoadError, naming the file."""
    reader = _Reader(folder)
    for path in sorted(folder.rglob("*.toml")):
        try:
            reader.read(path, tomllib.loads(path.read_text("utf-8")))
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise LoadError(f"{path.relative_to(folder)}: {type(error).__name__} {error}") from error
    return reader.finish()


def _rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class _Reader:
    def __init__(self, folder):
        self.folder = folder
        self.document = {key: [] for key in SHAPES if key != "loaded"}
        self.institutions = {}
        self.additions = []
        self.places = {}
        self.check_methods = {}

    def read(self, path, data):
        """Take in one TOML file."""
        defaults = {"source": data.pop("source", ""), "chapter": data.pop("chapter", "")}
        for key in PLAIN_LISTS:
            self.document[key] += data.pop(key, [])
        for entry in data.pop("institutions", []):
            if entry["slug"] in self.institutions:
                raise ValueError(f"institusjonen {entry['slug']} står to ganger")
            self.institutions[entry["slug"]] = (entry, defaults)
        self.additions += [(entry, defaults) for entry in data.pop("additions", [])]
        self.document["contradictions"] += [
            _contradiction(entry, defaults) for entry in data.pop("contradictions", [])
        ]
        self.document["remarks"] += [(note, defaults) for note in data.pop("notes", [])]
        if data:
            raise ValueError(f"ukjente nøkler: {', '.join(data)}")

    def finish(self):
        """Resolve what the files say of each other and return the document."""
        self.check_methods = {s["slug"]: s.get("check_method", "published") for s in self.document["sources"]}
        self._read_places()
        self._read_survey()
        self.document["remarks"] = [self._fact(note, defaults) for note, defaults in self.document["remarks"]]
        for slug, (entry, defaults) in self.institutions.items():
            self._institution(slug, entry, defaults)
        by_slug = {entry["slug"]: entry for entry in self.document["institutions"]}
        for entry, defaults in self.additions:
            slug = entry.pop("institution")
            if slug not in by_slug:
                raise LoadError(f"Tillegg til institusjonen «{slug}», som ikke finnes.")
            self._add(by_slug[slug], entry, defaults)
        for entry in self.document["institutions"]:
            entry["names"] = _once_each(entry["names"], entry["name"])
            entry["affiliations"] = _merge_equal(entry["affiliations"])
        return self.document

    def _read_places(self):
        counties = {(county["name"], county["division"]): county["slug"] for county in self.document["counties"]}
        for row in _rows(self.folder / "steder.csv"):
            self.places[f"{row['name']}, {row['county_2007']}"] = row["slug"]
            self.document["places"].append(
                row
                | {
                    "county_2007": counties[row["county_2007"], 2007],
                    "county": counties[row["county"], 2024] if row["county"] else None,
                    "latitude": float(row["latitude"]) if row["latitude"] else None,
                    "longitude": float(row["longitude"]) if row["longitude"] else None,
                }
            )
        self.counties_2007 = {name: slug for (name, division), slug in counties.items() if division == 2007}

    def _read_survey(self):
        survey = self.folder / "kartlegging-2007"
        self.document["survey_cells"] = [
            row
            | {
                "row_number": int(row["row_number"]),
                "line": int(row["line"]),
                "institution": row["institution"] or None,
            }
            for row in _rows(survey / "tabeller.csv")
        ]
        self.document["survey_totals"] = [
            row | {"line": int(row["line"])} for row in _rows(survey / "totaler.csv")
        ]

    def _institution(self, slug, entry, defaults):
        _note_to_remark(entry)
        lists = {key: entry.pop(key, []) for key in (*SHAPES["institutions"].children, "collaborations", "offers")}
        institution = self._fact(entry, defaults) | {key: [] for key in SHAPES["institutions"].children}
        self.document["institutions"].append(institution)
        self._add(institution, lists, defaults)

    def _add(self, institution, entry, defaults):
        """Put the facts of `entry` on `institution`; a plain value only fills what is still empty."""
        _note_to_remark(entry)
        for key in SHAPES["institutions"].children:
            institution[key] += [self._fact(fact, defaults) for fact in entry.pop(key, [])]
        for fact in entry.pop("collaborations", []):
            self.document["collaborations"].append(
                self._fact(fact, defaults) | {"institution": institution["slug"]}
            )
        for offer in entry.pop("offers", []):
            self._offer(institution["slug"], offer, defaults)
        for ignored in ("at", "source", "locator", "chapter"):
            entry.pop(ignored, None)
        for key, value in self._values(entry).items():
            if not institution.get(key):
                institution[key] = value

    def _offer(self, institution, offer, defaults):
        _note_to_remark(offer)
        lists = {key: offer.pop(key, []) for key in SHAPES["offers"].children}
        facts = {key: [self._fact(fact, defaults) for fact in facts] for key, facts in lists.items()}
        self.document["offers"].append(self._fact(offer, defaults) | facts | {"institution": institution})

    def _fact(self, data, defaults):
        """Return a fact with its source, place in the source and how it was obtained."""
        data = dict(data)
        source = data.pop("source", defaults["source"])
        chapter = data.pop("chapter", defaults["chapter"])
        at = data.pop("at", "")
        locator = data.pop("locator", "") or ", ".join(filter(None, (chapter, at and f"linje {at}")))
        if "unconfirmed" in data:
            data["is_confirmed"] = not data.pop("unconfirmed")
        provenance = {"source": source, "locator": locator, "check_method": self.check_methods[source]}
        return self._values(data) | provenance

    def _values(self, data):
        values = {RENAMED.get(key, key): value for key, value in data.items()}
        if values.get("place"):
            try:
                values["place"] = self.places[values["place"]]
            except KeyError:
                raise LoadError(f"Stedet «{values['place']}» mangler i steder.csv.") from None
        if values.get("kind") in ("phone", "sms") and not values.get("is_doubtful"):
            values.setdefault("as_printed", values["value"])
            values["value"] = "".join(letter for letter in values["value"] if letter.isdigit())
        if values.get("county"):
            values["county"] = self.counties_2007[values["county"]]
        return values


def _note_to_remark(entry):
    """A note on an institution or an offer itself is a remark of ours, with the same place in the source."""
    if note := entry.pop("note", ""):
        where = {key: entry[key] for key in ("source", "chapter", "at", "locator") if key in entry}
        entry["remarks"] = [*entry.get("remarks", []), {"topic": "other", "text": note} | where]


def _contradiction(entry, defaults):
    entry = dict(entry)
    chapter = entry.pop("chapter", defaults["chapter"])
    for side in ("first", "second"):
        entry.setdefault(f"{side}_source", entry.get("source", defaults["source"]))
        own_chapter = entry.pop(f"{side}_chapter", chapter)
        at = entry.pop(f"{side}_at", "")
        entry.setdefault(f"{side}_locator", ", ".join(filter(None, (own_chapter, at and f"linje {at}"))))
    entry.pop("source", None)
    entry.pop("at", None)
    return entry


def _once_each(names, main_name):
    """Keep the first of each name: several tables print the same short form."""
    seen = {main_name}
    return [fact for fact in names if not (fact["name"] in seen or seen.add(fact["name"]))]


def _merge_equal(affiliations):
    """Make one of affiliations that several chapters state alike, with every place that states it."""
    merged = {}
    for fact in affiliations:
        key = (
            fact["kind"],
            fact.get("other"),
            fact.get("other_name"),
            fact["source"],
            fact.get("is_current", True),
        )
        if key in merged:
            first = merged[key]
            if fact["locator"] not in first["locator"]:
                first["locator"] += f"; {fact['locator']}"
            first["note"] = "; ".join(filter(None, (first.get("note"), fact.get("note"))))
        else:
            merged[key] = fact
    return list(merged.values())
