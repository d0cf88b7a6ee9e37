import re

from regions.norwegian import fold
from tilbud.models import Offer


def matching_offers(text):
    """Return the keys of offers in which every word of `text` begins some word, in any spelling of æ, ø and å."""
    words = re.findall(r"\w+", fold(text))
    haystacks = {}
    rows = Offer.objects.values_list(
        "pk",
        "title",
        "summary",
        "area",
        "place__name",
        "institution__name",
        "institution__place__name",
        "institution__names__name",
    )
    for pk, *texts in rows:
        haystacks.setdefault(pk, set()).update(re.findall(r"\w+", fold(" ".join(filter(None, texts)))))
    return [
        pk
        for pk, vocabulary in haystacks.items()
        if all(any(known.startswith(word) for known in vocabulary) for word in words)
    ]
