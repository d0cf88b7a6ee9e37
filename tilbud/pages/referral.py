"""The referral sheet: one printed page for each offer."""

from django.db.models import Q
from django.views.generic import DetailView

from tilbud.models import Activity, Contact, Institution, Offer, Sectors, WayIn
from tilbud.pages.old_addresses import OldAddresses
from tilbud.pages.professional_rows import address, names_address
from tilbud.pages.professional_table import inheritances, prefetches


class ReferralSheet(OldAddresses, DetailView):
    """Whom to write to, what to write, what happens next; or why no referral is to be sent."""

    template_name = "professionals/sheet.html"

    def get_queryset(self):
        related = ("institution__place", "place", "county", "source")
        return Offer.objects.select_related(*related).prefetch_related(*prefetches())

    def get_context_data(self, **kwargs):
        offer, institution = self.object, self.object.institution
        own, whole = (q.select_related("institution", "other", "source") for q in inheritances(institution))
        inheritance = own.first() or whole.first()
        is_moved = inheritance is not None and inheritance.institution_id == institution.pk
        contacts = contacts_of(offer, inheritance.other if is_moved else institution)
        return super().get_context_data(
            inheritance=inheritance,
            is_moved=is_moved,
            recipient=(inheritance.other or inheritance.other_name) if is_moved else institution,
            contacts=contacts,
            address=None if names_address(offer.ways_in.all()) else address(contacts),
            situation=situation(offer),
            is_specialist=is_specialist(institution),
            hangs_on_patient=hangs_on_patient(offer),
            **kwargs,
        )


def contacts_of(offer, recipient):
    """Where a letter or a call to `recipient` goes; the offer's own channels first, while it is still theirs."""
    if not recipient:
        return []
    owner = Q(institution=recipient)
    if recipient == offer.institution:
        owner |= Q(offer=offer)
    kinds = [Contact.Kinds.POSTAL, Contact.Kinds.VISIT, Contact.Kinds.PHONE]
    found = Contact.objects.current().filter(owner, kind__in=kinds).select_related("source", "place")
    own = {contact.kind for contact in found if contact.offer_id}
    return [contact for contact in found if contact.offer_id or contact.kind not in own]


def situation(offer):
    """Which of the sheets an offer gets, by what the sources say of the ways in."""
    kinds = {way.kind for way in offer.ways_in.all()}
    if not offer.is_running:
        return "dormant"
    if WayIn.Kinds.REFERRAL in kinds:
        return "referral"
    if WayIn.Kinds.SELF in kinds:
        return "self"
    # Organisations, helplines and family counselling offices need none; only the title tells the last.
    is_line = Activity.Activities.PHONE in {activity.activity for activity in offer.activities.all()}
    if is_line or offer.institution.sector == Sectors.VOLUNTARY or "familievern" in offer.title.lower():
        return "open"
    return "patient" if kinds else "unknown"


def is_specialist(institution):
    """Specialist care, where the ten working days may hold: hospitals, regional centres, or by agreement."""
    hospitals = (Institution.Kinds.HOSPITAL, Institution.Kinds.HOSPITAL_UNIT)
    return institution.kind in hospitals or institution.is_competence_centre or bool(institution.agreements.all())


def hangs_on_patient(offer):
    """Whether the other person must be a patient there or consent, or is the way in."""
    dependent = (Offer.Dependences.PATIENT_THERE, Offer.Dependences.CONSENT)
    via_patient = WayIn.Kinds.VIA_PATIENT in {way.kind for way in offer.ways_in.all()}
    return offer.dependence in dependent or via_patient
