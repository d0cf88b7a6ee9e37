"""A process killed while it saves: python tests/storms/kills.py --kills 100 --seed 1

It saves, publishes drafts and takes in files without end, and says so each time one of them has returned
(«lagret»). It is killed at a random moment; then a fresh process looks for what is only half there, and for what
was confirmed and is gone. Works on the database DATABASE_URL names, which must be empty; ends with 1 on any fault.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from itertools import count
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tilbud.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from tests.staff import make_user  # noqa: E402
from tests.storms.wholeness import all_documents, faults_of, missing  # noqa: E402
from tilbud.desk.transfer.jobs import apply_job  # noqa: E402
from tilbud.entries import current_number, make_draft, publish, read_document, save_document  # noqa: E402
from tilbud.models import DirectoryVersion, ImportJob, Institution, Offer, Revision, Source  # noqa: E402

# Seconds; a few of the things the process does.
LONGEST = 0.3


def apart(work, *arguments):
    """Run `work(say, …)` in a process of its own, with Django loaded and the database not yet opened.

    Returns the id of the process, and what it says line by line.
    """
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, os.fdopen(reader)
    os.close(reader)
    try:
        with os.fdopen(writer, "w", buffering=1) as told:
            work(lambda said: print(json.dumps(said), file=told), *arguments)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def answer_of(work, *arguments):
    pid, told = apart(work, *arguments)
    lines = [json.loads(line) for line in told]
    if os.waitpid(pid, 0)[1]:
        raise SystemExit(f"{work.__name__}: stanset av seg selv")
    return lines[0]


def prepare(say):
    call_command("migrate", verbosity=0)
    call_command("load_fixtures", verbosity=0)
    make_user(username="ola", is_superuser=True)
    say({"documents": all_documents(), "version": DirectoryVersion.objects.get().number})


# What is done without end: each returns where the word must be from now on.
def save(word, dice):
    kind, pk = anything(dice)
    document, base = with_word(kind, pk, word), current_number(kind, pk)
    change = save_document(
        kind, pk, document, base=base, how=Revision.Hows.DESK, author="Kari", reason=word
    ).revision
    return {"kind": kind, "pk": pk, "number": change.number}


def publish_draft(word, dice):
    kind, pk = anything(dice)
    draft = make_draft(kind, pk, with_word(kind, pk, word), author="Kari", reason=word)
    change = publish(draft, User.objects.get(username="ola")).revision
    return {"kind": kind, "pk": pk, "number": change.number, "draft": draft.pk}


def take_in(word, dice):
    """Four entries that are there and a new one; those children see become drafts."""
    plan = []
    for row, offer in enumerate(dice.sample(list(Offer.objects.order_by("pk")), 4), start=2):
        document = with_word("offer", offer.pk, word)
        base = current_number("offer", offer.pk)
        plan.append({"pk": offer.pk, "base": base, "slug": offer.slug, "row": row, "document": document})
    fields = plan[-1]["document"]["fields"] | {"slug": word, "title": word}
    new = {"fields": fields, "rows": {"remarks": [remark(word)]}}
    plan.append({"pk": None, "base": 0, "slug": word, "row": 6, "document": new})
    job = ImportJob.objects.create(kind="offer", file_name=word, plan=plan, state="tried", author_name="Kari")
    apply_job(job)
    return {"job": job.pk}


def anything(dice):
    model = dice.choice([Offer, Institution])
    return model._meta.model_name, dice.choice(model.objects.order_by("pk").values_list("pk", flat=True))


def with_word(kind, pk, word):
    """The entry with the word in a field of its own and in one of its facts, instead of the word before."""
    document = read_document(kind, pk)
    document["fields"]["locator"] = word
    kept = [row for row in document["rows"]["remarks"] if not row["text"].startswith("ord-")]
    document["rows"]["remarks"] = [*kept, remark(word)]
    return document


def remark(word):
    return {"id": -1, "topic": "other", "text": word, "source_id": Source.objects.earliest("pk").pk}


def work_on(say, seed, number):
    dice = random.Random(f"{seed} {number}")
    for turn in count():
        do, word = dice.choice([save, publish_draft, take_in]), f"ord-{number}-{turn}"
        say({"begun": do.__name__})
        say({"lagret": do.__name__, "word": word, **do(word, dice)})


def look(say, start, confirmed):
    wait_until_alone()
    say([*faults_of(start), *missing(confirmed)])


def wait_until_alone():
    """PostgreSQL may still be at work for the process that is gone, and finish a COMMIT it has received."""
    if connection.vendor != "postgresql":
        return
    others = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        for _attempt in range(1000):
            cursor.execute(f"{others} AND backend_type = 'client backend'")
            if not cursor.fetchall():
                return
            time.sleep(0.01)
    raise SystemExit("Databasen holder fast ved en forbindelse som er borte.")


def kill_one(number, seed, dice):
    """Let a process work and kill it. Returns what it had confirmed, and what it was in the middle of."""
    pid, told = apart(work_on, seed, number)
    first = told.readline()
    time.sleep(dice.uniform(0, LONGEST))
    os.kill(pid, signal.SIGKILL)
    # What was cut off in the middle of a line, nobody has heard.
    lines = [json.loads(line) for line in [first, *told] if line.endswith("\n")]
    if os.waitpid(pid, 0)[1] != signal.SIGKILL:
        raise SystemExit("Prosessen stanset av seg selv.")
    return [line for line in lines if "lagret" in line], lines[-1].get("begun", "mellom to")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    start = answer_of(prepare)
    confirmed, halted, faults = [], Counter(), 0
    for number in range(options.kills):
        heard, halted_in = kill_one(number, options.seed, dice)
        confirmed += heard
        halted[halted_in] += 1
        for text in answer_of(look, start, heard):
            faults += 1
            print(f"Drap {number + 1} midt i {halted_in}: {text}")
        if sys.stdout.isatty() or not (number + 1) % 25:
            ends = "\r" if sys.stdout.isatty() else "\n"
            print(f"{number + 1} av {options.kills} drap, {faults} feil", end=ends, flush=True)
    # What was confirmed long ago is still there too.
    for text in answer_of(look, start, confirmed):
        faults += 1
        print(f"Til slutt: {text}")
    told = f"{options.kills} drap, frø {options.seed}, midt i {dict(halted)}, {len(confirmed)} bekreftet lagret"
    print(f"{told}: {faults} feil")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
