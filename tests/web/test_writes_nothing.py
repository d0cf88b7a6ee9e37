"""Nobody's visit is counted or noted: a public page only reads. On each database, which notes in its own way."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.browser.test_pages import ADDRESSES


def test_visit_writes_nothing_in_the_database(client, directory):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for address in ADDRESSES:
            client.get(address)
        client.post("/tilbud/", {"q": "samtale"})
        client.get("/admin/")

    # To read, and to set how this connection reads.
    harmless = ("SELECT", "(SELECT", "DECLARE", "WITH", "PRAGMA", "SET ")
    written = [query["sql"] for query in queries if not query["sql"].startswith(harmless)]
    assert len(queries) > len(ADDRESSES)
    assert written == []
