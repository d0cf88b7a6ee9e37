"""Has the directory changed since the index was built? One question, one query."""

from django.db import connection

from regions.models import County, HealthRegion, Place
from tilbud.models import (
    Activity,
    Affiliation,
    AgeLimit,
    Channel,
    Contact,
    Institution,
    InstitutionName,
    Offer,
    Payment,
    Remark,
    TargetRelation,
    WayIn,
)

# Every column the index is built from; tests/finder/test_search_version.py holds the list against the queries.
READ = {
    Offer: "id institution_id title summary status catchment is_urgent area place_id county_id",
    Institution: "id name region_id place_id",
    InstitutionName: "id institution_id name",
    Affiliation: "id institution_id kind other_id other_name is_current is_confirmed",
    Activity: "offer_id activity extent is_current",
    AgeLimit: "offer_id max_age is_current",
    Channel: "offer_id channel is_current",
    Contact: "offer_id institution_id kind value is_doubtful is_current",
    Payment: "offer_id kind is_current",
    Remark: "offer_id institution_id topic text is_current",
    TargetRelation: "offer_id relation is_current",
    WayIn: "offer_id kind is_current",
    Place: "id name county_2007_id county_id",
    County: "id name region_id",
    HealthRegion: "id name successor_id",
}


def directory_version():
    """Return a value that differs whenever a row the search reads differs, whoever changed it and however.

    PostgreSQL marks every version of a row with who wrote it and where it lies, so those are enough. SQLite has no
    such marks; there the columns themselves are compared.
    """
    stamp = {"postgresql": "sum(hashtext(ctid::text || xmin::text)::bigint)"}.get(
        connection.vendor, "group_concat(json_array({columns}))"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                # The names are those of our own models.
                f"SELECT '{table}', count(*), {stamp.format(columns=columns)} FROM {table}"  # noqa: S608
                for table, columns in ((m._meta.db_table, ", ".join(c.split())) for m, c in READ.items())
            )
        )
        return hash(tuple(cursor.fetchall()))
