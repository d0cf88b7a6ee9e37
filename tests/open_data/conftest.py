import pytest

from tests.factories import make_institution, make_source


@pytest.fixture
def source(empty_directory):
    return make_source(slug="rapport")


@pytest.fixture
def nordlys(source):
    return make_institution(slug="nordlys", name="Nordlyshuset", source=source, locator="kap. 1, linje 2-4")
