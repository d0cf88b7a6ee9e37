import json
import re
from importlib.metadata import version
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.supply.test_lock import packages
from tilbud.management.commands import bill_of_materials

pytestmark = pytest.mark.once


def printed():
    out = StringIO()
    call_command("bill_of_materials", stdout=out)
    return out.getvalue()


def test_bill_names_every_locked_package_with_version_licence_and_hashes():
    bill = json.loads(printed())

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert bill["metadata"]["component"]["name"] == "tilbud"
    assert len(bill["components"]) == len(packages("requirements.lock"))
    by_name = {component["name"]: component for component in bill["components"]}
    for line in packages("requirements.lock"):
        name, locked = line.split()[0].split("==")
        assert by_name[name]["version"] == locked
        assert by_name[name]["purl"] == f"pkg:pypi/{name}@{locked}"
        assert [found["content"] for found in by_name[name]["hashes"]] == re.findall(r"sha256:(\w+)", line)
        if ";" not in line:
            assert by_name[name]["licenses"], name
            assert version(name) == locked
    assert by_name["django"]["licenses"] == [{"expression": "BSD-3-Clause"}]


def test_bill_is_the_same_bytes_every_time():
    assert printed() == printed()


def test_bill_of_another_environment_than_the_locked_is_refused(monkeypatch):
    monkeypatch.setattr(
        bill_of_materials, "metadata", lambda name: {"Version": "0.1", "License-Expression": "MIT", "License": ""}
    )

    with pytest.raises(CommandError, match=r"0\.1 er installert, men låsefilen sier"):
        printed()
