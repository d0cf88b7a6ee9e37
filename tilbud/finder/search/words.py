"""Words as the search compares them: folded letters, stems, and what people mean by them (synonyms.toml)."""

import re
import tomllib
from functools import cache
from pathlib import Path

import snowballstemmer

from regions.norwegian import fold

_TEXT = re.compile(r"\w+(?:-\w+)*")
_WORD = re.compile(r"\w+")
# How much a word of the list «weak» weighs beside any other.
WEAK = 0.2
SYNONYMS = Path(__file__).parent.parent / "synonyms.toml"


def folded(word):
    """Return the parts of one printed word, «Al-Anon»: what each is compared by, and both as one."""
    parts = _WORD.findall(fold(word).replace("_", " "))
    return (*parts, "".join(parts)) if len(parts) > 1 else tuple(parts)


def printed(text):
    """Return the words of `text` as they are printed there."""
    return _TEXT.findall(text)


def words(text):
    return [part for word in printed(text) for part in folded(word)]


def stem(word):
    """Return the stem of a folded word; the endings have no æ, ø or å, so folding first takes nothing away."""
    # A stemmer holds the word it is working on, so threads cannot share one; a new one costs nothing.
    return snowballstemmer.stemmer("norwegian").stemWord(word)


class Synonyms:
    """What synonyms.toml says, folded and ready to be asked."""

    def __init__(self, told):
        self.stop = frozenset(words(told["stop"]))
        self.weak, self.soft = (_with_stems(told[name]) for name in ("weak", "soft"))
        self.fallback = words(told["fallback"])
        self.bound = {tuple(words(phrase)): words(word)[0] for phrase, word in told["bound"].items()}
        self.means = {}
        for word, meanings in told["means"].items():
            for form in words(word)[:1]:
                self.means[form] = self.means[stem(form)] = words(meanings)
        self.phrases = {phrase.lower(): text for phrase, text in told["phrases"].items()}
        self.facts = {
            (kind, value): text for kind, values in told["facts"].items() for value, text in values.items()
        }
        self.relations = {stem(word) for text in told["facts"]["relation"].values() for word in words(text)}

    def bind(self, parts):
        """Return `parts` with pairs that are something else together as one word: «voksne barn»."""
        bound = []
        for part in parts:
            pair = self.bound.get((bound[-1], part)) if bound else None
            bound[-1:] = [pair] if pair else [*bound[-1:], part]
        return bound

    def meant_by(self, word, is_place=False):
        """Return what else to look for; a place is taken as it is spelt, for «Volda» has the stem of «vold»."""
        return self.means.get(word) or ([] if is_place else self.means.get(stem(word), []))

    def is_relation(self, word):
        return any(stem(form) in self.relations for form in (word, *self.meant_by(word)))

    def importance(self, word, is_place=False):
        """Return how much a word of the visitor's weighs, and whether what is found must have it."""
        forms = {word} if is_place else {word, stem(word)}
        if forms & self.weak:
            return WEAK, False
        if forms & self.soft:
            return 1, False
        return 1, True


def _with_stems(text):
    return frozenset(form for word in words(text) for form in (word, stem(word)))


@cache
def synonyms():
    return Synonyms(tomllib.loads(SYNONYMS.read_text("utf-8")))
