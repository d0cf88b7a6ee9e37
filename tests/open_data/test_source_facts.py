import pytest

from tests.factories import make_fact, make_offer
from tests.open_data.source_report import missing, run
from tilbud.models import AgeLimit, Collaboration, Contact, Figure, OperatingAgreement, Remark

pytestmark = pytest.mark.once

# Model, lines, what stands there, what does not, and how that is reported.
FACTS = [
    (AgeLimit, "5", {"min_age": 15}, {"min_age": 16}, "min_age 16"),
    (AgeLimit, "5", {"wording": "fra femten år og opp"}, {"wording": "fra femti år"}, "wording fra femti år"),
    (AgeLimit, "11", {"max_age": 11}, {"max_age": 10}, "max_age 10"),
    (Figure, "5-6", {"kind": "members", "value": 1250}, {"value": 250}, "value 250"),
    (Figure, "5-6", {"kind": "members", "value": 3000}, {"value": 13000}, "value 13000"),
    (Figure, "5-6", {"kind": "other", "value": 12}, {"value": 2}, "value 2"),
    (OperatingAgreement, "10", {"partner": "Helse Prøve"}, {"partner": "Helse Prø"}, "partner Helse Prø"),
    (OperatingAgreement, "5", {"partner": "Huset", "places": 12}, {"places": 11}, "places 11"),
    (Contact, "7", {"kind": "phone", "value": "22334455"}, {"value": "22334456"}, "value 22334456"),
    (Contact, "7", {"kind": "phone", "value": "22334455"}, {"value": "23344550"}, "value 23344550"),
    (
        Contact,
        "7-9",
        {"kind": "email", "value": "post@nordlyshuset.example"},
        {"value": "post@nord.example"},
        None,
    ),
    (Contact, "7-8", {"kind": "visit", "value": "Fjellveien 3"}, {"value": "Fjellveien 4"}, "value 4"),
    (
        Contact,
        "7-8",
        {"kind": "visit", "value": "Fjellveien 3", "postal_code": "8999"},
        {"postal_code": "8998"},
        None,
    ),
    (
        Contact,
        "7-8",
        {"kind": "web", "value": "fjellveien", "as_printed": "Fjell-veien 3"},
        {"as_printed": "X"},
        None,
    ),
    (Collaboration, "9-10", {"partner_name": "Al-Anon", "direction": "mutual"}, {"partner_name": "Al Anon"}, None),
    (Remark, "5", {"topic": "other", "text": "Gruppen har «høyst 12»."}, {"text": "Gruppen har 13."}, "text 13"),
    (Remark, "5", {"topic": "other", "text": "Ikke mer."}, {"text": "Gruppen er «stor»."}, "text stor"),
]


@pytest.mark.parametrize(("model", "lines", "right", "wrong", "reported"), FACTS)
def test_fact_is_found_as_printed_and_missing_when_changed(
    nordlys, tmp_path, model, lines, right, wrong, reported
):
    owner = {"offer": make_offer(institution=nordlys)} if model is AgeLimit else {"institution": nordlys}
    fact = make_fact(model, locator=f"kap. 1, linje {lines}", **owner, **right)
    assert missing(tmp_path) == []
    model.objects.filter(pk=fact.pk).update(**wrong)
    field, value = next(iter(wrong.items()))
    assert missing(tmp_path) == [f"{model.__name__} {reported or f'{field} {value}'}"]


def test_word_divided_outside_the_cited_lines_is_missing(nordlys, tmp_path):
    offer = make_offer(institution=nordlys)
    fact = make_fact(AgeLimit, offer=offer, wording="er for familier", locator="kap. 1, linje 4-5")
    assert missing(tmp_path) == []
    AgeLimit.objects.filter(pk=fact.pk).update(locator="kap. 1, linje 4")
    assert missing(tmp_path) == ["AgeLimit wording er for familier"]


def test_year_of_the_survey_may_tell_which_report_is_meant(nordlys, tmp_path):
    offer = make_offer(institution=nordlys, locator="kap. 1, linje 5", catchment_note="Ifølge rapporten fra 2007.")
    assert missing(tmp_path) == []
    offer.catchment_note = "Siden 2007."
    offer.save()
    assert missing(tmp_path) == ["Offer catchment_note 2007"]


def test_numbers_are_our_own_only_after_the_words_that_say_so(nordlys, tmp_path):
    text = "Gruppen har høyst 12. Vår telling: 14."
    remark = make_fact(Remark, institution=nordlys, topic="other", text=text, locator="kap. 1, linje 5")
    written, failed = run(tmp_path)
    assert not failed
    assert "tallene ikke slått opp: 1" in written
    remark.text = "Gruppen har 14, vår telling: 12."
    remark.save()
    assert missing(tmp_path) == ["Remark text 14"]
