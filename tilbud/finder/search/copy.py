"""The search while the database is gone: the same index, built from a file beside the copies of the pages."""

import gzip
import json
import time
from functools import lru_cache

from tilbud.finder.search import ranked
from tilbud.finder.search.documents import Document, read_documents
from tilbud.finder.search.index import Index
from tilbud.models import Offer

NAME = "search.json.gz"
# More offers than this are not read into memory for the sake of a bad night.
MOST_OFFERS = 20_000
MOST_SHOWN = 60


def write_copy(disk):
    """Keep what the search knows of every offer, and what a link to it says."""
    if Offer.objects.count() > MOST_OFFERS:
        return
    rows = Offer.objects.values_list("pk", "slug", "title", "institution__name")
    copy = {
        "at": time.time(),
        "documents": [vars(document) for document in read_documents()],
        "offers": {pk: rest for pk, *rest in rows},
    }
    disk.write(disk.folder / NAME, gzip.compress(json.dumps(copy).encode(), 6, mtime=0))


def search_copy(folder, text):
    """Return what answers `text` in the copy and when the copy was made; None without a copy that is whole."""
    path = folder / NAME
    try:
        index, offers, made_at = _read(path, path.stat().st_mtime_ns)
    except (OSError, EOFError, ValueError, TypeError, KeyError):
        return None
    result = ranked(text, lambda: index)
    shown = [offers[str(pk)] for pk in result.ordered[:MOST_SHOWN] if str(pk) in offers]
    return {
        "search_words": text,
        "shown_for": result.shown_for,
        "offers": [{"slug": slug, "title": title, "institution": name} for slug, title, name in shown],
        "made_at": made_at,
    }


@lru_cache(1)
def _read(path, _changed):
    copy = json.loads(gzip.decompress(path.read_bytes()))
    return Index([Document(**document) for document in copy["documents"]]), copy["offers"], copy["at"]
