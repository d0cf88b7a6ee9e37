import pytest

from regions.models import County, Place
from regions.norwegian import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ålesund", "aalesund"),
        ("Ålesund", "alesund"),
        ("Tromsø", "tromsoe"),
        ("Mosjøen", "mosjoen"),
        ("Sør-Trøndelag", "sor-trondelag"),
        ("Ære", "are"),
        ("  Mo   i Rana ", "mo i rana"),
        ("A\u030alesund", "Ålesund"),
        ("Café", "cafe"),
    ],
)
def test_fold_makes_spellings_of_one_name_equal(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Os", "Oslo"), ("Bø", "Bi"), ("Hamar", "Hammer")])
def test_fold_keeps_different_names_apart(one, other):
    assert fold(one) != fold(other)


@pytest.mark.django_db
def test_places_are_ordered_by_the_norwegian_alphabet(directory):
    names = list(Place.objects.filter(name__in=["Ås", "Arendal", "Øystre", "Ørland", "Ålesund", "Ytre Namdal"]))

    assert [place.name for place in names] == ["Arendal", "Ytre Namdal", "Ørland", "Ålesund"]


@pytest.mark.django_db
def test_county_of_2007_leads_to_todays(directory):
    county = County.objects.get(name="Hedmark")

    assert county.successor.name == "Innlandet"
    assert county.region.slug == "helse-ost"
    assert county.successor.region.slug == "helse-sor-ost"
    assert str(county) == "Hedmark (2007)"
