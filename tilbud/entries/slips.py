"""Slips an editor makes while typing: tidied where only one thing can be meant, else said.

What cannot be right is refused (ValidationError); what may be right is a warning the editor can answer.
"""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db.models import Q
from django.utils.translation import gettext as _
from rapidfuzz.distance import DamerauLevenshtein
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.no import orgnr

from regions.lookup import find_spots
from regions.norwegian import fold
from tilbud.models import Contact, Institution, OldSlug
from tilbud.models.contact import PHONE

BETWEEN_DIGITS = re.compile(r"[\s()./\-\u00a0\u2010-\u2015\u202f]+")
# A dot before the colon is a host with a port: «www.eksempel.no:8080».
SCHEME = re.compile(r"[a-z][a-z0-9+-]*:", re.IGNORECASE)
LONGEST_ADDRESS = 250
# What a mailbox that belongs to a unit has in its name; the whole word, or the beginning of it.
UNIT_WORDS = {"a", "adm", "arp", "avd", "bup", "dps", "hjelp", "nav", "nps", "ppt", "rop", "ruse", "ung", "vakt"}
UNIT_BEGINNINGS = tuple(
    """
    admin booking drift familie faktura firma forening helse henvis info inntak klinikk kommune kontakt kontor kurs
    legevakt mail medlem mottak paror parorende poliklinikk post psyk resepsjon rus sekretar senter sentral service
    sosial sosmed styret support team telefon veksthus
    """.split()
)
# Names shorter than this have neighbours that are no slips: «RIO» and «RITS».
SHORTEST_TO_MISSPELL = 6


def tidy_org_number(text):
    """Return an organisation number as nine digits; raises ValidationError when it cannot be one."""
    digits = re.sub(r"[\s\u00a0.]+", "", text).upper().removeprefix("NO").removesuffix("MVA")
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit() and len(digits) == 9):
        raise ValidationError(_("Et organisasjonsnummer har ni siffer."))
    try:
        return orgnr.validate(digits)
    except StdnumError:
        raise ValidationError(
            _("%s er ikke et organisasjonsnummer: kontrollsifferet stemmer ikke. Se etter en skrivefeil.") % digits
        ) from None


def tidy_phone(text):
    """Return a Norwegian number as only digits, without the country's code; raises ValidationError."""
    digits = BETWEEN_DIGITS.sub("", text)
    for code in ("+47", "0047"):
        digits = digits.removeprefix(code)
    if not PHONE.fullmatch(digits):
        raise ValidationError(
            _(
                "«%s» er ikke et norsk nummer: det har åtte siffer, eller er et kortnummer som 113 eller 116123. "
                "Står det slik i kilden, hak av for «tvilsom» og skriv hvorfor."
            )
            % text
        )
    return digits


def tidy_url(text):
    """Return a web address with its scheme, https where none is given; raises ValidationError."""
    address = text.strip()
    refuse_other_schemes(address)
    if not SCHEME.match(address):
        address = f"https://{address.removeprefix('//')}"
    try:
        URLValidator(["http", "https"])(address)
    except ValidationError:
        raise ValidationError(
            _("«%s» er ikke en nettadresse. Skriv den slik: https://www.eksempel.no/.") % text
        ) from None
    if len(address) > LONGEST_ADDRESS:
        raise ValidationError(_("Nettadressen er for lang: høyst %s tegn.") % LONGEST_ADDRESS)
    return address


def refuse_other_schemes(address):
    """Refuse an address that would run something or open something else than a web page."""
    scheme = SCHEME.match(re.sub(r"[\s\x00-\x1f]+", "", address))
    if scheme and scheme[0].lower() not in ("http:", "https:"):
        raise ValidationError(_("Bare nettadresser som begynner med https:// eller http://, kan stå her."))


def tidy_contact_value(kind, value, is_doubtful=False):
    """Return the value of a contact as it is to be stored; what is doubtful stays as printed."""
    if kind in (Contact.Kinds.WEB, Contact.Kinds.CHAT):
        refuse_other_schemes(value)
    if is_doubtful:
        return value
    if kind in (Contact.Kinds.PHONE, Contact.Kinds.SMS):
        return tidy_phone(value)
    if kind in (Contact.Kinds.WEB, Contact.Kinds.CHAT):
        return tidy_url(value)
    if kind == Contact.Kinds.EMAIL:
        value = value.strip().removeprefix("mailto:")
        validate_email(value)
    return value


def postcode_fault(code, place=None):
    """Return what is wrong with a postcode, or an empty text. `place` is where the address says it is."""
    spots = find_spots(code) if code else []
    if code and not spots:
        return _("Postnummeret %s finnes ikke i registeret. Står det slik i kilden, hak av for «tvilsom».") % code
    if not code or not place or not spots[0].county:
        return ""
    county = place.county or place.county_2007.successor
    if county.slug == spots[0].county or fold(place.name) == fold(spots[0].name):
        return ""
    return _("%(code)s er %(there)s, men stedet %(place)s ligger i %(county)s. Rett det ene.") % {
        "code": code,
        "there": spots[0].name,
        "place": place.name,
        "county": county.name,
    }


def is_personal_email(address):
    """Whether an address looks like one person's: two names, or initials. Units' mailboxes do not."""
    local, _at, domain = fold(address).partition("@")
    words = [word.replace("-", "") for word in re.split(r"[._+]", local) if word.strip("-")]
    owner = domain.partition(".")[0]
    if any(word in UNIT_WORDS or word.startswith(UNIT_BEGINNINGS) or word == owner for word in words):
        return False
    has_names = len(words) in (2, 3)
    return all(word.isalpha() for word in words) and (has_names or (len(words) == 1 and len(words[0]) in (2, 3)))


def email_warning(address):
    if not is_personal_email(address):
        return ""
    return (
        _(
            "«%s» ser ut som adressen til en person. "
            "Katalogen viser bare postkassene til enheter, som post@ og kontakt@."
        )
        % address
    )


def slug_fault(kind, slug, pk=None):
    """Return what is wrong with the address of an entry when another entry once had it; else an empty text."""
    old = OldSlug.objects.filter(slug=slug, **{f"{kind}__isnull": False}).select_related(kind).first()
    if not old or getattr(old, f"{kind}_id") == pk:
        return ""
    return _(
        "Kortnavnet «%(slug)s» har vært adressen til «%(other)s». Gamle lenker fører dit, så velg et annet."
    ) % {
        "slug": slug,
        "other": getattr(old, kind),
    }


def are_alike(one, other):
    """Whether two names may be one, misspelt: the same but for case and accents, or two letters apart."""
    one, other = fold(one), fold(other)
    if one == other:
        return True
    if min(len(one), len(other)) < SHORTEST_TO_MISSPELL or re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return False
    return DamerauLevenshtein.distance(one, other, score_cutoff=2) <= 2


def institutions_alike(name, place=None, pk=None):
    """Return institutions near by whose name, today's or an older one, may be `name` misspelt.

    Near by is in the same county; what has no place may be anywhere.
    """
    others = Institution.objects.exclude(pk=pk)
    if place:
        county = Q(place__county_2007=place.county_2007_id)
        if place.county_id:
            county |= Q(place__county=place.county_id)
        others = others.filter(county | Q(place=None))
    named = others.order_by("sort_key").values_list("pk", "name", "names__name")
    keys = {pk for pk, *names in named if any(are_alike(name, other) for other in names if other)}
    return list(Institution.objects.filter(pk__in=keys)) if keys else []
