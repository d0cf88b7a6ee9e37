"""The pages for files: who may do what, the file that is read while one waits, and the button that takes it in."""

import io
import re

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.desk.transfer.files import as_csv, fetched, make_entry, sent, tried
from tests.factories import make_fact, make_offer
from tests.staff import log_in, make_user
from tilbud.models import AgeLimit, ImportJob, Institution, Offer


@pytest.fixture
def entry(db):
    return make_entry()


def renamed(title="Gruppe"):
    own, contact = fetched(slugs={"en"})[:2]
    return [own | {"tittel": title}, contact]


def text_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("reader_client", {"see", "export", "template", "job"}),
        ("editor_client", {"see", "export", "template", "job", "try"}),
        ("approver_client", {"see", "export", "template", "job", "try", "apply"}),
        ("administrator_client", {"see", "export", "template", "job", "try", "apply"}),
    ],
)
def test_each_role_may_do_its_part_and_no_more(entry, role, allowed, request):
    client = request.getfixturevalue(role)
    job = tried(renamed())
    answers = {
        "see": client.get("/admin/filer/"),
        "export": client.get("/admin/filer/tilbud.csv"),
        "template": client.get("/admin/filer/institusjoner-mal.xlsx"),
        "job": client.get(f"/admin/filer/{job.pk}/"),
        "try": sent(client, renamed()),
        "apply": client.post(f"/admin/filer/{job.pk}/"),
    }
    assert {name for name, answer in answers.items() if answer.status_code != 403} == allowed
    job.refresh_from_db()
    assert (job.state == "applied") == ("apply" in allowed)
    assert ("Ta inn alt" in text_of(answers["job"])) == ("apply" in allowed)
    assert ("Prøv filen" in text_of(answers["see"])) == ("try" in allowed)


def test_somebody_of_the_desk_without_a_role_sees_no_files(entry):
    client = log_in(Client(), make_user())
    for address in ("/admin/filer/", "/admin/filer/tilbud.csv", "/admin/filer/tilbud-mal.csv"):
        assert client.get(address).status_code == 403


def test_visitor_is_sent_to_the_login(entry, client):
    response = client.get("/admin/filer/tilbud.csv")
    assert response.status_code == 302
    assert "login" in response["Location"]


@pytest.mark.parametrize("address", ["tilbud.pdf", "kilder.csv", "tilbud-mal.xls", "999999/"])
def test_file_that_is_not_there_is_not_found(entry, admin_client, address):
    assert admin_client.get(f"/admin/filer/{address}").status_code == 404


def test_export_is_a_file_with_a_name_of_the_day(entry, reader_client):
    response = reader_client.get("/admin/filer/tilbud.csv")
    assert re.fullmatch(r'attachment; filename="tilbud-\d{4}-\d\d-\d\d\.csv"', response["Content-Disposition"])
    assert response.content.startswith(b"\xef\xbb\xbfoppf\xc3\xb8ring;versjon;del;nr;slett;")


def test_file_is_tried_looked_at_and_taken_in(entry, editor_client, approver_client):
    page = text_of(sent(editor_client, renamed()))
    job = ImportJob.objects.get()
    assert f'<a href="/admin/filer/{job.pk}/">Ferdig. Se hva filen vil endre</a>' in page
    assert page.rstrip().endswith("</html>")
    assert job.author_name == "redaktor"
    looked_at = text_of(approver_client.get(f"/admin/filer/{job.pk}/"))
    assert "tittel: Samtaler → Gruppe" in looked_at
    done = approver_client.post(f"/admin/filer/{job.pk}/", follow=True)
    assert "1 oppføring er lagret" in text_of(done)
    assert Offer.objects.get(pk=entry.pk).title == "Gruppe"
    again = approver_client.post(f"/admin/filer/{job.pk}/", follow=True)
    assert "Filen er allerede tatt inn" in text_of(again)


def test_file_that_is_stale_when_taken_in_says_so_and_is_closed(entry, approver_client):
    job = tried(renamed())
    sent_first = tried(renamed("Kurs"))
    approver_client.post(f"/admin/filer/{sent_first.pk}/")
    page = text_of(approver_client.post(f"/admin/filer/{job.pk}/", follow=True))
    assert "Rad 2, «en»: Oppføringen er endret siden filen ble prøvd." in page
    job.refresh_from_db()
    assert (job.state, Offer.objects.get(pk=entry.pk).title) == ("refused", "Kurs")


def test_long_file_tells_how_far_it_has_come(entry, editor_client):
    lines = [{"oppføring": f"finnes-ikke-{n}", "del": "tilbud", "nr": "", "tittel": "x"} for n in range(2500)]
    page = text_of(sent(editor_client, lines))
    told = re.findall(r"<li>([\d\xa0]+) av 2\xa0500 rader lest</li>", page)
    assert [told[0], told[3], told[-1], len(told)] == ["250", "1\xa0000", "2\xa0500", 10]
    job = ImportJob.objects.get()
    assert (job.state, len(job.report)) == ("refused", 2501)
    shown = text_of(editor_client.get(f"/admin/filer/{job.pk}/?p=2"))
    assert "Side 2 av 13" in shown
    assert "Rett radene under" in shown


def test_bad_row_changes_nothing_and_is_named_first(entry, editor_client):
    make_entry("to")
    other = fetched(slugs={"to"})[1] | {"slag": "e-post", "verdi": "kari.nordmann@eksempel.no"}
    own, contact = renamed()
    text_of(sent(editor_client, [other, own, contact | {"verdi": "12"}]))
    job = ImportJob.objects.get()
    page = text_of(editor_client.get(f"/admin/filer/{job.pk}/"))
    rows = re.findall(r"<tr>\s*<td>(.*?)</td>", page)
    # The whole file, the fault, and only then what changes and what is a doubt.
    assert rows == ["–", "4", "2", "2"]
    assert page.index("«12» er ikke et norsk nummer") < page.index("ser ut som adressen til en person")
    assert Offer.objects.get(pk=entry.pk).title == "Samtaler"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"tull", "a.exe", "må være en CSV-fil"),
        (b"a;b", "a.csv", "mangler kolonnen"),
        (b"PK\x03\x04", "a.xlsx", "Excel"),
    ],
)
def test_file_nobody_can_read_is_refused_with_a_sentence(entry, editor_client, content, name, words):
    assert "Filen har feil, og ingenting er endret" in text_of(sent(editor_client, content, name))
    job = ImportJob.objects.get()
    assert words in text_of(editor_client.get(f"/admin/filer/{job.pk}/"))


def test_no_file_and_too_large_a_file_are_said_beside_the_field(entry, editor_client):
    assert "errorlist" in text_of(editor_client.post("/admin/filer/", {}))
    page = text_of(sent(editor_client, b"a" * 10_000_001, "a.csv"))
    assert "Filen er for stor. Den kan ha høyst 10 MB" in page
    assert not ImportJob.objects.exists()


def test_failure_while_the_page_is_written_is_told_and_logged(entry, editor_client, monkeypatch, caplog):
    monkeypatch.setattr("tilbud.desk.transfer.jobs.Trial.keep", lambda trial: 1 / 0)
    page = text_of(sent(editor_client, renamed()))
    assert "Noe gikk galt hos oss. Ingenting er endret." in page
    assert page.rstrip().endswith("</html>")
    assert "Innlesing av fil" in caplog.text


def test_text_too_long_for_excel_is_sent_on_to_csv(entry, reader_client):
    make_offer(summary="x" * 32_768)
    page = text_of(reader_client.get("/admin/filer/tilbud.xlsx", follow=True))
    assert "Hent filen som CSV" in page


def test_names_in_a_report_are_escaped(entry, editor_client):
    job = tried(renamed("<script>alert(1)</script>"), name="<b>fil</b>")
    page = text_of(editor_client.get(f"/admin/filer/{job.pk}/"))
    assert "<script>alert" not in page
    assert "<b>fil" not in page


@pytest.mark.parametrize("jobs", [1, 15])
def test_page_asks_the_same_of_the_database_with_few_files_and_many(
    entry, editor_client, jobs, django_assert_num_queries
):
    for number in range(jobs):
        ImportJob.objects.create(kind="offer", file_name=f"{number}.csv", state="tried")
    editor_client.get("/admin/filer/")
    with django_assert_num_queries(6):
        editor_client.get("/admin/filer/")


def test_template_explains_every_column_and_lists_the_short_names(entry, reader_client):
    content = reader_client.get("/admin/filer/tilbud-mal.xlsx").content
    data, explanation, names = load_workbook(io.BytesIO(content)).worksheets
    columns = [cell.value for cell in data[1]]
    explained = {row[0].value for row in explanation.iter_rows(min_row=2)}
    assert explained == set(columns)
    assert ("institusjon", "hus-en") in {(row[0].value, row[1].value) for row in names.iter_rows(min_row=2)}
    status = next(row for row in explanation.iter_rows() if row[0].value == "status")
    assert status[3].value.startswith("gis, gis bare ved behov, planlagt")


def test_template_for_csv_is_the_heading_alone(entry, reader_client):
    lines = reader_client.get("/admin/filer/institusjoner-mal.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("oppføring;versjon;del;nr;slett;kortnavn i adressen;navn;slag;")


def test_filled_template_makes_a_new_institution(db, approver_client):
    source = make_entry("x").source
    row = {"oppføring": "ny-klinikk", "del": "institusjon", "nr": "", "navn": "Ny klinikk", "slag": "stiftelse"}
    text_of(sent(approver_client, as_csv([row | {"kilde": source.slug}])))
    approver_client.post(f"/admin/filer/{ImportJob.objects.get().pk}/")
    assert Institution.objects.get(slug="ny-klinikk").name == "Ny klinikk"


def test_waiting_draft_is_announced_before_and_after(entry, approver_client):
    make_fact(AgeLimit, offer=entry, min_age=13)
    job = tried(renamed())
    assert "Barn ser denne oppføringen" in text_of(approver_client.get(f"/admin/filer/{job.pk}/"))
    page = text_of(approver_client.post(f"/admin/filer/{job.pk}/", follow=True))
    assert "1 venter som utkast" in page
