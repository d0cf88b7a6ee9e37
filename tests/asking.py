"""How many questions a page asks the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def questions(client, page):
    """Count the queries of a page for who has been there before.

    A connection that goes from the desk to a visitor, or back, is first set up for it, and what is read once for
    all visitors is read by the first. Neither is the page's own; both depend on which test was before.
    """
    questions_at_once(client, page)
    return questions_at_once(client, page)


def questions_at_once(client, page):
    """Count the queries of a page, also those that set the connection up."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200, page
    return len(queries)
