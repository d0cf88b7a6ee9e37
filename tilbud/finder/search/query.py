"""One search: its words, looked up more and more widely until something answers all that matter."""

from math import log

from tilbud.finder.search.documents import TEXT
from tilbud.finder.search.words import WEAK, folded, synonyms

# «a-b-c-…» is one word of many parts.
MOST_PARTS = 24
# Fewer answers than this are filled up.
FEW = 3
# What is open to everybody comes first when the visitor names no place.
EVERYWHERE = 1.1
# What is planned or closed is found by its name, and stands behind what one can take part in.
DORMANT = 0.6


class Query:
    """The words a visitor typed, with the documents each of them is found in."""

    def __init__(self, index, typed):
        self.index = index
        self.mended = typed

    def scores(self):
        """Return the score of each document that answers, by the first of the ways that finds any."""
        for wide in (False, True):
            self._look_up(wide)
            if numbers := self._answering():
                return self._weighed(numbers)
        for unsure in (False, True):
            if self._mend(unsure):
                self._look_up(wide=False)
                if numbers := self._answering():
                    return self._weighed(numbers)
        return self._weighed(self._answering(all_known=True) or set().union(*self.matches.values()))

    def _look_up(self, wide):
        """Fill `matches`: for each word the documents it is found in, also where two words were meant as one."""
        known = synonyms()
        parts = known.bind([part for word in self.mended for part in _parts(word)])[:MOST_PARTS]
        telling = [part for part in dict.fromkeys(parts) if not (part in known.stop or _is_age(part))]
        if all(self._importance(word)[0] == WEAK for word in telling):
            telling += known.fallback
        self.matches = {word: self.index.find(word, wide) for word in telling}
        self.joined = set()
        for size in (2, 3):
            for start in range(len(parts) - size + 1):
                self._join(parts[start : start + size])

    def _join(self, parts):
        """Let what has `parts` as one word count as having each of them, and as the better for it."""
        word = "".join(parts)
        if word not in self.matches and (found := self.index.find_joined(word)):
            for match in [self.matches[part] for part in parts if part in self.matches]:
                for number, score in found.items():
                    match[number] = max(match.get(number, 0), score)
            self.matches[word] = found
            self.joined.add(word)

    def _answering(self, all_known=False):
        """Return the documents that have every word that must be there.

        Of several words for who one is, any will do. When the answers are few, also those that have none of them:
        an offer that names no relation may well be for everybody. With `all_known`, a word found nowhere is not
        asked for.
        """
        must, relations = [], {}
        for word, match in self.matches.items():
            if word in self.joined or not self._importance(word)[1] or (all_known and not match):
                continue
            if synonyms().is_relation(word):
                relations |= match
            # A word that stands only in some texts names nothing, and so rules nothing out.
            elif not match or max(match.values()) > TEXT:
                must.append(match)
        answering = _in_all([*must, relations] if relations else must)
        if must and len(answering) < FEW:
            answering |= _in_all(must)
        return answering or (set() if must else set().union(*self.matches.values()))

    def _importance(self, word):
        return synonyms().importance(word, word in self.index.places)

    def _weighed(self, numbers):
        """Return `numbers` with their scores: a word says more the rarer it is."""
        scores = dict.fromkeys(numbers, 0)
        for word, match in self.matches.items():
            rarity = log(1 + len(self.index.keys) / max(1, len(match))) * self._importance(word)[0]
            for number in scores.keys() & match.keys():
                scores[number] += match[number] * rarity
        for number in scores.keys() - self.index.running:
            scores[number] *= DORMANT
        if not self.index.places.intersection(self.matches):
            for number in scores.keys() & self.index.everywhere:
                scores[number] *= EVERYWHERE
        return scores

    def _mend(self, unsure):
        """Put the nearest known word for each word nothing is found by; return whether any was put right.

        With `unsure`, also for words that are found only as the beginning or the inside of others.
        """
        before = self.mended
        self.mended = ["-".join(self._mended(part, unsure) for part in word.split("-")) for word in before]
        return self.mended != before

    def _mended(self, part, unsure):
        for word in folded(part):
            if word in self.matches and not (self.index.knows(word) if unsure else self.matches[word]):
                if nearest := self.index.nearest(word):
                    return self.index.spelling[nearest]
        return part


def _is_age(word):
    return word.isdigit() and len(word) < 3


def _parts(word):
    """Return the parts of a typed word, without the form in which an index keeps them as one."""
    forms = folded(word)
    return forms[:-1] if len(forms) > 1 else forms


def _in_all(matches):
    first, *rest = sorted(matches, key=len) or [()]
    return set(first).intersection(*rest)
