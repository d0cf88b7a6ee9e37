import pytest
from django.conf import settings

from tilbud.models import DirectoryVersion, Offer
from tilbud.open_data.fixtures import read_fixtures
from tilbud.open_data.load import load_directory
from tilbud.open_data.shape import SHAPES


def load_fixtures():
    load_directory(read_fixtures(settings.BASE_DIR / "fixtures"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Fill the test database once with the real directory; what a test changes is rolled back after it."""
    with django_db_blocker.unblock():
        load_fixtures()


@pytest.fixture
def directory(db):
    """The real directory, also in tests with `transactional_db`, which find it emptied by the one before."""
    if not Offer.objects.exists():
        load_fixtures()


@pytest.fixture
def empty_directory(db):
    """The database without the directory, for tests that count or that load it themselves."""
    shapes = [child for shape in SHAPES.values() for child in (shape, *shape.children.values())]
    for shape in shapes:
        # Both databases check foreign keys only at the end, so the order is of no matter.
        shape.model.objects.all()._raw_delete(using="default")
    DirectoryVersion.objects.bump()


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """A password hash is slow by design, a third of a second for every user a test makes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
