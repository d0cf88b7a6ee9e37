"""An inverted index in memory: from a word to the offers that have it, and how much it says of them."""

from bisect import bisect_left
from collections import defaultdict
from functools import cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from tilbud.finder.search.documents import FACT, PROPER, TEXT, WEIGHTS
from tilbud.finder.search.words import folded, printed, stem, synonyms

EXACT, STEMMED, PREFIX, MEANT, INSIDE = 1, 0.9, 0.8, 0.7, 0.5
# «venn» is a word of its own and hardly the beginning of «Vennesla».
PREFIX_OF_KNOWN = 0.3
SHORTEST_PREFIX, SHORTEST_JOINED, LONG = 3, 6, 8
MOST_EXPANSIONS = 60


class Index:
    """Postings by word; a document is its place in the order in which equal scores are shown."""

    def __init__(self, documents):
        self.keys = [document.pk for document in documents]
        self.running = {number for number, document in enumerate(documents) if document.is_running}
        self.everywhere = {number for number in self.running if documents[number].is_everywhere}
        self.proper, self.common = {}, {}
        self.places, self.spelling = set(), {}
        # The same names, places and facts stand at many offers, and are read once. What visitors type is not kept.
        read, self._folded = cache(self._read), cache(folded)
        for number, document in enumerate(documents):
            for place, texts in document.texts.items():
                for text in texts:
                    self._add(number, place, read(text, place))
        del self._folded
        self.vocabulary = sorted(self.proper.keys() | self.common.keys())
        self.proper_stems, self.common_stems = _by_stem(self.proper), _by_stem(self.common)
        self.by_first_letter = defaultdict(list)
        for word in self.vocabulary:
            if len(word) >= SHORTEST_PREFIX and word in self.spelling:
                self.by_first_letter[word[0]].append(word)

    def _read(self, text, place):
        """Return the words to find `text` by, and remember how they are spelt."""
        known, parts, whole = synonyms(), [], []
        for word in printed(text):
            forms = self._folded(word)
            if len(forms) == 1:
                parts += forms
                # As people will read it when a slip is mended; a capital only where there is always one.
                if word.islower() or forms[0] not in self.spelling:
                    self.spelling[forms[0]] = word
            elif forms:
                parts += forms[:-1]
                whole.append(forms[-1])
        if place in ("town", "place"):
            self.places.update(parts)
        pairs = ["".join(pair) for pair in pairwise(parts)] if place == "name" else []
        return {word for word in known.bind(parts) if word not in known.stop}.union(whole, pairs)

    def _add(self, number, place, words):
        postings, weight = self.proper if place in PROPER else self.common, WEIGHTS[place]
        for word in words:
            documents = postings.setdefault(word, {})
            if documents.get(number, 0) < weight:
                documents[number] = weight

    def starting(self, prefix):
        """Return the words of the vocabulary that begin with `prefix`, the nearest in length first."""
        start = bisect_left(self.vocabulary, prefix)
        end = bisect_left(self.vocabulary, prefix + "\U0010ffff", start)
        return sorted(self.vocabulary[start:end], key=len)[:MOST_EXPANSIONS]

    def containing(self, part):
        return sorted((word for word in self.vocabulary if part in word), key=len)[:MOST_EXPANSIONS]

    def nearest(self, word):
        """Return the word of the vocabulary that `word` is most likely a slip for; empty when none is near."""
        allowed = 0 if len(word) < 4 else 1 if len(word) < LONG else 2
        best = (allowed + 1,)
        for known in self.by_first_letter.get(word[0], ()) if allowed else ():
            distance = OSA.distance(word, known, score_cutoff=allowed)
            if distance > allowed and len(word) >= LONG:
                # A slip in the beginning of a longer word: «pårørandesenter» for «Pårørendesenteret».
                distance = OSA.distance(word, known[: len(word)], score_cutoff=allowed - 1) + 1
            # A short word has many neighbours: it must be near to a name or a fact, not to any word of a text.
            if distance <= allowed and (weight := self._weight(known)) >= (FACT if len(word) < LONG else TEXT):
                best = min(best, (distance, -weight, known))
        return best[2] if best[1:] else ""

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
        # A place is taken as it is spelt: «Volda» has the stem of «vold».
        if word not in self.places:
            self._merge_stems(found, word, STEMMED)
        if len(word) >= SHORTEST_PREFIX + bool(found):
            self._merge(found, self.starting(word), PREFIX_OF_KNOWN if found else PREFIX)
        for meant in synonyms().meant_by(word, word in self.places):
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
        """Add what has the stem of `word` in its title, facts or text; by stem, names come last."""
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
