from django.utils.translation import gettext as _t

from tilbud.finder.ladder import Rungs
from tilbud.finder.order import Candidate, order_key
from tilbud.models import AgeFits, Offer


def candidates(offer_filter):
    """Return every offer that fits, in the order of the answer, as `Candidate`s; one query."""
    queryset = offer_filter.qs
    has_rungs = "place" in offer_filter.in_force
    scores = offer_filter.found.scores if "q" in offer_filter.in_force else {}
    fields = ["pk", "status", "fit", "dependence", "checked_on", "institution__sort_key", "sort_key"]
    rows = queryset.order_by().values_list(*fields, *(["rung", "at_place"] if has_rungs else []))
    return sorted(
        (
            Candidate(
                pk=pk,
                is_running=status in Offer.RUNNING,
                rung=where[0] if has_rungs else 0,
                fit=fit,
                dependence=dependence,
                checked_on=checked_on,
                kilometres=offer_filter.kilometres.get(where[1]) if has_rungs else None,
                score=scores.get(pk),
                institution=institution,
                title=title,
            )
            for pk, status, fit, dependence, checked_on, institution, title, *where in rows
        ),
        key=order_key,
    )


def count_candidates(found):
    """How many fit surely, perhaps, and without saying; and how many are not running."""
    counts = dict.fromkeys(["all", "running", "dormant", "yes", "assessed", "unstated"], 0)
    for candidate in found:
        counts["all"] += 1
        if candidate.is_running:
            counts["running"] += 1
            counts[AgeFits(candidate.fit).name.lower()] += 1
        else:
            counts["dormant"] += 1
    return counts


def load_page(found):
    """Return the offers behind a page of candidates, in the same order, with what their cards show."""
    offers = Offer.objects.for_cards().in_bulk([candidate.pk for candidate in found])
    page = []
    for candidate in found:
        # An offer deleted since the candidates were read is simply not there any more.
        if offer := offers.get(candidate.pk):
            offer.candidate = candidate
            page.append(offer)
    return page


def sections(offers, in_force):
    """Split a page's offers under headings: the rung, and whether they fit surely, perhaps or without saying."""
    result = []
    for offer in offers:
        candidate = offer.candidate
        if candidate.score is not None:
            key = (candidate.rung if "place" in in_force else "", "")
        elif candidate.is_running:
            key = (candidate.rung if "place" in in_force else "", candidate.fit)
        else:
            key = ("dormant", "")
        if not result or result[-1]["key"] != key:
            is_new_rung = not result or result[-1]["key"][0] != key[0]
            result.append(
                {
                    "key": key,
                    "rung": _rung_heading(key[0]) if is_new_rung else "",
                    "heading": _fit_heading(key[1], in_force),
                    "offers": [],
                }
            )
        result[-1]["offers"].append(offer)
    return result


def _rung_heading(key):
    if key == "dormant":
        return _t("Ikke i gang nå: planlagt, stanset eller lagt ned")
    return Rungs(key).label if key != "" else ""


def _fit_heading(fit, in_force):
    if fit == AgeFits.ASSESSED:
        return _t("Vurderes: tar bare imot på denne alderen etter vurdering, eller sjelden")
    if fit == AgeFits.UNSTATED and {"age", "relation"} <= set(in_force):
        return _t("Ikke oppgitt: sier ikke hvilken alder eller hvilke pårørende det er for")
    if fit == AgeFits.UNSTATED and "age" in in_force:
        return _t("Ikke oppgitt: sier ikke hvilken alder det er for")
    if fit == AgeFits.UNSTATED:
        return _t("Ikke oppgitt: nevner ikke hvilke pårørende det er for")
    return ""
