"""Taking a file in: everything or nothing, noted in the history, and what children see waits."""

import pytest
from django.core.management import CommandError, call_command

from tests.desk.transfer.files import as_csv, fetched, make_entry, tried
from tests.factories import make_fact
from tests.staff import make_user
from tilbud.desk.roles import APPROVER, EDITOR
from tilbud.desk.transfer.jobs import Refused, apply_job
from tilbud.entries import current_number, read_document, save_document
from tilbud.models import AgeLimit, Contact, Draft, ImportJob, Offer, Revision


@pytest.fixture
def entries(db):
    return [make_entry("en"), make_entry("to")]


def renamed(*slugs, title="Gruppe"):
    return [row | ({"tittel": title} if row["del"] == "tilbud" else {}) for row in fetched(slugs=set(slugs))]


def titles(entries):
    return [Offer.objects.get(pk=entry.pk).title for entry in entries]


def test_file_is_taken_in_and_noted_with_who_and_which_file(entries):
    editor, approver = make_user(EDITOR, username="kari"), make_user(APPROVER, username="ola")
    job = tried(renamed("en", "to"), author=editor, name="ringerunde")
    assert apply_job(job, approver) == {"saved": 2, "waits": 0}
    assert titles(entries) == ["Gruppe", "Gruppe"]
    revision = Revision.objects.of("offer", entries[0].pk).first()
    assert (revision.how, revision.author, revision.reason) == ("imported", editor, "ringerunde.csv")
    assert revision.approver_name == "ola"
    job.refresh_from_db()
    assert (job.state, job.applied_at is None) == ("applied", False)


def test_new_fact_and_taken_out_fact_are_written(entries):
    contact = fetched(slugs={"en"})[1]
    job = tried([contact | {"slett": "ja"}, contact | {"nr": "", "verdi": "116123"}])
    apply_job(job)
    assert list(Contact.objects.filter(offer=entries[0]).values_list("value", flat=True)) == ["116123"]
    assert tried(fetched(slugs={"en"})).plan == []


def test_new_address_of_an_entry_keeps_the_old_one_leading_there(entries, client):
    row = fetched(slugs={"en"})[0] | {"kortnavn i adressen": "nytt-navn"}
    apply_job(tried([row]))
    response = client.get("/tilbud/en/")
    assert (response.status_code, response["Location"]) == (301, "/tilbud/nytt-navn/")


def test_second_time_is_refused(entries):
    job = tried(renamed("en"))
    apply_job(job)
    with pytest.raises(Refused, match="allerede tatt inn"):
        apply_job(job)
    assert current_number("offer", entries[0].pk) == 1


def test_file_with_faults_is_never_taken_in(entries):
    job = tried(renamed("en", title=""))
    with pytest.raises(Refused, match="den har feil"):
        apply_job(job)


@pytest.mark.parametrize("seen_by_children", [False, True])
def test_entry_changed_after_the_trial_stops_everything(entries, seen_by_children):
    if seen_by_children:
        make_fact(AgeLimit, offer=entries[1], min_age=13)
    job = tried(renamed("en", "to"))
    document = read_document("offer", entries[1].pk)
    document["fields"]["title"] = "Kollegas"
    save_document("offer", entries[1].pk, document, base=0, how=Revision.Hows.DESK, author="Ola")
    with pytest.raises(Refused, match="Rad 4, «to»: Oppføringen er endret siden filen ble prøvd"):
        apply_job(job)
    assert titles(entries) == ["Samtaler", "Kollegas"]
    assert not Draft.objects.exists()
    job.refresh_from_db()
    assert job.state == ImportJob.States.TRIED


def test_new_entry_whose_address_is_taken_meanwhile_stops_everything(entries):
    new = fetched(slugs={"en"})[0] | {"oppføring": "tre", "versjon": "", "kortnavn i adressen": ""}
    job = tried([*renamed("to"), new])
    make_entry("tre")
    with pytest.raises(Refused, match="Rad 4, «tre»"):
        apply_job(job)
    assert titles(entries) == ["Samtaler", "Samtaler"]


def test_what_children_see_becomes_a_draft_by_whoever_sent_the_file(entries):
    editor = make_user(EDITOR)
    make_fact(AgeLimit, offer=entries[1], min_age=13)
    job = tried(renamed("en", "to"), author=editor)
    assert apply_job(job, make_user(APPROVER)) == {"saved": 1, "waits": 1}
    assert titles(entries) == ["Gruppe", "Samtaler"]
    draft = Draft.objects.get()
    assert (draft.state, draft.origin, draft.author, draft.object_id) == (
        "waiting",
        "imported",
        editor,
        entries[1].pk,
    )
    assert draft.document["fields"]["title"] == "Gruppe"


def test_commands_write_a_file_and_read_it_again(entries, tmp_path, capsys):
    path = tmp_path / "tilbud.csv"
    call_command("export_table", "tilbud", str(path))
    call_command("import_table", str(path), "--author", "Kari")
    assert "0 oppføringer endres" in capsys.readouterr().out
    changed = tmp_path / "endret.csv"
    changed.write_bytes(as_csv(renamed("en")))
    call_command("import_table", str(changed), "--author", "Kari")
    out = capsys.readouterr().out
    assert "2 av 2 rader lest" in out
    assert "Rad 2, en: tittel: Samtaler → Gruppe" in out
    assert titles(entries)[0] == "Samtaler"
    call_command("import_table", str(changed), "--author", "Kari", "--apply")
    assert Revision.objects.of("offer", entries[0].pk).first().author_name == "Kari"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("feil.csv", b"a;b\n1;2\n", "Filen har feil"),
        ("borte.csv", None, "borte.csv"),
        ("a.txt", b"a", "Filen har"),
    ],
)
def test_import_command_refuses_with_a_sentence(db, tmp_path, name, content, message):
    path = tmp_path / name
    if content:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        call_command("import_table", str(path), "--author", "Kari", "--apply")


@pytest.mark.parametrize("name", ["a.txt", "finnes-ikke/a.csv"])
def test_export_command_refuses_with_a_sentence(db, tmp_path, name):
    with pytest.raises(CommandError):
        call_command("export_table", "tilbud", str(tmp_path / name))
