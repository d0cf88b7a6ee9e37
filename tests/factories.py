"""Rows for tests: each function sets only what the database demands or what must be unique.

As everything that changes the directory, they say so to its version; a test that changes a row itself does too.
"""

from itertools import count

from regions.models import County, HealthRegion, Place
from tilbud.models import Contradiction, DirectoryVersion, Institution, Offer, Source, SurveyCell, SurveyTotal

numbers = count(1)


def create(model, **values):
    DirectoryVersion.objects.bump()
    return model.objects.create(**values)


def make_source(**values):
    slug = f"prove-{next(numbers)}"
    return create(Source, **{"slug": slug, "title": f"Kilde {slug}", **values})


def make_region(**values):
    slug = f"prove-{next(numbers)}"
    return create(HealthRegion, **{"slug": slug, "name": f"Helse {slug}", "order": 1, "source": "x", **values})


def make_county(**values):
    """A county of today; give `division=2007` and `successor` for one of then."""
    slug = f"prove-{next(numbers)}"
    given = {"slug": slug, "name": f"Fylke {slug}", "division": County.Divisions.TODAY, "source": "x", **values}
    if "region" not in given:
        given["region"] = make_region()
    return create(County, **given)


def make_place(**values):
    slug = f"prove-{next(numbers)}"
    given = {"slug": slug, "name": f"Sted {slug}", "source": "x", **values}
    if "county_2007" not in given:
        given["county_2007"] = make_county(division=County.Divisions.THEN, successor=make_county())
    return create(Place, **given)


def make_institution(**values):
    slug = f"prove-{next(numbers)}"
    given = {"slug": slug, "name": f"Institusjon {slug}", "kind": Institution.Kinds.FOUNDATION, **values}
    if "source" not in given:
        given["source"] = make_source()
    return create(Institution, **given)


def make_offer(**values):
    slug = f"prove-{next(numbers)}"
    given = {
        "slug": slug,
        "title": f"Tilbud {slug}",
        "summary": "Kort.",
        "status": Offer.Statuses.OFFERED,
        **values,
    }
    if "institution" not in given:
        given["institution"] = make_institution()
    if "source" not in given:
        given["source"] = given["institution"].source
    return create(Offer, **given)


def make_fact(model, **values):
    """A fact with the source of the institution or offer it is about, or with a new one."""
    owner = values.get("institution") or values.get("offer")
    return create(model, **{"source": owner.source if owner else make_source(), **values})


def make_contradiction(**values):
    source = make_source()
    said = {"subject": "Antall", "first": "to", "second": "tre", "first_locator": "s. 1", "second_locator": "s. 2"}
    return create(
        Contradiction,
        **{"slug": f"prove-{next(numbers)}", "first_source": source, "second_source": source, **said, **values},
    )


def make_survey_cell(**values):
    given = {"sector": "public", "table": "profile", "column": "treatment", "row_number": next(numbers), "line": 1}
    given |= {"row": "Rad", "value": "Ja", **values}
    if "region" not in given:
        given["region"] = make_region()
    return create(SurveyCell, **given)


def make_survey_total(**values):
    return create(
        SurveyTotal,
        **{
            "table": "chapter-8",
            "row": f"Rad {next(numbers)}",
            "column": "sum",
            "value": "7",
            "line": 1,
            **values,
        },
    )
