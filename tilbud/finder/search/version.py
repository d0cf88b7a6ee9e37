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

READ = [
    Offer,
    Institution,
    InstitutionName,
    Affiliation,
    Activity,
    AgeLimit,
    Channel,
    Contact,
    Payment,
    Remark,
    TargetRelation,
    WayIn,
    Place,
    County,
    HealthRegion,
]


def directory_version():
    """Return a value that differs whenever a row the search reads differs, whoever changed it and however.

    PostgreSQL marks every version of a row with who wrote it and where it lies, so those are enough. SQLite has no
    such marks; there the rows themselves are compared.
    """
    stamp = _postgresql_stamp if connection.vendor == "postgresql" else _sqlite_stamp
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(stamp(model._meta) for model in READ))
        return hash(tuple(cursor.fetchall()))


def _postgresql_stamp(meta):
    table = connection.ops.quote_name(meta.db_table)
    return f"SELECT '{meta.db_table}', count(*), sum(hashtext(ctid::text || xmin::text)::bigint) FROM {table}"


def _sqlite_stamp(meta):
    table, quote = connection.ops.quote_name(meta.db_table), connection.ops.quote_name
    row = " || ".join(f"quote({quote(field.column)})" for field in meta.concrete_fields)
    return f"SELECT '{meta.db_table}', count(*), group_concat({row}) FROM {table}"
