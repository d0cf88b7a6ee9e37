import json
import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

# name==version, a marker for other platforms, and then one hash for each file the package comes as.
PACKAGE = re.compile(r"^([a-z0-9.-]+)==(\S+)(?: ; (.+?))?((?: \\\n +--hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)


class Command(BaseCommand):
    help = (
        "Skriver hva katalogen er laget av, som CycloneDX 1.5 (JSON): hver pakke i requirements.lock med versjon, "
        "lisens og SHA-256 av filene den kommer som. Lik låsefil gir like byte."
    )

    def handle(self, **options):
        project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]
        lock = (settings.BASE_DIR / "requirements.lock").read_text("utf-8")
        document = {
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "version": 1,
            "metadata": {"component": _component("application", project["name"], project["version"])},
            "components": [_package(*found) for found in PACKAGE.findall(lock)],
        }
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))


def _component(kind, name, version):
    return {"type": kind, "bom-ref": f"{name}@{version}", "name": name, "version": version}


def _package(name, version, marker, hashes):
    return _component("library", name, version) | {
        "purl": f"pkg:pypi/{name}@{version}",
        "licenses": _licences(name, version, marker),
        "hashes": [{"alg": "SHA-256", "content": content} for content in re.findall(r"[0-9a-f]{64}", hashes)],
    }


def _licences(name, version, marker):
    """Return what the installed package says of its licence; one for another platform says nothing here."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        if marker:
            return []
        raise CommandError(f"{name} er ikke installert. Kjør make start, og prøv igjen.") from None
    if told["Version"] != version:
        raise CommandError(
            f"{name} {told['Version']} er installert, men låsefilen sier {version}. Kjør make start."
        )
    if expression := told["License-Expression"]:
        return [{"expression": expression}]
    classified = [
        line.split(" :: ")[-1] for line in told.get_all("Classifier", []) if line.startswith("License ::")
    ]
    names = [name for name in classified if name != "OSI Approved"] or [told["License"] or ""]
    return [{"license": {"name": name}} for name in names if name]
