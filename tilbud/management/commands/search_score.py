import tomllib
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tilbud.finder.search import search
from tilbud.models import Offer

SEARCHES = settings.BASE_DIR / "tests" / "finder" / "searches.toml"
# Two halves, and a later set written when both had been seen.
PARTS = ["tune", "held_out", "fresh"]


class Command(BaseCommand):
    help = "Viser hvor mange av søkene i tests/finder/searches.toml som får rett svar blant de tre første."

    def add_arguments(self, parser):
        parser.add_argument("--part", choices=PARTS, help="Bare denne delen av listen.")
        parser.add_argument("--list", type=Path, default=SEARCHES, metavar="FIL", help="En annen liste.")

    def handle(self, *, part, list, **options):
        try:
            told = tomllib.loads(list.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{list}: {error}") from error
        for name in [part] if part else PARTS:
            misses = missed(told, name)
            asked = len(told[name])
            self.stdout.write(f"{name}: {asked - len(misses)} av {asked} ({1 - len(misses) / asked:.1%})")
            for text, shown in misses.items():
                self.stdout.write(f"  «{text}» ga {', '.join(shown) or 'ingenting'}")


def missed(told, part):
    """Return the searches of one part that have no right answer among the first three, with what they gave."""
    slugs = {pk: (slug, home) for pk, slug, home in Offer.objects.values_list("pk", "slug", "institution__slug")}
    known = {slug for pair in slugs.values() for slug in pair}
    misses = {}
    for text, wanted in told[part].items():
        right = {slug for name in wanted for slug in (told["groups"][name[1:]] if name[0] == "@" else [name])}
        if unknown := right - known:
            raise CommandError(f"«{text}» venter noe som ikke finnes: {', '.join(sorted(unknown))}.")
        first = [slugs[pk] for pk in search(text).ordered[:3]]
        if not any(right & set(pair) for pair in first):
            misses[text] = [slug for slug, home in first]
    return misses
