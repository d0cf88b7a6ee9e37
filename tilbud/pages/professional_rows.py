"""What the professional's table says of an offer: plain text, cell by cell, the same on the page and as CSV."""

import re

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tilbud.finder.ladder import Rungs
from tilbud.models import Activity, Contact, WayIn

DEPENDENCES = {
    "independent": _("uavhengig av den andre"),
    "patient_there": _("bare mens den andre er pasient der"),
    "consent": _("krever samtykke fra den andre"),
}
NEARNESS = {
    Rungs.NEAR: _("nær"),
    Rungs.COUNTY: _("i fylket"),
    Rungs.REGION: _("i helseregionen"),
    Rungs.COUNTRY: _("hele landet, telefon eller nett"),
}


def mark(fact):
    """How old a fact is, short enough for a cell."""
    if fact.checked_on:
        return _t("kontrollert %(date)s") % {"date": date_format(fact.checked_on, "j.n.Y")}
    return fact.source.published[:4] or _t("uten dato")


def marked(facts, offer=None, text=str):
    """The facts in one cell; each says how old it is, unless it is as old as `offer`."""
    texts = [
        text(fact) if offer and mark(fact) == mark(offer) else f"{text(fact)} ({mark(fact)})" for fact in facts
    ]
    return "; ".join(texts)


def address(contacts):
    """The one of the current contacts a letter goes to: a postal address before a door, a sure one before both."""
    kinds = [Contact.Kinds.POSTAL, Contact.Kinds.VISIT]
    places = [contact for contact in contacts if contact.kind in kinds]
    return min(places, key=lambda c: (c.is_doubtful, kinds.index(c.kind)), default=None)


def address_text(contact):
    text = contact.value
    if contact.postal_code and contact.postal_code not in text:
        text = f"{text}, {contact.postal_code} {contact.place.name if contact.place else ''}".strip()
    return _t("%(address)s, tvilsom") % {"address": text} if contact.is_doubtful else text


def way_text(way):
    """The route as the source says it, and the kind of way where the column «Henvisning» does not tell it."""
    kind = "" if way.kind in (WayIn.Kinds.SELF, WayIn.Kinds.REFERRAL) else str(way)
    return ": ".join(filter(None, (kind, way.route)))


def referral(offer):
    """Whether it takes a referral; empty where no source says so either way."""
    kinds = {way.kind for way in offer.ways_in.all()}
    if {WayIn.Kinds.REFERRAL, WayIn.Kinds.SELF} <= kinds:
        return _t("Begge")
    if WayIn.Kinds.REFERRAL in kinds:
        return _t("Ja")
    return _t("Nei, ta kontakt selv") if WayIn.Kinds.SELF in kinds else ""


def names_address(ways):
    """Whether a route says where to send it itself: there is a postcode in it."""
    return any(re.search(r"\b\d{4}\b", way.route) for way in ways)


def ways_and_address(offer):
    """Who may refer and where to; an address only where no route names one, and never one that was taken over."""
    ways = [way for way in offer.ways_in.all() if way_text(way)]
    route = marked(ways, offer, way_text)
    if names_address(ways):
        return route
    if offer.heir and offer.heir_of == offer.institution.name:
        return "; ".join(filter(None, (route, _t("ny adresse: se henvisningsarket"))))
    contact = address(offer.contacts.all()) or address(offer.institution.contacts.all())
    return "; ".join(filter(None, (route, contact and marked([contact], text=address_text))))


def takes(offer):
    """Whom the offer takes: which relatives, whether it hangs on the other person, from where."""
    texts = [marked(offer.relations.all(), offer) or _t("relasjon ikke oppgitt")]
    if offer.dependence in DEPENDENCES:
        texts.append(str(DEPENDENCES[offer.dependence]))
    if offer.catchment:
        texts.append(_t("tar imot: %(catchment)s") % {"catchment": offer.get_catchment_display()})
    return "; ".join(texts)


def activities(offer, kinds):
    def text(activity):
        firmly = activity.extent == Activity.Extents.YES
        return str(activity) if firmly else f"{activity} ({activity.get_extent_display()})"

    return marked([a for a in offer.activities.all() if a.activity in kinds], offer, text)


def place(offer):
    """Where it is and, when somebody asked from a place, how near."""
    if not hasattr(offer, "rung"):
        return str(offer.where)
    return "; ".join(filter(None, (str(offer.where), str(NEARNESS[offer.rung]))))


def row(offer):
    """One offer as the table and the CSV show it: its head in parts, and a text for every other column."""
    region = offer.region_today or ""
    if offer.region_then != offer.region_today:
        region = _t("%(today)s (i 2007 %(then)s)") % {"today": region, "then": offer.region_then}
    followed = ""
    if offer.heir:
        followed = _t("%(old)s er videreført av %(heir)s") % {"old": offer.heir_of, "heir": offer.heir}
    cells = [
        place(offer),
        region,
        takes(offer),
        marked(offer.age_limits.all(), offer),
        activities(offer, Activity.PROFILES),
        activities(offer, Activity.FORMATS),
        referral(offer),
        ways_and_address(offer),
        marked(offer.payments.all(), offer),
        marked(offer.institution.agreements.all()),
        offer.age,
    ]
    return {
        "offer": offer,
        "followed": followed,
        "head": [offer.institution.name, offer.title, capfirst(offer.get_status_display()), followed],
        "cells": [capfirst(cell) or _t("ikke oppgitt") for cell in cells],
    }
