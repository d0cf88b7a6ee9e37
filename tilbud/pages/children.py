"""The children's way in: whom to talk to now, four plain answers about each, and offers that take children."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, Value, When, prefetch_related_objects
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from regions.lookup import find_spots
from regions.models import HealthRegion
from tilbud.finder.fields import AgeField, TextField, quoted
from tilbud.models import (
    AgeFits,
    AgeLimit,
    Catchments,
    Channel,
    CheckMethods,
    Contact,
    Offer,
    Payment,
    Remark,
    TargetRelation,
    WayIn,
)

# At most this many under each heading, 20 in all: the finder has the rest.
MOST = {AgeFits.YES: 10, AgeFits.ASSESSED: 5, AgeFits.UNSTATED: 5}
EMERGENCY = "nodmelding-113"
# No field says that a line is for anybody, so these two are named here.
FOR_ANYBODY = ["mental-helse-telefon", "kirkens-sos-telefon"]

QUESTIONS = {
    "anonymous": _("Er det anonymt?"),
    "cost": _("Koster det noe?"),
    "bill": _("Synes det på regningen?"),
    "parents": _("Får foreldre vite det?"),
}
# The only sentences of a remark on practical matters that answer a question. Compared whole: a sentence that
# somebody words in another way, or turns round, gives «vi vet ikke» and never a wrong «ja».
SAID = {
    "anonymous": {
        "Du kan være anonym.": True,
        "Man kan henvende seg anonymt.": True,
        "Den som tar kontakt, kan velge å være anonym.": True,
        "Du kan ikke være anonym.": False,
    },
    "bill": {"Det synes ikke på regningen.": False, "Det synes på regningen.": True},
    "parents": {"Foreldrene får ikke vite det.": False, "Foreldrene får vite det.": True},
}
# Whoever asks whether it stays secret must hear of this too.
ALERTS_OTHERS = "I akutte situasjoner tar telefonen kontakt med hjelpeapparatet."
COSTS = {Payment.Kinds.FREE: False, Payment.Kinds.EGENANDEL: True, Payment.Kinds.USER_FEE: True}


class Steps:
    """How near an offer is: the numbers order the list."""

    PLACE, COUNTY, REGION, NATIONAL, UNSTATED, ELSEWHERE = range(6)
    LABELS = {
        PLACE: _("Samme sted"),
        COUNTY: _("Samme fylke"),
        REGION: _("Samme del av landet"),
        NATIONAL: _("Hele landet"),
        UNSTATED: _("Sted ikke oppgitt"),
    }


class ChildAgeField(AgeField):
    """An age below 18, with messages a child understands."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        message = _("Skriv alderen din med tall fra 0 til 17, for eksempel 12.")
        self.error_messages["invalid"] = message
        for validator in self.validators:
            validator.message = message

    def clean(self, value):
        age = super().clean(value)
        if age is not None and age >= 18:
            raise ValidationError(_("Denne siden er for deg under 18 år. Er du eldre, velg «Finn tilbud» øverst."))
        return age


class ChildForm(forms.Form):
    """Own age and place. A bad answer gets its message; the other one is used."""

    age = ChildAgeField(label=_("Hvor gammel er du?"), required=False)
    place = TextField(label=_("Hvor bor du?"), max_length=80, required=False)
    spots = ()

    def clean_place(self):
        text = self.cleaned_data["place"].strip()
        if text:
            self.spots = find_spots(text)
            if not self.spots:
                message = _("Vi kjenner ikke stedet «%(place)s». Se om det er rett skrevet, eller skriv byen.")
                raise ValidationError(message, params={"place": quoted(text)})
        return text

    def clean(self):
        if not self.errors and self.cleaned_data["age"] is None and not self.spots:
            raise ValidationError(_("Skriv hvor gammel du er, eller hvor du bor."))

    @property
    def good(self):
        """The answers that can be used, as parameters of this page and of the finder."""
        answers = {name: self.cleaned_data.get(name) for name in self.fields} if self.is_bound else {}
        return {name: value for name, value in answers.items() if value not in (None, "")}


class Children(TemplateView):
    """Whom a child can talk to now, what the law says, and what there is where the child lives."""

    template_name = "children/children.html"

    def get_context_data(self, **kwargs):
        form = ChildForm(self.request.GET if {"age", "place"} & self.request.GET.keys() else None)
        form.full_clean()
        lines = list(lines_to_talk_to())
        found = list(offers_for(form, lines)) if form.good else []
        shown = [o for fit, most in MOST.items() for o in [o for o in found if o.age_fit == fit][:most]]
        fetch_facts(lines + shown)
        cards = [{"offer": o, "told": told(o), "answers": answers(o), "alert": alert(o)} for o in lines]
        others = [card for card in cards if card["offer"].slug != EMERGENCY]
        now = [card for card in others if card["offer"].check_method != CheckMethods.INTERVIEW]
        return super().get_context_data(
            form=form,
            emergency=next((card for card in cards if card not in others), None),
            now=now,
            # The interviews of 2007: shown apart, for the numbers and hours may be gone.
            old=[card for card in others if card not in now],
            always_open=[
                card
                for card in now
                if "hele døgnet" in opening_hours(card["offer"]) and not card["offer"].is_unreachable
            ],
            law=law(),
            sections=sections(shown, "age" in form.good),
            is_cut=len(found) > len(shown),
            finder_query=finder_query(form.good),
            **kwargs,
        )


def lines_to_talk_to():
    """Lines reached from anywhere: those for children by phone or on the web, those for anybody, and 113."""
    takes_children = AgeLimit.objects.current().filter(offer=OuterRef("pk"), children=AgeLimit.Children.YES)
    distant = Channel.objects.current().filter(offer=OuterRef("pk"), channel__in=["phone", "web"])
    return (
        Offer.objects.running()
        .with_region()
        .filter(
            Q(Exists(takes_children), Exists(distant), located_region=None) | Q(slug__in=[EMERGENCY, *FOR_ANYBODY])
        )
        .select_related("institution", "source")
        .annotate(for_anybody=Case(*[When(slug=slug, then=n) for n, slug in enumerate(FOR_ANYBODY, 1)], default=0))
        .order_by("for_anybody", "-is_urgent", "institution__sort_key", "sort_key", "pk")
    )


def offers_for(form, lines):
    """Running offers that take a child of this age, surest first and near first; never the `lines` again."""
    offers = Offer.objects.running().exclude(pk__in=[line.pk for line in lines])
    offers = offers.for_age(form.good["age"]) if "age" in form.good else for_any_child(offers)
    stated = TargetRelation.objects.current().filter(offer=OuterRef("pk"))
    grown_ups = ["adult-child", "partner", "parent"]
    offers = offers.filter(
        ~Exists(stated) | Exists(stated.exclude(relation__in=grown_ups)),
        # Without a stated age it counts only when it says that it is for children.
        ~Q(age_fit=AgeFits.UNSTATED) | Exists(stated.filter(relation="child")),
    )
    return (
        near_first(offers, form.spots)
        .annotate(for_all_ages=~Exists(stated.filter(relation="child")))
        .select_related("institution__place", "place", "county", "source")
        .order_by("age_fit", "step", "for_all_ages", "institution__sort_key", "sort_key", "pk")
    )


def for_any_child(offers):
    """The same as `OfferQuerySet.for_age` for a child that has not said how old it is."""
    limits = AgeLimit.objects.current().filter(offer=OuterRef("pk"))
    fits = Q(min_age__lt=18) | Q(min_age=None, max_age__isnull=False) | Q(min_age=None, children="yes")
    return offers.annotate(
        age_fit=Case(
            When(Exists(limits.filter(fits)), then=Value(AgeFits.YES)),
            When(Exists(limits.filter(children__in=["assessed", "seldom"])), then=Value(AgeFits.ASSESSED)),
            When(~Exists(limits.stated()), then=Value(AgeFits.UNSTATED)),
        )
    ).filter(age_fit__isnull=False)


def near_first(offers, spots):
    """Annotate `step` (see Steps). With spots, what lies in another part of the country is left out."""
    offers = offers.with_region()
    anywhere = [
        When(catchment=Catchments.NATIONAL, then=Steps.NATIONAL),
        When(located_region=None, area="", then=Steps.UNSTATED),
    ]
    if not spots:
        return offers.annotate(step=Case(*anywhere, default=Steps.ELSEWHERE))
    names = [spot.name for spot in spots if spot.kind not in ("county", "region")]
    counties = [spot.county for spot in spots]
    regions = HealthRegion.objects.with_predecessors([spot.region for spot in spots])

    def near(path):
        today = Q(**{f"{path}county__slug__in": counties})
        then = Q(**{f"{path}county": None, f"{path}county_2007__successor__slug__in": counties})
        return today | then

    # An offer is where it says itself, else where its institution is.
    inherits = Q(place=None, county=None, area="")
    same_county = (
        near("place__") | Q(county__successor__slug__in=counties) | inherits & near("institution__place__")
    )
    same_name = Q(place__name__in=names) | inherits & Q(institution__place__name__in=names)
    return offers.annotate(
        step=Case(
            When(same_county & same_name, then=Steps.PLACE),
            When(same_county, then=Steps.COUNTY),
            When(located_region__in=regions, then=Steps.REGION),
            *anywhere,
        )
    ).filter(step__isnull=False)


def fetch_facts(offers):
    """Fetch what all the cards show, in one query for each kind of fact."""
    current = {
        "payments": Payment.objects.current().select_related("source"),
        "remarks": Remark.objects.current().select_related("source"),
        "contacts": Contact.objects.current(),
        "institution__contacts": Contact.objects.current(),
        "channels": Channel.objects.current(),
        "age_limits": AgeLimit.objects.current(),
        "ways_in": WayIn.objects.current(),
    }
    prefetch_related_objects(offers, *[Prefetch(name, queryset) for name, queryset in current.items()])


def answers(offer):
    """Return the four questions with yes, no or unknown, and the fact that says so."""
    remarks = [r for r in offer.remarks.all() if r.topic == Remark.Topics.PRACTICAL]
    said = {
        name: [(sentences[r.text], r) for r in remarks if r.text in sentences] for name, sentences in SAID.items()
    }
    said["cost"] = [(COSTS.get(payment.kind), payment) for payment in offer.payments.all()]
    return [{"name": name, "question": question, **agreed(said[name])} for name, question in QUESTIONS.items()]


def agreed(claims):
    """Return what the claims say when they say the same; where nobody says it, or they differ, it is unknown."""
    values = {value for value, fact in claims}
    if values == {True} or values == {False}:
        value, fact = claims[0]
        return {"value": "yes" if value else "no", "fact": fact, "told": told(fact)}
    return {"value": "unknown", "fact": None, "told": ""}


def alert(offer):
    """Return where it says that this line alerts others in a crisis, or nothing."""
    return next((told(remark) for remark in offer.remarks.all() if remark.text == ALERTS_OTHERS), "")


def told(fact):
    """Say in a child's words where a fact comes from and how old it is."""
    if fact.checked_on:
        return _t("Vi sjekket det %(date)s.") % {"date": date_format(fact.checked_on, "j. F Y")}
    when = fact.source.get_published_display()
    if fact.check_method == CheckMethods.INTERVIEW:
        return _t("Kilde: en rapport fra %(when)s.") % {"when": when}
    if when:
        return _t("Kilde: %(source)s, %(when)s.") % {"source": fact.source.title, "when": when}
    if re.search(r"\b20\d\d", fact.source.title):
        return _t("Kilde: %(source)s.") % {"source": fact.source.title}
    return _t("Kilde: %(source)s, uten dato.") % {"source": fact.source.title}


def opening_hours(offer):
    """Return the opening hours of a line as its source gives them."""
    hours = [row.hours for row in (*offer.contacts.all(), *offer.channels.all()) if row.hours]
    return hours[0] if hours else ""


def law():
    """The recorded rule on children as relatives: the page says nothing of the law without it."""
    rules = Remark.objects.current().filter(institution=None, offer=None, text__contains="§ 10 a")
    rule = rules.select_related("source").first()
    return {"told": told(rule)} if rule else None


def sections(offers, with_age):
    """Split the offers under headings: sure, assessed, unstated."""
    headings = {
        AgeFits.YES: _("Har sagt at de tar imot på din alder") if with_age else _("Har sagt at de tar imot barn"),
        AgeFits.ASSESSED: _("Vurderes: de tenker over det først, eller tar sjelden imot barn"),
        AgeFits.UNSTATED: _("Ikke oppgitt: for barn, men de sier ikke hvor gamle"),
    }
    result = []
    for offer in offers:
        if not result or result[-1]["key"] != offer.age_fit:
            result.append({"key": offer.age_fit, "heading": headings[offer.age_fit], "cards": []})
        result[-1]["cards"].append({"offer": offer, "told": told(offer), "near": Steps.LABELS.get(offer.step)})
    return result


def finder_query(good):
    """Return the same choices for the finder; who has not said an age is still a child."""
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in good.items()})
    if "age" not in good:
        query["relation"] = "child"
    return query.urlencode()
