"""One search: its words, looked up more and more widely until something answers all that matter."""

from math import log

from tilbud.finder.search.words import folded, synonyms

# Fewer answers than this are filled up.
FEW = 3
# What is open to everybody comes first when the visitor names no place.
EVERYWHERE = 1.1


class Query:
    """The words a visitor typed, with the documents each of them is found in."""

    def __init__(self, index, typed):
        self.index = index
        self.mended = list(typed)

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
        return self._weighed(set().union(*self.matches))

    def _look_up(self, wide):
        """Fill `matches`: for each word the documents it is found in, also where two words were meant as one."""
        known = synonyms()
        parts = known.bind([part for word in self.mended for part in _parts(word)])
        telling = list(dict.fromkeys(part for part in parts if part not in known.stop))
        if all(word in known.weak for word in telling):
            telling += known.fallback
        self.matches = {word: self.index.find(word, wide) for word in telling}
        for size in (2, 3):
            for start in range(len(parts) - size + 1):
                self._join(parts[start : start + size])

    def _join(self, parts):
        for number, score in self.index.find_joined("".join(parts)).items():
            for match in (self.matches[part] for part in parts if part in self.matches):
                match[number] = max(match.get(number, 0), score)

    def _answering(self):
        """Return the documents that have every word that must be there.

        When they are few, also those that have all but the words for who one is: an offer that names no relation
        may well be for everybody.
        """
        known = synonyms()
        must = {word: match for word, match in self.matches.items() if known.importance(word)[1]}
        must = must if set(must) - set(known.fallback) else {}
        if not must:
            return set().union(*self.matches.values())
        answering = _in_all(must.values())
        if len(answering) < FEW:
            answering |= _in_all(match for word, match in must.items() if not known.is_relation(word))
        return answering

    def _weighed(self, numbers):
        """Return `numbers` with their scores: a word says more the rarer it is."""
        scores = dict.fromkeys(numbers, 0)
        for word, match in self.matches.items():
            rarity = log(1 + len(self.index.keys) / max(1, len(match))) * synonyms().importance(word)[0]
            for number in scores.keys() & match.keys():
                scores[number] += match[number] * rarity
        if not self.index.places.intersection(self.matches):
            for number in scores.keys() & self.index.everywhere:
                scores[number] *= EVERYWHERE
        return scores

    def _mend(self, unsure):
        """Put the nearest known word for each word nothing is found by; return whether any was put right.

        With `unsure`, also for words that are found only as the beginning or the inside of others.
        """
        before = list(self.mended)
        for place, word in enumerate(before):
            for part in _parts(word):
                if part in self.matches and not (self.index.knows(part) if unsure else self.matches[part]):
                    if nearest := self.index.nearest(part):
                        self.mended[place] = self.index.spelling[nearest]
        return self.mended != before


def _parts(word):
    """Return the parts of a typed word, without the form in which an index keeps them as one."""
    forms = folded(word)
    return forms[:-1] if len(forms) > 1 else forms


def _in_all(matches):
    first, *rest = sorted(matches, key=len) or [()]
    return set(first).intersection(*rest)
