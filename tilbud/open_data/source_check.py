"""What a fact must find printed in the source text it cites, and how a text is read.

A text is compared with spaces folded, letters in lower case and every dash a hyphen. A hyphen at the end of a
line may divide a word or belong to it: both readings count. Nothing is excused by a list: a misprint that we
mended is reported like an error of ours, unless the data records the printed form. Only the numbers of a text
that says they are our own count («Vår telling: …», «Cellene …») are not looked up, and only those after these
words; how many such texts there are is told. The page of the survey counts the cells again.
"""

import re
from collections import namedtuple

from tilbud.models import AgeLimit, Contact, Institution, Offer
from tilbud.open_data.shape import SHAPES

# The tables of the survey cite lines of this source, and nothing else.
SURVEY_SOURCE = "kartlegging-2007"

# ---- When two spellings are one

BREAK = "¬"  # Stands where a line ended in a hyphen.
LETTERS = {"- ": f"(?:- |{BREAK})", "-": f"[-{BREAK}]"}
ONES = (
    "null|en én ett et ei|to|tre|fire|fem|seks|sju syv|åtte|ni|ti|elleve|tolv|tretten|fjorten|femten|seksten|"
    "sytten|atten|nitten"
).split("|")
TENS = "||tjue tyve|tretti tredve|førti|femti|seksti|sytti|åtti|nitti".split("|")


def level(text):
    """Return `text` in lower case, with every dash a hyphen and divided words marked; its lines are kept."""
    text = re.sub(r"[–—‑]", "-", text).casefold()
    return re.sub(r"(?<=\w)-([^\S\n]*\n\s*)", lambda found: BREAK + "\n" * found[1].count("\n"), text)


def fold(text):
    return " ".join(re.sub(rf"{BREAK}\s*", BREAK, level(text)).split())


def literal(text, ending=""):
    """Return a pattern that finds `text` in a levelled text, however its words were divided."""
    text = level(text)
    letters = [LETTERS.get(part, re.escape(part)) for part in re.findall(r"- |.", text)]
    before = rf"(?<![\w{BREAK}])" if text[:1].isalnum() else ""
    after = rf"(?![\w{BREAK}])" if text[-1:].isalnum() else ""
    return before + rf"[{BREAK}\n]*".join(letters) + ending + after


def digits(text):
    """Return a pattern that finds the digits of `text` in any grouping, as telephone numbers are printed."""
    return r"(?<!\d)" + rf"[ .{BREAK}-]?".join(re.findall(r"\d", text)) + r"(?!\d)"


def number(value):
    """Return a pattern that finds a whole number, in digits by the thousand or in words."""
    groups = f"{value:,}".split(",")
    begins = r"(?<!\d)(?<!\d[ .])" if len(groups[0]) == 3 else r"(?<!\d)"
    in_digits = begins + rf"[ .{BREAK}]?".join(groups) + r"(?!\d)(?![ .]\d{3}(?!\d))"
    return "|".join([in_digits, *(literal(words) for words in in_words(value))])


def in_words(value):
    """Return the ways to write `value` in Norwegian: up to 99, and round hundreds, thousands and millions."""
    if value < 20:
        return ONES[value].split()
    if value < 100:
        ones = ONES[value % 10].split() if value % 10 else [""]
        pairs = [(ten, one) for ten in TENS[value // 10].split() for one in ones]
        return [ten + one for ten, one in pairs] + [f"{one}og{ten}" for ten, one in pairs if one]
    for unit, name in ((1_000_000, "millioner"), (1_000, "tusen"), (100, "hundre")):
        if value % unit == 0 and value // unit < 100:
            return [f"{times} {name}" for times in (str(value // unit), *in_words(value // unit))]
    return []


def age(value):
    """Return a pattern that finds an age: a number, «under» the next one, or the word for its first year."""
    # The teens begin at thirteen in Norwegian too: tretten, … nitten («tenåringsalder» = from 13).
    teens = [literal("tenåring", rf"[\w{BREAK}]*")] if value == 13 else []
    return "|".join([number(value), f"{literal('under')} (?:{number(value + 1)})", *teens])


def is_spelling_of(printed, name):
    """Return whether `printed` is `name` but for spaces and signs and, at most, one letter («Steinkjær»)."""
    one, other = (re.sub(r"[\W\d_]", "", text.casefold()) for text in (printed, name))
    begin = _shared(one, other)
    end = _shared(one[begin:][::-1], other[begin:][::-1])
    return max(len(one), len(other)) - begin - end <= 1


def _shared(one, other):
    """Return how many letters the two have in common at their start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


# ---- The source text

# Lines a fact cites; 0-0 when its locator says «linje» but cannot be read.
Lines = namedtuple("Lines", "chapter first last")
LOCATOR = re.compile(r"(?:(?P<chapter>[^;]+), )?linje (?P<first>\d+)(?:-(?P<last>\d+))?")


def cited_lines(locator):
    """Return all lines a locator names: «kap. 3, linje 292-303; kap. 9, linje 2813»."""
    if "linje" not in locator:
        return []
    found = [LOCATOR.fullmatch(part) for part in locator.split("; ")]
    if not all(found):
        return [Lines("", 0, 0)]
    return [Lines(part["chapter"] or "", int(part["first"]), int(part["last"] or part["first"])) for part in found]


class Text:
    """A source text with numbered lines and its chapters."""

    def __init__(self, text):
        self.lines = text.split("\n")
        self.chapters = chapters(self.lines)

    def passage(self, first, last):
        return fold("\n".join(self.lines[max(first, 1) - 1 : last]))

    def starts_on(self, line, pattern):
        """Return whether something that matches begins on `line`; it may run on."""
        found = re.search(pattern, self.passage(line, line + 3))
        return bool(found) and found.start() < len(self.passage(line, line))

    def rows(self, head, values, first, last):
        """Yield first line, last line and fit of each table row in `first`-`last` that has these cells.

        Every cell, an empty one too, ends in a space: only the spaces tell the columns. They agree ("yes"),
        put the values in other columns ("no"), or are too many or too few to tell ("unsure").
        """
        text = level("\n".join(self.lines[max(first, 1) - 1 : last]))
        gap, end = r"([ \n]*)", r"((?: *\n)+ *|\s*\Z)"
        cells = "".join(gap + literal(value) for value in values if value) + end
        for found in re.finditer(literal(head) + cells if head else r"(?:\A|\n)(?= *\S)" + cells, text):
            start = found.start() + (not head and found[0].startswith("\n"))
            stop = text.rfind("\n", start, found.end()) if "\n" in text[start : found.end()] else found.end()
            lines = [max(first, 1) + text.count("\n", 0, at) for at in (start, stop)]
            yield *lines, fit(values, found.groups(), bool(head))

    def problem_with(self, lines):
        """Return what is wrong with a place in this text, or nothing."""
        if not 1 <= lines.first <= lines.last <= len(self.lines):
            return f"teksten har ikke slike linjer (den har {len(self.lines)})"
        # «kap. 3-7» runs from the start of one chapter to the end of the other.
        names = [re.sub(r"[\d-]+", end, lines.chapter) for end in re.findall(r"\d+", lines.chapter)] or [
            lines.chapter
        ]
        if lines.chapter and not set(names) <= set(self.chapters):
            return "teksten har ikke dette kapitlet"
        first, last = (
            (self.chapters[names[0]][0], self.chapters[names[-1]][1]) if lines.chapter else (1, lines.last)
        )
        return "" if first <= lines.first <= lines.last <= last else f"kapitlet er linje {first}-{last}"


def fit(values, gaps, has_head):
    """Return whether the spaces in the `gaps` around the values of a table row leave the right cells empty."""
    empty = "".join("v" if value else " " for value in values).split("v")
    wanted = [len(cells) + 1 for cells in empty]
    wanted[0] -= not has_head
    *inner, last = [gap.count(" ") for gap in gaps[:-1]] + [gaps[-1]]
    # Blank lines below a table may hold spaces of their own.
    ends = [last[:at].count(" ") for at in range(len(last) + 1) if last[at : at + 1] in ("\n", "")]
    if inner == wanted[:-1] and wanted[-1] in ends:
        return "yes"
    return "no" if sum(wanted) - sum(inner) in ends else "unsure"


def chapters(lines):
    """Return the first and last line of each chapter; a text without numbered headings is one web page."""
    starts = []
    for at, line in enumerate(lines, 1):
        following = next((text for text in lines[at:] if text.strip()), "")
        if line.strip() == str(len(starts) + 1) and re.search(r"[^\W\d_]", following):
            starts.append((f"kap. {len(starts) + 1}", at))
        elif line.strip().startswith("Kontaktinformasjon for behandlingsinstitusjoner"):
            starts.append(("vedlegg 1", at))
        elif found := re.fullmatch(r"Vedlegg (\d+)", line.strip()):
            starts.append((f"vedlegg {found[1]}", at))
    if not starts:
        return {"nettsiden": (1, len(lines))}
    ends = [first - 1 for _, first in starts[1:]] + [len(lines)]
    return {name: (first, last) for (name, first), last in zip(starts, ends, strict=True)}


# ---- What a fact says that must be printed


def cited_shapes():
    """Return the shape of every model whose facts cite a place in a source."""
    shapes = [inner for shape in SHAPES.values() for inner in (shape, *shape.children.values())]
    by_model = {shape.model: shape for shape in shapes}
    return [shape for shape in by_model.values() if any("locator" in field.name for field in shape.fields)]


PHRASES = {"wording", "as_printed", "postal_code"}
NAMES = {"name", "partner", "partner_name", "other_name"}
NUMBERS = {"min_age", "max_age", "capacity_min", "capacity_max", "places", "year", "value"}
# Words of ours, but a number or a quotation in them is the source's.
OWN_WORDS = {"text", "sessions", "frequency", "hours", "route", "what", "first", "second"}
# The same, drawn from all facts of the offer.
SUMMARIES = {"summary", "dependence_note", "catchment_note"}
OWN_COUNT = re.compile(r"^Cellene\b|(?i:\bvår (?:telling|utregning))\b")
# A place in a source, or the survey itself: it is known by its year.
REFERENCE = re.compile(
    r"(?i)\b(?:kap|kapit\w+|vedlegg|linje)\.? \d+(?:(?:[-–]|, | og )\d+)*|\brapporten fra 2007\b"
)

# Where it may stand: in the cited lines; there or just above, as the heading of a list's row; in the lines of
# any fact of the same institution or offer.
HERE, HEADING, AMONG_FACTS = range(3)
HEADING_LINES = 4
# Something that must be printed: any one of the patterns will do.
Literal = namedtuple("Literal", "field value patterns where", defaults=[HERE])


def literals(fact, fields, names):
    """Yield what `fields` of `fact` say in the source's words; `names` are those of every institution."""
    for field in fields:
        value = getattr(fact, field.name)
        if value in (None, ""):
            continue
        if field.is_relation:
            yield from _related(fact, field.name, value, names)
        elif isinstance(fact, Institution) and field.name == "name":
            yield Literal("name", value, names[fact.pk])
        elif isinstance(fact, Contact) and field.name == "value":
            yield from _contact(fact)
        elif field.name in PHRASES | NAMES:
            yield Literal(field.name, value, [literal(value, "s?" if field.name in NAMES else "")])
        elif field.name in NUMBERS:
            pattern = age(value) if isinstance(fact, AgeLimit) else number(value)
            yield Literal(field.name, str(value), [pattern])
        elif field.name == "area":
            *heading, name = value.split(": ", 1)
            yield Literal("area", name, [literal(name)])
            yield from (Literal("area", text, [literal(text)], HEADING) for text in heading)
        elif field.name in OWN_WORDS:
            yield from _own_words(fact, field.name, HERE)
        elif field.name in SUMMARIES:
            yield from _own_words(fact, field.name, AMONG_FACTS)


def _related(fact, name, other, names):
    if name in ("other", "partner"):
        yield Literal(name, other.slug, names[other.pk])
    elif name == "place":
        patterns = [literal(other.name, "s?"), *_as_in_area(fact, other.name)]
        yield Literal(name, other.name, patterns, HERE if isinstance(fact, Contact) else AMONG_FACTS)
    elif name == "county":
        yield Literal(name, other.name, [literal(other.name), *_as_in_area(fact, other.name)], HEADING)
    elif name == "region" and hasattr(fact, "places"):
        yield Literal(name, other.name, [literal(other.name)])


def _as_in_area(fact, name):
    """Return patterns for `name` as the area of an offer has it, which is the row and name as printed."""
    parts = fact.area.split(": ", 1) if isinstance(fact, Offer) and fact.area else []
    return [literal(part) for part in parts if is_spelling_of(part, name)]


def _contact(contact):
    if contact.kind in (Contact.Kinds.PHONE, Contact.Kinds.SMS):
        yield Literal("value", contact.value, [digits(contact.value)])
    elif contact.kind in (Contact.Kinds.POSTAL, Contact.Kinds.VISIT):
        for word in re.findall(r"\w[\w./-]*", contact.value):
            yield Literal("value", word, [literal(word)])
    else:
        yield Literal("value", contact.value, [literal(contact.value)])


def _own_words(fact, name, where):
    text = getattr(fact, name)
    for quotation in re.findall(r"«([^»]+)»", text):
        yield Literal(name, quotation, [literal(quotation)], where)
    # The year of the source itself is on its title page.
    published = fact.source.published[:4] if hasattr(fact, "source") else ""
    theirs = OWN_COUNT.split(text, maxsplit=1)[0]
    for found in re.findall(r"\d+(?: \d+)*", REFERENCE.sub("", theirs)):
        is_plain = len(found) <= 4 and not found.startswith("0") and " " not in found
        if found != published:
            yield Literal(name, found, [number(int(found)) if is_plain else digits(found)], where)
