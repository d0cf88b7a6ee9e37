from django.core.checks import Error, Tags, register
from django.db import connections


@register(Tags.database)
def norwegian_letters(app_configs, databases, **kwargs):
    """Refuse a PostgreSQL database whose locale does not know å: sorting and comparing would be wrong."""
    errors = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute("SELECT lower('Å') = 'å'")
            if not cursor.fetchone()[0]:
                errors.append(
                    Error(
                        "PostgreSQL-databasen kjenner ikke norske bokstaver (lower('Å') gir ikke å).",
                        hint="Lag databasen på nytt med LOCALE 'C.UTF-8' eller 'nb_NO.UTF-8' og ENCODING 'UTF8'.",
                        id="tilbud.E001",
                    )
                )
    return errors
