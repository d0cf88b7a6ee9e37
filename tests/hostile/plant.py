"""Hostile text in every field of a directory: python -m tests.hostile.plant (DATABASE_URL: one that is filled)."""

import os

# Written by an editor; a new way in for text is one more line here, by name as its model may have no rows to fill.
WAYS_IN = [
    *["tilbud.Institution", "tilbud.InstitutionName", "tilbud.Affiliation", "tilbud.OperatingAgreement"],
    *["tilbud.Offer", "tilbud.Activity", "tilbud.TargetRelation", "tilbud.AgeLimit", "tilbud.Payment"],
    *["tilbud.WayIn", "tilbud.Channel", "tilbud.Contact", "tilbud.Remark", "tilbud.Figure"],
    *["tilbud.Collaboration", "tilbud.Source", "tilbud.Contradiction", "tilbud.SurveyCell", "tilbud.SurveyTotal"],
    *["regions.Place", "regions.County", "regions.HealthRegion", "tilbud.Report"],
    *["tilbud.Draft", "tilbud.Revision", "tilbud.Check", "tilbud.Skip", "tilbud.ProviderLink", "tilbud.ImportJob"],
]
# Whether they are filled decides what a row is; they stay empty where they were.
ONLY_WHERE_FILLED = {"other_name", "partner", "partner_name", "doubt", "postal_code"}


def text_fields(model):
    """The fields of a model that take any text: no choice, no slug, no pattern."""
    from django.db.models import CharField, TextField

    for field in model._meta.concrete_fields:
        is_free = isinstance(field, CharField | TextField) and not (
            field.choices or field.generated or field.unique
        )
        has_pattern = any(hasattr(validator, "regex") for validator in field.validators)
        if is_free and not has_pattern:
            yield field


def packed(texts, start, length):
    """As many of the texts, from number `start` on and round again, as there is room for."""
    result = texts[start % len(texts)][:length]
    for number in range(start + 1, start + len(texts)):
        longer = f"{result} {texts[number % len(texts)]}"
        if len(longer) > (length or 10_000):
            break
        result = longer
    return result


def plant(model, texts, links):
    """Fill every text of every row; over the rows a field holds each of the texts, if there are rows enough."""
    fields = list(text_fields(model))
    rows = list(model.objects.order_by("pk"))
    for number, row in enumerate(rows):
        for field in fields:
            # A field of a hundred letters has room for three.
            start = number * max(1, (field.max_length or 0) // 50)
            if field.name not in ONLY_WHERE_FILLED or getattr(row, field.attname):
                setattr(row, field.attname, packed(texts, start, field.max_length))
        if model._meta.label == "tilbud.Contact":
            contact(row, texts, links, number)
        if model._meta.label == "tilbud.Source":
            row.url, row.is_link_safe = links[number % len(links)], True
            fields += [field for field in model._meta.fields if field.name in ("url", "is_link_safe")]
    names = {field.name for field in fields}
    if model._meta.label == "tilbud.Contact":
        names |= {"check_method", "checked_on"}
    model.objects.bulk_update(rows, names)


def contact(row, texts, links, number):
    """A link only where a person has looked, and a number that can be called: the worst case of each."""
    from datetime import date

    row.check_method, row.checked_on = "web", date(2026, 1, 2)
    if row.kind in ("phone", "sms"):
        row.value = row.value if row.is_doubtful else "22029280"
    elif row.kind in ("web", "chat"):
        row.value = links[number % len(links)]
    elif row.kind == "email":
        row.value = f"x@e.example?bcc=y@e.example&body={texts[number % len(texts)]}"


def make_reports(model):
    """What visitors have written of an offer; to be filled with the rest."""
    from tilbud.models import Offer

    offer = Offer.objects.order_by("pk").first()
    model.objects.bulk_create(
        model(offer=offer, fault="other", text="x", stamp=str(number), was_quick=False) for number in range(10)
    )


def hostile_document(kind, pk):
    """An entry of which every text is hostile, as a provider or an editor may have written it."""
    from tests.hostile.payloads import SCRIPTS
    from tilbud.entries import KINDS, read_document

    document, number = read_document(kind, pk), 0
    shapes = {"": KINDS[kind].shape, **KINDS[kind].rows}
    for name, rows in {"": [document["fields"]], **document["rows"]}.items():
        free = [field.attname for field in text_fields(shapes[name].model)]
        for row in rows:
            numbers = {"value"} if row.get("kind") in ("phone", "sms") else set()
            for column in set(free) & set(row) - ONLY_WHERE_FILLED - numbers:
                row[column] = SCRIPTS[number % len(SCRIPTS)]
                number += 1
    return document


def make_drafts(model):
    from tilbud.entries import make_draft
    from tilbud.models import Institution, Offer

    for kind, entries in (("offer", Offer.objects), ("institution", Institution.objects)):
        pk = entries.order_by("pk").first().pk
        make_draft(kind, pk, hostile_document(kind, pk), author="x", origin="provider")


def make_revisions(model):
    from tilbud.models import Draft

    for draft in Draft.objects.all():
        for number, document in enumerate([draft.base, draft.document]):
            about = {"number": number, "title": "x", "how": "draft", "reason": "x", "approver_name": "x"}
            model.objects.create(kind=draft.kind, object_id=draft.object_id, document=document, **about)
        # The draft was made before: it is merged with what is hostile on both sides.
        draft.base = draft.base | {"fields": draft.base["fields"] | {"source_id": None}}
        draft.save()


def make_checks(model):
    from tilbud.models import Offer

    offer = Offer.objects.order_by("pk").first()
    for _ten_times in range(10):
        model.objects.create(offer=offer, method="called", result="changed", what="x", note="x", answered_by="x")


def make_skips(model):
    from datetime import date

    from tilbud.models import Offer

    model.objects.create(offer=Offer.objects.order_by("pk").first(), reason="x", until=date(2030, 1, 1))


def make_links(model):
    from datetime import UTC, datetime

    from tilbud.models import Institution

    institution = Institution.objects.order_by("pk").first()
    for number in range(10):
        expires = datetime(2030, 1, 1, tzinfo=UTC)
        model.objects.create(institution=institution, nonce=str(number), expires_at=expires, answered_by="x")


def make_jobs(model):
    from tests.hostile.payloads import SCRIPTS

    lines = [
        {"row": number, "what": what, "entry": text, "text": text}
        for number, text in enumerate(SCRIPTS)
        for what in ("error", "changed")
    ]
    model.objects.create(kind="offer", file_name="x", state="refused", report=lines)


# Ways in that have no rows until somebody writes.
MAKERS = {
    "tilbud.Report": make_reports,
    "tilbud.Draft": make_drafts,
    "tilbud.Revision": make_revisions,
    "tilbud.Check": make_checks,
    "tilbud.Skip": make_skips,
    "tilbud.ProviderLink": make_links,
    "tilbud.ImportJob": make_jobs,
}


def plant_everything():
    from django.apps import apps

    from tests.hostile.payloads import LINKS, SCRIPTS

    for label in WAYS_IN:
        model = apps.get_model(label)
        if label in MAKERS:
            MAKERS[label](model)
        plant(model, SCRIPTS, LINKS)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tilbud.settings")
    import django

    django.setup()
    plant_everything()
    # What lets an editor's browser in.
    from tests.hostile.conftest import staff_headers

    print(staff_headers()["Cookie"].split(";")[0].removeprefix("sessionid="))
