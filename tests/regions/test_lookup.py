import csv
import tomllib

import pytest
from django.conf import settings

from regions.lookup import _gazetteer, distance_km, find_spots

FIXTURES = settings.BASE_DIR / "fixtures"


def rows(name):
    with (FIXTURES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counties(division):
    with (FIXTURES / "regioner.toml").open("rb") as file:
        return [county for county in tomllib.load(file)["counties"] if county["division"] == division]


def labels(text):
    return [spot.label for spot in find_spots(text)]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("tromso", "Tromsø (Troms)"),
        ("Tromsø", "Tromsø (Troms)"),
        ("TROMSOE", "Tromsø (Troms)"),
        ("  tromsø   kommune ", "Tromsø (Troms)"),
        ("Tromsø, Troms", "Tromsø (Troms)"),
        ("9008", "9008 Tromsø"),
        ("9008 Tromsø", "9008 Tromsø"),
        ("N-9008 tromso", "9008 Tromsø"),
        ("9008 Skrivefeil", "9008 Tromsø"),
        ("bodo", "Bodø (Nordland)"),
        ("aalesund", "Ålesund (Møre og Romsdal)"),
        ("A\u030alesund", "Ålesund (Møre og Romsdal)"),
        ("oslo", "Oslo"),
        ("Oslo fylke", "Oslo"),
        ("0320 Oslo", "Oslo"),
        ("sor-trondelag", "Sør-Trøndelag (nå Trøndelag)"),
        ("Sør Trøndelag", "Sør-Trøndelag (nå Trøndelag)"),
        ("Våler, Innlandet", "Våler (Innlandet)"),
        ("Våler i Innlandet", "Våler (Innlandet)"),
        ("vaaler (hedmark)", "Våler (Innlandet)"),
        ("Våler i Solør", "Våler (Innlandet)"),
        ("Os, Hordaland", "Os (Vestland)"),
        ("Bø i Telemark", "Bø i Telemark"),
        ("Mo i Rana", "Mo i Rana (Nordland)"),
        ("Kristiansand", "Kristiansand (Agder)"),
        ("Kristiansund N", "Kristiansund (Møre og Romsdal)"),
        ("Steinkjær", "Steinkjer (Trøndelag)"),
        ("Kárášjohka", "Karasjok (Finnmark)"),
        ("Longyearbyen", "Longyearbyen (Svalbard)"),
        ("Røyken, Buskerud", "Røyken (Akershus)"),
        ("Oppland fylke", "Oppland (nå Innlandet)"),
    ],
)
def test_one_spot_is_found_in_any_spelling(text, label):
    assert labels(text) == [label]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Os", ["Os (Innlandet)", "Os (Vestland)"]),
        ("Våler", ["Våler (Innlandet)", "Våler (Østfold)"]),
        ("Herøy", ["Herøy (Møre og Romsdal)", "Herøy (Nordland)"]),
        ("Sande", ["Sande (Møre og Romsdal)", "Sande i Sunnfjord (Vestland)", "Sande i Vestfold"]),
        (
            "Nes",
            [
                "Nes (Akershus)",
                "Nes (nå Nesbyen, Buskerud)",
                "Nes i Ådal (Buskerud)",
                "Nes på Hedmarken (Innlandet)",
            ],
        ),
        ("Tysfjord", ["Tysfjord (nå Hamarøy, Nordland)", "Tysfjord (nå Narvik, Nordland)"]),
        ("Troms og Finnmark", ["Finnmark", "Troms"]),
        ("9008 Bodø", ["9008 Tromsø", "Bodø (Nordland)"]),
    ],
)
def test_ambiguous_text_gives_several_spots_with_county(text, expected):
    assert sorted(labels(text)) == expected


@pytest.mark.parametrize(
    ("text", "label", "county", "region"),
    [
        ("Skedsmo", "Skedsmo (nå Lillestrøm, Akershus)", "akershus", "helse-sor-ost"),
        ("Orkdal", "Orkdal (nå Orkland, Trøndelag)", "trondelag", "helse-midt-norge"),
        ("Skånland", "Skånland (nå Tjeldsund, Troms)", "troms", "helse-nord"),
        ("Oppegård", "Oppegård (Akershus)", "akershus", "helse-sor-ost"),
        ("Mandal", "Mandal (Agder)", "agder", "helse-sor-ost"),
        ("Helse Øst", "Helse Øst (nå Helse Sør-Øst)", "", "helse-sor-ost"),
        ("helse sør", "Helse Sør (nå Helse Sør-Øst)", "", "helse-sor-ost"),
        ("helse-midt-norge", "Helse Midt-Norge", "", "helse-midt-norge"),
    ],
)
def test_name_of_2007_leads_to_where_it_is_today(text, label, county, region):
    (spot,) = find_spots(text)

    assert (spot.label, spot.county, spot.region) == (label, county, region)


UNKNOWN = [
    "Atlantis",
    "9999",
    "Våler, Nordland",
    "Oslo, Atlantis",
    "",
    None,
    " ",
    "i",
    ",",
    "()",
    "1",
    "kommune",
    "a i ",
]
HOSTILE = [
    "\0",
    "Tromsø\0",
    "\ud800",
    "٩٠٠٨",
    "9008" * 5,
    "Os " * 40_000,
    "x" * 100_000,
    "(" * 90,
    ", " * 45,
    "%",
    "'--",
]


@pytest.mark.parametrize("text", [*UNKNOWN, *HOSTILE], ids=lambda text: ascii(text)[:20])
def test_unknown_or_hostile_text_gives_nothing(text):
    assert find_spots(text) == []


def test_every_postcode_is_found_where_the_file_says():
    for row in rows("postnummer.csv"):
        (spot,) = find_spots(f"{row['postcode']} {row['place']}")
        assert (spot.label, spot.kind) == (f"{row['postcode']} {row['place']}", "postcode")
        assert (spot.key, spot.county) == (row["postcode"], row["county"])
        assert spot.latitude == (float(row["latitude"]) if row["latitude"] else None)


def test_every_place_and_municipality_of_the_register_is_found():
    for row in rows("postnummer.csv"):
        for name in (row["place"], row["municipality"]):
            assert row["county"] in {spot.county for spot in find_spots(name.upper())}, name


def test_every_postcode_on_the_mainland_has_coordinates_in_norway():
    elsewhere = {
        row["municipality"]
        for row in rows("postnummer.csv")
        if not (row["latitude"] and 57 < float(row["latitude"]) < 72 and 4 < float(row["longitude"]) < 32)
    }

    assert elsewhere == {"Svalbard", "Jan Mayen"}


def test_every_postcode_lies_in_a_county_of_today():
    with_county = {row["county"] for row in rows("postnummer.csv")}

    assert with_county == {county["slug"] for county in counties(2024)} | {""}


@pytest.mark.parametrize("county", counties(2007), ids=lambda county: county["slug"])
def test_every_county_of_2007_is_found_as_todays(county):
    spots = [spot for spot in find_spots(f"{county['name']} fylke") if spot.county == county["successor"]]

    assert [spot.key.removesuffix(" fylke") for spot in spots] == [county["name"]]
    assert spots[0] in find_spots(county["name"])


@pytest.mark.parametrize("place", rows("steder.csv"), ids=lambda place: place["slug"])
def test_every_place_of_the_sources_is_found_in_its_county(place):
    (county,) = (county for county in counties(2024) if county["name"] == place["county"])

    spots = find_spots(f"{place['name']}, {place['county_2007']}")

    assert [spot.county for spot in spots] == [county["slug"]]
    assert spots[0] in find_spots(place["name"])


def test_every_key_finds_its_spot_and_no_other():
    spots = {known.spot for bucket in _gazetteer().index.values() for known in bucket}

    assert len(spots) > 2000
    assert [spot for spot in spots if find_spots(spot.key) != [spot]] == []


def test_labels_of_one_answer_differ():
    gazetteer = _gazetteer()

    assert [name for name in gazetteer.index if len(set(labels(name))) < len(gazetteer.named(name))] == []


def test_distance_from_oslo_to_bergen():
    oslo, bergen = find_spots("Oslo")[0], find_spots("Bergen")[0]

    distance = distance_km(oslo.latitude, oslo.longitude, bergen.latitude, bergen.longitude)

    assert distance == pytest.approx(305, abs=3)
    assert distance_km(oslo.latitude, oslo.longitude, oslo.latitude, oslo.longitude) == 0
    assert distance_km(0, 0, 0, 180) == pytest.approx(20015, abs=1)


def test_lookup_asks_no_database():
    # pytest-django refuses any query in a test without the mark.
    assert labels("Moss") == ["Moss (Østfold)"]
