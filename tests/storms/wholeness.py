"""What must be true of the database whenever a process is killed: nothing half done, nothing confirmed gone."""

from collections import defaultdict

from django.apps import apps
from django.db import connection
from django.db.models import Exists, OuterRef

from tilbud.entries.reading import read_documents
from tilbud.models import DirectoryVersion, Draft, ImportJob, Institution, Offer, Revision


def all_documents():
    """Every institution and offer as a document, by «kind key»."""
    found = {}
    for model in (Institution, Offer):
        kind = model._meta.model_name
        documents = read_documents(kind, list(model.objects.values_list("pk", flat=True)))
        found |= {f"{kind} {pk}": document for pk, document in documents.items()}
    return found


def faults_of(start):
    """Return what is wrong, in words. `start` is the directory before anything was changed, and its version."""
    return [
        *half_saved(start),
        *half_published(),
        *half_taken_in(),
        *dangling_keys(),
        *damaged_file(),
    ]


def half_saved(start):
    """Entries that are not as the last line of their history says, and changes without their version."""
    expected, numbers = dict(start["documents"]), defaultdict(list)
    for revision in Revision.objects.order_by("number"):
        key = f"{revision.kind} {revision.object_id}"
        expected[key] = revision.document
        numbers[key].append(revision.number)
    now = all_documents()
    for key in expected.keys() | now.keys():
        if now.get(key) != expected.get(key):
            yield f"{key}: oppføringen er ikke som historikken sier"
    for key, found in numbers.items():
        if found != list(range(found[0], found[0] + len(found))):
            yield f"{key}: historikken har numrene {found}"
    changes = Revision.objects.exclude(how=Revision.Hows.FIRST).count()
    version = DirectoryVersion.objects.get().number - start["version"]
    if version != changes:
        yield f"katalogens versjon er økt {version} ganger for {changes} endringer"


def half_published():
    """Drafts whose state and entry do not go together. The reason is a word no other draft has."""
    live = set(Revision.objects.filter(how=Revision.Hows.DRAFT).values_list("reason", flat=True))
    for draft in Draft.objects.filter(origin=Draft.Origins.DESK):
        is_live = draft.reason in live
        if (draft.state == Draft.States.PUBLISHED) != is_live:
            yield f"utkast {draft.pk}: {draft.state}, men endringen er {'' if is_live else 'ikke '}gjort"


def half_taken_in():
    """Files of which more than nothing and less than all was done. Their name is a word no other file has."""
    done = defaultdict(int)
    for name in Revision.objects.filter(how=Revision.Hows.IMPORTED).values_list("reason", flat=True):
        done[name] += 1
    for name in Draft.objects.filter(origin=Draft.Origins.IMPORTED).values_list("reason", flat=True):
        done[name] += 1
    for job in ImportJob.objects.all():
        wanted = len(job.plan) if job.state == ImportJob.States.APPLIED else 0
        if done[job.file_name] != wanted:
            yield f"fil {job.pk}: {job.state}, og {done[job.file_name]} av {len(job.plan)} er gjort"


def dangling_keys():
    """Rows that point to a row which is not there, for every foreign key of every table."""
    for model in apps.get_models(include_auto_created=True):
        for field in (f for f in model._meta.concrete_fields if f.is_relation):
            target = field.related_model._base_manager.filter(
                **{field.target_field.attname: OuterRef(field.attname)}
            )
            lost = model._base_manager.exclude(**{field.attname: None}).filter(~Exists(target)).count()
            if lost:
                yield f"{model._meta.db_table}.{field.column}: {lost} rader peker på noe som ikke er der"


def damaged_file():
    """What SQLite says of its own file; PostgreSQL has one for a server, and no question for it."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for question, sound in (("integrity_check", [("ok",)]), ("foreign_key_check", [])):
            answer = cursor.execute(f"PRAGMA {question}").fetchall()
            if answer != sound:
                yield f"{question}: {answer[:3]}"


def missing(confirmed):
    """Return which of the things that were confirmed are not there, in words."""
    drafts = {draft.pk: draft.state for draft in Draft.objects.all()}
    jobs = {job.pk: job.state for job in ImportJob.objects.all()}
    for said in confirmed:
        if said["lagret"] == "take_in":
            is_there = jobs.get(said["job"]) == ImportJob.States.APPLIED
        else:
            saved = Revision.objects.of(said["kind"], said["pk"]).filter(number=said["number"]).first()
            is_there = saved is not None and saved.document["fields"]["locator"] == said["word"]
            if "draft" in said:
                is_there = is_there and drafts.get(said["draft"]) == Draft.States.PUBLISHED
        if not is_there:
            yield f"bekreftet og borte: {said}"
