import csv

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from regions.models import Place
from tests.factories import make_place

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("latitude", "longitude"), [(None, None), (59.913, 10.746), (57, 4), (72, 32)])
def test_coordinates_are_both_or_none(latitude, longitude):
    place = make_place(latitude=latitude, longitude=longitude)

    place.full_clean(exclude=["source"])
    assert Place.objects.filter(pk=place.pk, latitude=latitude, longitude=longitude).exists()


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(59.9, None), (None, 10.7), (10.7, 59.9), (56.9, 10), (72.1, 10), (60, 3.9), (60, 32.1), (0, 0)],
)
def test_coordinates_alone_or_outside_norway_are_refused(latitude, longitude):
    with pytest.raises(IntegrityError):
        make_place(latitude=latitude, longitude=longitude)


def test_half_a_coordinate_is_explained_to_the_editor():
    place = make_place()
    place.latitude = 59.9

    with pytest.raises(ValidationError) as error:
        place.validate_constraints()

    assert error.value.messages == ["Oppgi både breddegrad (57–72) og lengdegrad (4–32), eller ingen av dem."]


def test_places_of_the_file_have_its_coordinates(directory):
    with (settings.BASE_DIR / "fixtures" / "steder.csv").open(encoding="utf-8", newline="") as file:
        expected = {
            row["slug"]: (float(row["latitude"]), float(row["longitude"])) if row["latitude"] else (None, None)
            for row in csv.DictReader(file)
        }

    found = {place.slug: (place.latitude, place.longitude) for place in Place.objects.filter(slug__in=expected)}

    assert found == expected
    assert sum(latitude is None for latitude, _longitude in found.values()) == 10
