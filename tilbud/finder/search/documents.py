"""What the search knows of each offer: its words, sorted by how much a word there says. Five queries."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import F, Q, Value

from tilbud.finder.search.words import synonyms
from tilbud.models import (
    Activity,
    Affiliation,
    AgeLimit,
    Catchments,
    Channel,
    Contact,
    Institution,
    InstitutionName,
    Offer,
    Payment,
    Remark,
    TargetRelation,
    WayIn,
)

# How much a word weighs by where it stands: names over places over text.
NAME, TITLE, TOWN, PLACE, RELATED, FACT, TEXT = 8, 8, 7, 4, 3, 2.5, 1
# Names and places are looked up as they are spelt first, and by their stem only when nothing else is found.
PROPER = {"name", "town", "place", "related"}
WEIGHTS = {
    "name": NAME,
    "title": TITLE,
    "town": TOWN,
    "place": PLACE,
    "related": RELATED,
    "fact": FACT,
    "text": TEXT,
}

_TOWN = ["area", "place__name"]
_PLACE = [
    "place__county_2007__name",
    "place__county__name",
    "place__county_2007__region__name",
    "place__county_2007__region__successor__name",
    "county__name",
    "county__region__name",
    "county__region__successor__name",
]
_INSTITUTION_TOWN = ["institution__place__name"]
_INSTITUTION_PLACE = [
    *("institution__" + path for path in _PLACE if path.startswith("place__")),
    "institution__region__name",
    "institution__region__successor__name",
]


@dataclass
class Document:
    """One offer as the search sees it."""

    pk: int
    institution: int
    is_running: bool
    # Not bound to a place.
    is_everywhere: bool
    texts: dict = field(default_factory=lambda: defaultdict(list))


def read_documents():
    """Return a Document for every offer, in the order offers with the same score are shown."""
    documents = []
    for row in _offers():
        documents.append(_document(row))
    names, related = _names(), _related()
    facts, remarks = _facts(), _remarks()
    for document in documents:
        texts = document.texts
        texts["name"] += names[document.institution]
        for other in related[document.institution]:
            texts["related"] += names[other] if isinstance(other, int) else [other]
        texts["fact"] += facts[document.pk]
        for said, text in (*remarks["offer", document.pk], *remarks["institution", document.institution]):
            texts[said].append(text)
    return documents


def _offers():
    rows = Offer.objects.in_list_order().values(
        "pk",
        "institution_id",
        "title",
        "summary",
        "status",
        "catchment",
        "is_urgent",
        *_TOWN,
        *_PLACE,
        *_INSTITUTION_TOWN,
        *_INSTITUTION_PLACE,
    )
    return rows.iterator(chunk_size=2000)


def _document(row):
    # Its own place is where it is; only without one is it where its institution is.
    own = any(row[path] for path in (*_TOWN, "county__name"))
    towns, places = (_TOWN, _PLACE) if own else (_INSTITUTION_TOWN, _INSTITUTION_PLACE)
    towns, places = ([row[path] for path in paths if row[path]] for paths in (towns, places))
    is_everywhere = row["catchment"] == Catchments.NATIONAL or not (row["catchment"] or towns or places)
    document = Document(row["pk"], row["institution_id"], row["status"] in Offer.RUNNING, is_everywhere)
    document.texts |= {"title": [row["title"]], "text": [row["summary"]], "town": towns, "place": places}
    known = synonyms()
    summary = row["summary"].lower()
    document.texts["fact"] += [text for phrase, text in known.phrases.items() if phrase in summary]
    if row["catchment"] == Catchments.NATIONAL:
        document.texts["fact"].append(known.facts["catchment", "national"])
    if row["is_urgent"]:
        document.texts["fact"].append(known.facts["urgent", "yes"])
    return document


def _names():
    names = defaultdict(list)
    own = Institution.objects.order_by().values_list("pk", "name")
    for pk, name in own.union(InstitutionName.objects.order_by().values_list("institution", "name")):
        names[pk].append(name)
    return names


def _related():
    """Return the institutions (keys, or names outside the directory) whose names lead to an institution."""
    related = defaultdict(list)
    rows = Affiliation.objects.current().filter(is_confirmed=True).order_by("pk")
    for pk, kind, other, name in rows.values_list("institution", "kind", "other", "other_name"):
        related[pk].append(other or name)
        if other and kind == Affiliation.Kinds.SUCCESSOR:
            related[other].append(pk)
    return related


def _facts():
    """Return the words of the facts of each offer, by the tables «facts» of synonyms.toml."""
    held = [
        ("relation", TargetRelation, F("relation"), Q()),
        ("activity", Activity, F("activity"), ~Q(extent=Activity.Extents.PLANNED)),
        ("channel", Channel, F("channel"), Q()),
        ("payment", Payment, F("kind"), Q()),
        ("way_in", WayIn, F("kind"), Q()),
        ("age", AgeLimit, Value("young"), Q(max_age__lte=35)),
    ]
    first, *rest = (
        model.objects.current().filter(only).order_by().values_list("offer", Value(kind), value)
        for kind, model, value, only in held
    )
    known = synonyms().facts
    facts = defaultdict(list)
    for pk, kind, value in first.union(*rest):
        if (kind, value) in known:
            facts[pk].append(known[kind, value])
    return facts


def _remarks():
    """Return what else is written about each offer and institution: remarks as text, numbers as names."""
    topics = [Remark.Topics.METHOD, Remark.Topics.TARGET, Remark.Topics.FAMILY_STAY]
    remarks = Remark.objects.current().filter(topic__in=topics).order_by()
    numbers = Contact.objects.current().filter(kind__in=["phone", "web", "chat", "sms"], is_doubtful=False)
    rows = remarks.values_list("offer", "institution", Value("text"), "text").union(
        numbers.order_by().values_list("offer", "institution", Value("related"), "value")
    )
    written = defaultdict(list)
    for offer, institution, said, text in rows:
        if offer or institution:
            written["offer" if offer else "institution", offer or institution].append((said, text))
    return written
