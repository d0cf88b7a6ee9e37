"""Which addresses are public pages that are the same for everybody, and the one way each of them is written."""

import re
from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict

FINDER = "place region relation age profile format payment access dependence sector".split()
# Every public address and the parameters its page reads, in the order of its form.
PARAMETERS = {
    "/": (),
    "/tilbud/": (*FINDER, "page"),
    "/institusjoner/": ("page",),
    "/helseregioner/": (),
    "/kartlegging-2007/": (),
    "/barn/": ("age", "place"),
    "/trygg/": (),
    "/henviser/": (*FINDER, "sort", "page"),
    "/henviser/tabell.csv": (*FINDER, "sort", "page"),
    "/liste/": (),
    "/akutt/": (),
    "/om/": (),
    "/personvern/": (),
    "/tilgjengelighet/": (),
}
DETAILS = re.compile(r"/(?:tilbud|institusjoner|helseregioner)/[-\w]+/|/tilbud/[-\w]+/henvisning/", re.ASCII)
# Search words and the list somebody takes along: such a page is nobody else's, and is never kept.
PRIVATE = {"q", "o"}
SAYS_PRIVATE = re.compile(r"(?:^|&)[qo]=")
# Pages that say what is open at this minute; all others are the same for a day.
BY_THE_MINUTE = {"/akutt/"}
LONGEST = 1000


def canonical(path, query):
    """Return the query of a public page as it is always written, or None for an address that is left as it is.

    Known parameters in the order of the form, and nothing else: what others hang on to a shared link (`fbclid`)
    would else follow the visitor through every link of the page.
    """
    known = PARAMETERS.get(path)
    if known is None and DETAILS.fullmatch(path):
        known = ()
    if known is None or len(query) > LONGEST:
        return None
    if not query:
        return ""
    # Told apart before anything is remembered of the query.
    return None if SAYS_PRIVATE.search(query) else _ordered(path, query, known)


@lru_cache(2000)
def _ordered(path, query, known):
    values = QueryDict(query.encode("latin-1"))
    if PRIVATE & values.keys():
        return None
    # An empty field of the finder says nothing; an empty form of the children's page gets a message.
    says_something = (lambda value: True) if path == "/barn/" else bool
    pairs = [
        (name, value)
        for name in known
        for value in values.getlist(name)
        if name == "page" or says_something(value)
    ]
    return urlencode(pairs)
