"""Words as the search compares them: folded letters, stems, and what people mean by them (synonyms.toml)."""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

import snowballstemmer

from regions.norwegian import fold

_STEMMER = snowballstemmer.stemmer("norwegian")
_TEXT = re.compile(r"\w+(?:-\w+)*")
_WORD = re.compile(r"\w+")
SYNONYMS = Path(__file__).parent.parent / "synonyms.toml"


@lru_cache(maxsize=100_000)
def folded(word):
    """Return the parts of one printed word, «Al-Anon»: what each is compared by, and both as one."""
    parts = _WORD.findall(fold(word).replace("_", " "))
    return (*parts, "".join(parts)) if len(parts) > 1 else tuple(parts)


def printed(text):
    """Return the words of `text` as they are printed there."""
    return _TEXT.findall(text)


def words(text):
    return [part for word in printed(text) for part in folded(word)]


@lru_cache(maxsize=100_000)
def stem(word):
    """Return the stem of a folded word; the endings have no æ, ø or å, so folding first takes nothing away."""
    return _STEMMER.stemWord(word)


class Synonyms:
    """What synonyms.toml says, folded and ready to be asked."""

    def __init__(self, told):
        self.stop = frozenset(words(told["stop"]))
        self.weak = frozenset(words(told["weak"]))
        self.soft = frozenset(words(told["soft"]))
        self.fallback = words(told["fallback"])
        self.bound = {tuple(words(phrase)): words(word)[0] for phrase, word in told["bound"].items()}
        self.means = {}
        for word, meanings in told["means"].items():
            for form in {words(word)[0], stem(words(word)[0])}:
                self.means[form] = words(meanings)
        self.phrases = {phrase.lower(): text for phrase, text in told["phrases"].items()}
        self.facts = {
            (kind, value): text for kind, values in told["facts"].items() for value, text in values.items()
        }
        self.relations = {stem(word) for text in told["facts"]["relation"].values() for word in words(text)}

    def bind(self, parts):
        """Return `parts` with every pair that means something of its own as one word: «voksne barn» are no children."""
        bound = []
        for part in parts:
            pair = self.bound.get((bound[-1], part)) if bound else None
            bound[-1:] = [pair] if pair else [*bound[-1:], part]
        return bound

    def meant_by(self, word):
        return self.means.get(word) or self.means.get(stem(word), [])

    def is_relation(self, word):
        return any(stem(form) in self.relations for form in (word, *self.meant_by(word)))

    def importance(self, word):
        """Return how much a word of the visitor's weighs, and whether what is found must have it."""
        if word in self.weak:
            return 0.2, False
        if word in self.soft:
            return 0.6, False
        return 1, True


@cache
def synonyms():
    return Synonyms(tomllib.loads(SYNONYMS.read_text("utf-8")))
