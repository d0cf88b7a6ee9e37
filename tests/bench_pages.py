"""How the pages answer on the real directory and on one many times its size: python tests/bench_pages.py

Prints a Markdown table of queries and milliseconds. The trial databases are SQLite files, kept in a folder
for temporary files until the code or the data they are made from change.
"""

import argparse
import cProfile
import hashlib
import io
import json
import logging
import os
import pstats
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
MADE_FROM = ["fixtures/**/*", "*/migrations/*.py", "*/models/*.py", "tilbud/open_data/*.py"]
MADE_FROM += ["regions/models.py", "tilbud/management/commands/grow_directory.py"]
# {offer} and {institution} are real ones, the same in both databases.
PAGES = {
    "forsiden": ("/", None),
    "listen": ("/tilbud/", None),
    "tre valg": ("/tilbud/?age=16&relation=parent&region=helse-vest", None),
    "Bergen": ("/tilbud/?place=Bergen", None),
    "Karasjok": ("/tilbud/?place=Karasjok&age=40", None),
    "søk": ("/tilbud/", "gruppe for foreldre"),
    "søk med skrivefeil": ("/tilbud/", "grupe for foreldr"),
    "tilbud": ("/tilbud/{offer}/", None),
    "institusjon": ("/institusjoner/{institution}/", None),
    "region": ("/helseregioner/helse-sor-ost/", None),
    "institusjoner": ("/institusjoner/", None),
    "kartleggingen": ("/kartlegging-2007/", None),
    "akutt": ("/akutt/", None),
    "barn": ("/barn/", None),
    "henviser": ("/henviser/", None),
}
# One page is not measured for longer than this, however many rounds are asked for.
LONGEST = 20


def main():
    options = read_options()
    if options.measure:
        print(json.dumps(measure(options)))
        return
    times = [1, options.times]
    databases = [trial_database(number, options.seed) for number in times]
    small, large = (run_apart(database) for database in databases)
    print(table(small, large, times))
    for name, profile in large["profiles"].items():
        print(f"\n{name} på {options.times}×:\n\n```\n{profile}\n```")


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100, help="how many times the real size (100)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5, help="requests of each page (5)")
    parser.add_argument("--only", nargs="+", metavar="PAGE", choices=PAGES, help=", ".join(PAGES))
    parser.add_argument("--profile", nargs="+", default=[], metavar="PAGE", help="where the time of a page goes")
    parser.add_argument(
        "--cpu", action="store_true", help="the time of the process, not the clock: for a busy machine"
    )
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


# ---- The databases


def trial_database(times, seed):
    """Return the file of a database `times` the real size, made unless it is there."""
    folder = Path(tempfile.gettempdir()) / f"tilbud-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{digest()}-seed{seed}-{times}x.sqlite3"
    if not path.exists():
        start = time.monotonic()
        # Somewhere else until it is whole.
        with tempfile.TemporaryDirectory(dir=folder) as unfinished:
            database = Path(unfinished) / path.name
            manage(database, "migrate", "-v0")
            manage(database, "load_fixtures")
            if times > 1:
                grow = ["grow_directory", f"--times={times}", f"--seed={seed}", "--yes-this-is-a-trial-database"]
                manage(database, *grow)
            database.rename(path)
        print(f"{path}: laget på {time.monotonic() - start:.0f} s", file=sys.stderr)
    return path


def digest():
    """Return a name for the state of everything the databases are made from."""
    files = sorted({path for pattern in MADE_FROM for path in ROOT.glob(pattern) if path.is_file()})
    contents = (f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes() for path in files)
    return hashlib.sha256(b"\n".join(contents)).hexdigest()[:10]


def environment(path):
    # Not what this shell happens to hold: a debug setting would measure something else.
    settings = {"ALLOWED_HOSTS", "DEBUG", "HASHED_STATIC", "PRODUCTION", "SECRET_KEY", "BEHIND_PROXY"}
    kept = {name: value for name, value in os.environ.items() if name not in settings}
    return kept | {"DATABASE_URL": f"sqlite:///{path}", "DJANGO_SETTINGS_MODULE": "tilbud.settings"}


def manage(path, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment(path), check=True, stdout=subprocess.DEVNULL)


# ---- Measuring, in a process of its own for each database


def run_apart(path):
    """Measure every page in a fresh process, so that nothing is warm and nothing is left from the other."""
    command = [sys.executable, __file__, "--measure", *sys.argv[1:]]
    done = subprocess.run(command, cwd=ROOT, env=environment(path), check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def measure(options):
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    # An address that does not exist yet has its line below the table.
    logging.disable(logging.WARNING)
    names = options.only or list(PAGES)
    pages, real = {}, real_slugs()
    for name in names:
        address, words = PAGES[name]
        pages[name] = measure_page(address.format(**real), words, options)
    profiles = {
        name: profile_page(pages[name]["address"], PAGES[name][1]) for name in names if name in options.profile
    }
    return {"pages": pages, "profiles": profiles}


def real_slugs():
    """Return the institution with the most offers, and one of its offers; no copies."""
    from django.db.models import Count

    from tilbud.management.commands.grow_directory import SLUG
    from tilbud.models import Institution

    real = Institution.objects.exclude(slug__startswith=f"{SLUG}-").annotate(number=Count("offers"))
    institution = real.order_by("-number", "slug").first()
    return {"institution": institution.slug, "offer": institution.offers.order_by("slug").first().slug}


def ask(address, words):
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    return client.get(address) if words is None else client.post(address, {"q": words})


def measure_page(address, words, options):
    """Return the status, the queries, and the milliseconds of the first request and of those after it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    clock = time.process_time if options.cpu else time.perf_counter
    milliseconds, begun = [], time.monotonic()
    while len(milliseconds) < 2 or (len(milliseconds) <= options.rounds and time.monotonic() - begun < LONGEST):
        start = clock()
        response = ask(address, words)
        milliseconds.append((clock() - start) * 1000)
        if response.status_code != 200:
            return {"address": address, "words": words, "status": response.status_code}
    with CaptureQueriesContext(connection) as queries:
        ask(address, words)
    first, *warm = milliseconds
    return {
        "address": address,
        "words": words,
        "status": 200,
        "first": first,
        "median": median(warm),
        "queries": len(queries),
        "kilobytes": len(response.content) / 1024,
    }


def profile_page(address, words):
    """Return the slowest queries of a page and the functions most time is spent below."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        ask(address, words)
    slowest = sorted(queries, key=lambda query: -float(query["time"]))[:3]
    profile, text = cProfile.Profile(), io.StringIO()
    profile.runcall(ask, address, words)
    pstats.Stats(profile, stream=text).strip_dirs().sort_stats("cumulative").print_stats(40)
    lines = [f"{query['time']} s  {query['sql'][:1500]}" for query in slowest] + text.getvalue().splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip())


# ---- The table


def table(small, large, times):
    """Return a Markdown table; it ends with the first request of a fresh process, and the size of the page."""
    one, many = (f"{number}×" for number in times)
    heads = ["Side", f"Spørringer {one}", many, f"ms {one}", many, "Forhold", f"Første {many}, ms", f"kB {many}"]
    lines = [" | ".join(heads), " | ".join(["---"] + ["--:"] * (len(heads) - 1))]
    missing = []
    for name, page in large["pages"].items():
        before, shown = small["pages"][name], page["address"]
        if page["words"]:
            shown = f"POST {shown} q={page['words']}"
        if page["status"] != 200 or before["status"] != 200:
            missing.append(f"Hoppet over: {shown} svarer {page['status']}.")
            continue
        cells = [shown, before["queries"], page["queries"], f"{before['median']:.0f}", f"{page['median']:.0f}"]
        cells += [f"{page['median'] / before['median']:.1f}", f"{page['first']:.0f}", f"{page['kilobytes']:.0f}"]
        lines.append(" | ".join(str(cell) for cell in cells))
    return "\n".join([*(f"| {line} |" for line in lines), *missing])


if __name__ == "__main__":
    main()
