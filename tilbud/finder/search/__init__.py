"""Free text: from what a visitor typed to offers with a score, the same on every database."""

import heapq
import threading
from dataclasses import dataclass, field

from tilbud.finder.search.documents import read_documents
from tilbud.finder.search.index import Index
from tilbud.finder.search.query import Query
from tilbud.finder.search.words import folded, printed
from tilbud.models import DirectoryVersion

LONGEST_TEXT, MOST_WORDS, MOST_OFFERS = 200, 12, 500

_lock = threading.Lock()
_built = (None, None)


@dataclass(frozen=True)
class SearchResult:
    """Offers that answer a search: keys with a score, the same keys best first, and the text if it was mended."""

    scores: dict = field(default_factory=dict)
    shown_for: str = ""

    @property
    def ordered(self):
        return list(self.scores)


def current_index():
    """Return the index of the directory as it is now; rebuilt when anything in it has changed."""
    global _built
    # Before the rows are read: a change in between is then found by the next search.
    version = DirectoryVersion.objects.stamp()
    built_for, index = _built
    if built_for != version:
        with _lock:
            built_for, index = _built
            if built_for != version:
                index = Index(read_documents())
                _built = version, index
    return index


def search(text):
    """Return the offers that answer `text`, best first."""
    return ranked(text, current_index)


def ranked(text, index_of):
    """Return the offers that answer `text` in the index `index_of` gives; not asked for without words."""
    typed = [word for word in printed(text[:LONGEST_TEXT]) if folded(word)][:MOST_WORDS]
    if not typed:
        return SearchResult()
    index = index_of()
    query = Query(index, typed)
    scores = query.scores()
    best = heapq.nsmallest(MOST_OFFERS, scores, key=lambda number: (-scores[number], number))
    shown_for = " ".join(query.mended) if scores and query.mended != typed else ""
    return SearchResult({index.keys[number]: round(scores[number], 3) for number in best}, shown_for)
