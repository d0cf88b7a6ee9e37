"""Two editors on the same entry at the same moment: python tests/storms/races.py --races 200 --seed 1

Every race draws two things an editor can do, opens both on the same version of a new offer, and sends both at
once. A loss is silent when what one of them sent is neither saved, nor kept as a draft, nor refused with a
message. Works on the database DATABASE_URL names, which must be empty; ends with 1 when anything was lost.
"""

import argparse
import os
import random
import sys
from itertools import combinations_with_replacement
from pathlib import Path
from threading import Barrier, Thread
from unittest.mock import patch

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tilbud.settings")
django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.template.response import SimpleTemplateResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils.html import escape  # noqa: E402

from tests.desk.checking import sent, where  # noqa: E402
from tests.desk.pages import add_row, address, filled_in, text_of  # noqa: E402
from tests.factories import make_fact, make_offer  # noqa: E402
from tests.staff import log_in, make_user  # noqa: E402
from tilbud.entries import read_document, save_document  # noqa: E402
from tilbud.models import Contact, Draft, ImportJob, Offer, Revision  # noqa: E402


class Editor:
    """Somebody at the desk with a browser of their own, and a word by which what they send is known again."""

    def __init__(self, name):
        self.name = name
        self.client = log_in(Client(), make_user(username=name, is_superuser=True))

    def open(self, page):
        """Open a page to see what its fields hold. Drawing it takes most of the time, and nobody looks."""
        with patch.object(SimpleTemplateResponse, "rendered_content", ""):
            response = self.client.get(page)
        response.context = response.context_data
        return response


def page_of(offer, page="change"):
    return address(Offer, page, offer.pk)


# Each way of changing an entry: opens what it needs, and returns what to send and whether something was typed.
def save_field(editor, offer, word):
    page = page_of(offer)
    return page, filled_in(editor.open(page), title=word), True


def save_row(editor, offer, word):
    page = page_of(offer)
    return page, filled_in(editor.open(page), **{"contacts-0-label": word}), True


def add_fact(editor, offer, word):
    page = page_of(offer)
    response = editor.open(page)
    data = filled_in(response)
    add_row(response, data, "remarks", topic="other", text=word, source=offer.source)
    return page, data, True


def edit_list(editor, offer, word):
    page = address(Offer, "changelist")
    formset = editor.open(f"{page}?id__exact={offer.pk}").context["cl"].formset
    row = next(form for form in formset.forms if form.instance.pk == offer.pk)
    data = {"_save": "x", "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": offer.pk}
    data |= {"form-0-status": "suspended", f"version-{offer.pk}": row.instance.latest_number}
    return f"{page}?id__exact={offer.pk}", data, True


def delete(editor, offer, word):
    page = page_of(offer, "delete")
    version = editor.open(page).context["version"]
    return page, {"post": "yes", "_version": version, "change_reason": word}, False


def restore(editor, offer, word):
    page = page_of(offer, "history")
    return page, {"restore": 0, "_version": editor.open(page).context["version"]}, False


def publish(editor, offer, word):
    page = page_of(offer)
    data = filled_in(editor.open(page), sessions=word)
    editor.client.post(page, data | {"_draft": "x"})
    draft = Draft.objects.latest("pk")
    return address(Draft, "change", draft.pk), {"act": "publish", "_version": draft.edition}, False


def check(editor, offer, word):
    return where(offer), sent(offer, result="confirmed", **{"check-note": word}), False


def take_in(editor, offer, word):
    lines = editor.client.get("/admin/filer/tilbud.csv").content.decode("utf-8-sig").splitlines()
    mine = [line for line in lines if f"{offer.slug};" in line]
    text = "\n".join([lines[0], *mine]).replace("Kort.", word)
    file = SimpleUploadedFile("tilbud.csv", text.encode("utf-8-sig"))
    b"".join(editor.client.post("/admin/filer/", {"file": file}).streaming_content)
    return f"/admin/filer/{ImportJob.objects.latest('pk').pk}/", {}, False


WAYS = [save_field, save_row, add_fact, edit_list, delete, restore, publish, check, take_in]
REFUSALS = [
    "Ikke slettet: noen har endret",
    "Ikke gjenopprettet: noen har lagret",
    "Ikke gjort: utkastet eller oppføringen er endret",
    "Noen har lagret oppføringen etter at du åpnet den",
    "endret siden",
    "eksisterer ikke",
    "er slettet",
    "finnes ikke",
]


def new_offer():
    """An offer children do not see, with a fact and one earlier version."""
    offer = make_offer(title="Samtaler")
    make_fact(Contact, offer=offer, kind="phone", value="22029280")
    return offer


def race(ways, editors, number):
    """Run one race. Returns what was lost, in words; empty when nothing was."""
    offer = new_offer()
    document = read_document("offer", offer.pk)
    document["fields"]["frequency"] = "hver uke"
    save_document("offer", offer.pk, document, base=0, how=Revision.Hows.DESK, author="Siri")
    words = [f"ord{number}a", f"ord{number}b"]
    sendings = [way(editor, offer, word) for way, editor, word in zip(ways, editors, words, strict=True)]
    answers, start = [None, None], Barrier(2)

    def send(place):
        page, data, _typed = sendings[place]
        try:
            start.wait()
            answers[place] = editors[place].client.post(page, data, follow=True)
        finally:
            connection.close()

    threads = [Thread(target=send, args=[place]) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lost = judge(ways, editors, words, sendings, answers, offer)
    # The next race finds the lists as short as this one did.
    Offer.objects.filter(pk=offer.pk).delete()
    return lost


def judge(ways, editors, words, sendings, answers, offer):
    later = list(Revision.objects.of("offer", offer.pk).filter(number__gt=1))
    lost = [f"{len(later)} lagret på samme versjon"] if len(later) > 1 else []
    saved = later[0].author_name if later else None
    if later and read_document("offer", offer.pk) != later[0].document:
        lost.append("siste versjon i historikken er ikke det som står")
    for way, editor, word, (_page, _data, typed), answer in zip(
        ways, editors, words, sendings, answers, strict=True
    ):
        if answer is None or answer.status_code >= 500:
            lost.append(f"{way.__name__}: brøt sammen")
        elif saved == editor.name:
            continue
        elif typed:
            kept = Draft.objects.open().filter(author_name=editor.name, object_id=offer.pk)
            if not any(word in str(draft.document) or way is edit_list for draft in kept):
                lost.append(f"{way.__name__}: verken lagret eller tatt vare på")
        elif not any(text in text_of(answer) or escape(text) in text_of(answer) for text in REFUSALS):
            lost.append(f"{way.__name__}: verken gjort eller avvist")
    return lost


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--races", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    # More turns between the two than a thread takes by itself.
    sys.setswitchinterval(1e-4)
    setup_test_environment()
    call_command("migrate", verbosity=0)
    editors = [Editor("kari"), Editor("ola")]
    pairs = list(combinations_with_replacement(WAYS, 2))
    dice = random.Random(options.seed)
    dice.shuffle(pairs)
    losses, winners = 0, {"kari": 0, "ola": 0}
    for number in range(options.races):
        ways = list(pairs[number % len(pairs)])
        dice.shuffle(ways)
        for text in race(ways, editors, number):
            losses += 1
            print(f"{' mot '.join(way.__name__ for way in ways)}: {text}")
        latest = Revision.objects.order_by("-pk").first()
        if latest.author_name in winners:
            winners[latest.author_name] += 1
        if sys.stdout.isatty() or not (number + 1) % 50:
            ends = "\r" if sys.stdout.isatty() else "\n"
            print(f"{number + 1} av {options.races} kappløp, {losses} tap", end=ends, flush=True)
    print(
        f"{options.races} kappløp av {len(pairs)} par, frø {options.seed}, vunnet {winners}: {losses} stille tap"
    )
    return 1 if losses else 0


if __name__ == "__main__":
    sys.exit(main())
