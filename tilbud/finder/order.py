"""The order of an answer, as one pure function."""

from dataclasses import dataclass
from datetime import date

from tilbud.finder.ladder import Rungs

# Open to you whatever the other person does, before what nobody has said, before what depends on them.
DEPENDENCE = {"independent": 0, "unstated": 1, "consent": 2, "patient_there": 2}
UNKNOWN_KM = 10_000


@dataclass(frozen=True)
class Candidate:
    """What the order looks at of an offer: nothing else of it matters."""

    pk: int
    is_running: bool
    rung: int = 0
    fit: int = 0
    dependence: str = "unstated"
    checked_on: date | None = None
    kilometres: float | None = None
    score: float | None = None
    institution: str = ""
    title: str = ""


def order_key(offer):
    """Return the key candidates are sorted by, smallest first.

    Without search words: offers running now; then the rung; on the last rung what anybody can call or write to
    before places far away; what fits surely before perhaps before unstated;
    open to you before dependent; lately checked before long ago before never; near before far (what has no
    known distance last); then who and what by the Norwegian alphabet (`institution` and `title` are sort keys).
    With search words the rung and how well the words fit come before all of that, so that somebody who types
    the name of a place that has closed finds it.
    """
    checked = -offer.checked_on.toordinal() if offer.checked_on else 0
    kilometres = UNKNOWN_KM if offer.kilometres is None else offer.kilometres
    far = offer.rung == Rungs.COUNTRY and offer.kilometres is not None
    dependence = DEPENDENCE[offer.dependence]
    rest = (far, offer.fit, dependence, checked, kilometres, offer.institution, offer.title, offer.pk)
    if offer.score is not None:
        return (offer.rung, -offer.score, not offer.is_running, *rest)
    return (not offer.is_running, offer.rung, *rest)
