import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import (
    make_fact,
    make_institution,
    make_offer,
    make_place,
    make_region,
    make_source,
    make_survey_cell,
    make_survey_total,
)
from tilbud.models import (
    Activity,
    Affiliation,
    AgeLimit,
    Collaboration,
    Contact,
    Contradiction,
    Figure,
    InstitutionName,
    OperatingAgreement,
    Remark,
)
from tilbud.open_data.shape import SHAPES
from tilbud.open_data.source_check import (
    NAMES,
    NUMBERS,
    OWN_WORDS,
    PHRASES,
    SUMMARIES,
    cited_shapes,
    fold,
    in_words,
    literal,
    number,
)

# Line 1 is the heading of chapter 1, line 13 that of chapter 2.
REPORT = """1
Om Nordlyshuset

Nordlyshuset på Storvik er for fami-
lier. De tar imot fra femten år og opp, høyst 12 i gruppen. Huset har 1
250 medlemmer og rundt tre tusen venner. Tilbudet er helt gra-
tis. Ring 22 33 44 55 eller skriv til Fjell-
veien 3, 8999 Storvik (post@nordlys-
huset.example).
De samarbeider med Al-
Anon og har driftsavtale med Helse Prøve.

2
Tabeller

Vest Bjørk, Lind

Huset Ja  ja 
Nordlys-
huset  ja  
Tomt hus    
Sum 14 9  4 
"""


@pytest.fixture
def source(empty_directory):
    return make_source(slug="rapport")


@pytest.fixture
def nordlys(source):
    return make_institution(slug="nordlys", name="Nordlyshuset", source=source, locator="kap. 1, linje 2-4")


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


def test_name_on_its_line_is_found(nordlys, tmp_path):
    assert missing(tmp_path) == []


def test_finding_names_owner_value_and_place(nordlys, tmp_path):
    make_fact(Figure, institution=nordlys, kind="members", value=77, locator="kap. 1, linje 5-6")
    written, failed = run(tmp_path)
    assert failed
    assert "Figure | nordlys | value | 77 | kap. 1, linje 5-6\n" in written
    assert re.search(r"^Figure\.value +1 / 1$", written, re.MULTILINE)
    assert re.search(r"^Institution\.name +1 / 0$", written, re.MULTILINE)


def test_name_on_another_line_is_missing(nordlys, tmp_path):
    nordlys.locator = "kap. 1, linje 10-11"
    nordlys.save()
    assert missing(tmp_path) == ["Institution name Nordlyshuset"]


def test_mended_name_is_found_by_its_printed_form(nordlys, tmp_path):
    nordlys.name = "Nordlyshusene"
    nordlys.save()
    assert missing(tmp_path) == ["Institution name Nordlyshusene"]
    make_fact(InstitutionName, institution=nordlys, name="Nordlyshuset", locator="kap. 1, linje 4")
    assert missing(tmp_path) == []


def test_other_name_must_stand_on_its_own_line(nordlys, tmp_path):
    make_fact(InstitutionName, institution=nordlys, name="Nordlyshuse", locator="kap. 1, linje 4")
    assert missing(tmp_path) == ["InstitutionName name Nordlyshuse"]


@pytest.mark.parametrize(
    ("model", "values", "lines", "wrong"),
    [
        (AgeLimit, {"min_age": 15}, "4-5", {"min_age": 16}),
        (AgeLimit, {"wording": "fra femten år"}, "5", {"wording": "fra femti år"}),
        (AgeLimit, {"max_age": 14, "wording": "femten"}, "5", {"max_age": 13}),
    ],
)
def test_age_limit(nordlys, tmp_path, model, values, lines, wrong):
    offer = make_offer(institution=nordlys, locator="kap. 1, linje 4-5")
    text = REPORT.replace("fra femten år", "fra femten år, ikke un-\nder femten") if "max_age" in values else REPORT
    fact = make_fact(model, offer=offer, locator=f"linje {lines}{'-6' if text != REPORT else ''}"[:11], **values)
    fact.locator = "kap. 1, linje 4-6"
    fact.save()
    assert missing(tmp_path, text=text) == []
    model.objects.filter(pk=fact.pk).update(**wrong)
    field, value = next(iter(wrong.items()))
    assert missing(tmp_path, text=text) == [f"AgeLimit {field} {value}"]
