"""A small source text, and the check of what the database says against it."""

from io import StringIO

from django.core.management import CommandError, call_command

# Chapter 1 is line 1-12, chapter 2 line 13-24. A cell of a table ends in a space, an empty one too.
REPORT_LINES = [
    "1",  # 1
    "Om Nordlyshuset",
    "",
    "Nordlyshuset på Storvik er for fami-",  # 4
    "lier. De tar imot fra femten år og opp, høyst 12 i gruppen. Huset har 1",
    "250 medlemmer og rundt tre tusen venner. Tilbudet er helt gra-",
    "tis. Ring 22 33 44 55 eller skriv til Fjell-",
    "veien 3, 8999 Storvik (post@nordlys-",
    "huset.example). De samarbeider med Al-",
    "Anon og har avtale med Helse Prøve.",  # 10
    "Ingen er under tolv.",
    "",
    "2",  # 13
    "Tabeller",
    "",
    "Vest Bjørk, Lind,",  # 16
    "Lund",
    "Huset Ja  ja ",  # 18
    "Nordlys-",
    "huset  ja  ",
    "Tomt hus    ",
    "Sum 14 9  4 ",  # 22
    " 14 9 4 ",
    "",
]
REPORT = "\n".join(REPORT_LINES)


def run(tmp_path, name="rapport", text=REPORT):
    """Return what the command wrote, and whether it failed."""
    (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    written = StringIO()
    try:
        call_command("check_sources", str(tmp_path), stdout=written)
    except CommandError as error:
        return f"{written.getvalue()}{error}", True
    return written.getvalue(), False


def missing(tmp_path, **options):
    """Return «model field value» of all that was not found."""
    written, failed = run(tmp_path, **options)
    lines = [line.split(" | ") for line in written.splitlines() if " | " in line and not line.startswith("Merk")]
    assert failed == bool(lines)
    return [f"{model} {field} {value}" for model, _, field, value, *_ in lines]
