"""An inverted index in memory: from a word to the offers that have it, and how much it says of them."""

from bisect import bisect_left
from collections import defaultdict
from itertools import pairwise

from rapidfuzz.distance import OSA

from tilbud.finder.search.documents import FACT, PROPER, TEXT, WEIGHTS
from tilbud.finder.search.words import folded, printed, stem, synonyms

EXACT, STEMMED, PREFIX, MEANT, INSIDE = 1, 0.9, 0.8, 0.7, 0.5
SHORTEST_PREFIX, SHORTEST_JOINED = 3, 6
MOST_EXPANSIONS = 60


class Index:
    """Postings by word; a document is its place in the order in which equal scores are shown."""

    def __init__(self, documents):
        self.keys = [document.pk for document in documents]
        self.everywhere = {number for number, document in enumerate(documents) if document.is_everywhere}
        self.proper, self.common = {}, {}
        self.places, self.spelling = set(), {}
        for number, document in enumerate(documents):
            for place, texts in document.texts.items():
                for text in texts:
                    self._add(number, place, text)
        self.vocabulary = sorted(self.proper.keys() | self.common.keys())
        self.proper_stems, self.common_stems = _by_stem(self.proper), _by_stem(self.common)
        self.by_first_letter = defaultdict(list)
        for word in self.vocabulary:
            if len(word) >= SHORTEST_PREFIX and word in self.spelling:
                self.by_first_letter[word[0]].append(word)

    def _add(self, number, place, text):
        known, parts = synonyms(), []
        for word in printed(text):
            forms = folded(word)
            parts += forms[:1] if len(forms) == 1 else forms[:-1]
            # As people will read it when a slip is mended; a capital only where there is always one.
            if len(forms) == 1 and (word.islower() or forms[0] not in self.spelling):
                self.spelling[forms[0]] = word
            if len(forms) > 1:
                self._keep(forms[-1], number, place)
        for part in known.bind(parts):
            if part not in known.stop:
                self._keep(part, number, place)
        if place == "name":
            for pair in pairwise(parts):
                self._keep("".join(pair), number, place)
        elif place == "place":
            self.places.update(parts)

    def _keep(self, word, number, place):
        documents = (self.proper if place in PROPER else self.common).setdefault(word, {})
        if documents.get(number, 0) < WEIGHTS[place]:
            documents[number] = WEIGHTS[place]

    def starting(self, prefix):
        """Return the words of the vocabulary that begin with `prefix`, the nearest in length first."""
        start = bisect_left(self.vocabulary, prefix)
        end = bisect_left(self.vocabulary, prefix + "\U0010ffff", start)
        return sorted(self.vocabulary[start:end], key=len)[:MOST_EXPANSIONS]

    def containing(self, part):
        return sorted((word for word in self.vocabulary if part in word), key=len)[:MOST_EXPANSIONS]

    def nearest(self, word):
        """Return the word of the vocabulary that `word` is most likely a slip for; empty when none is near."""
        allowed = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        best = (allowed + 1, 0, "")
        for known in self.by_first_letter[word[0]] if allowed else ():
            if abs(len(known) - len(word)) > allowed or known in synonyms().stop:
                continue
            distance = OSA.distance(word, known, score_cutoff=allowed)
            # A short word has many neighbours, so it must be near to a name or a fact, not to any word of a text.
            if distance < best[0] + 1 and (weight := self._weight(known)) >= (FACT if len(word) < 6 else TEXT):
                best = min(best, (distance, -weight, known))
        return best[2]

    def _weight(self, word):
        return max(max(postings[word].values()) for postings in (self.proper, self.common) if word in postings)

    def knows(self, word):
        """Return whether `word` is itself a word here, in some form."""
        if word in self.proper or word in self.common or synonyms().meant_by(word):
            return True
        return stem(word) in self.proper_stems or stem(word) in self.common_stems

    def find(self, word, wide=False):
        """Return the documents that have `word` in any form, with how much it says of each."""
        found = {}
        self._merge(found, [word], EXACT)
        self._merge_stems(found, word, STEMMED)
        # «mor» is not the beginning of «Møre».
        if len(word) > SHORTEST_PREFIX or (len(word) == SHORTEST_PREFIX and not found):
            self._merge(found, self.starting(word), PREFIX)
        for meant in synonyms().meant_by(word):
            self._merge(found, [meant], MEANT)
            self._merge_stems(found, meant, MEANT)
        if wide and len(word) > SHORTEST_PREFIX:
            self._merge(found, self.containing(word), INSIDE)
            self._merge(found, self.proper_stems.get(stem(word), ()), INSIDE)
        return found

    def find_joined(self, word):
        """Return the documents that have a word the visitor has split in two: «selvhjelps gruppe»."""
        found = {}
        self._merge(found, [word], EXACT)
        if len(word) >= SHORTEST_JOINED:
            self._merge(found, self.starting(word), PREFIX)
            self._merge_stems(found, word, STEMMED)
        return found

    def _merge_stems(self, found, word, quality):
        """Add what has the stem of `word` in its text; «Førde» and «fordi» have the same, so names come last."""
        for other in self.common_stems.get(stem(word), ()):
            _add_best(found, self.common[other], quality)

    def _merge(self, found, words, quality):
        for word in words:
            for postings in (self.proper, self.common):
                if word in postings:
                    _add_best(found, postings[word], quality)


def _by_stem(postings):
    stems = defaultdict(list)
    for word in postings:
        stems[stem(word)].append(word)
    return stems


def _add_best(found, documents, quality):
    for number, weight in documents.items():
        score = weight * quality
        if found.get(number, 0) < score:
            found[number] = score
