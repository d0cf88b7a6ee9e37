"""Every migration of ours, whatever they are, forward and back and forward again on the real data."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.databases import own_database


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    with own_database(tmp_path_factory.mktemp("migrations"), "migrations") as url:
        process = subprocess.run(
            [sys.executable, "-m", "tests.walk_migrations"],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tilbud.settings"},
            capture_output=True,
            text=True,
        )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def test_every_migration_back_and_forward_leaves_every_row_the_same(walked):
    told = {name: what for name, what in walked.items() if name != "export"}

    assert {"regions.0001_regions_counties_places", "tilbud.0001_directory_and_survey"} <= set(told)
    assert {name: what["changed"] for name, what in told.items() if what["changed"]} == {}
    # Those that change tables already there met the whole directory.
    assert told["tilbud.0002_desk"]["rows"] > 5000


def test_every_migration_down_and_up_leaves_the_export_equal(walked):
    assert walked["export"]["length"] > 500_000
    assert walked["export"]["same"]
