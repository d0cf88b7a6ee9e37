import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from tilbud.models import Offer, OldSlug
from tilbud.models.offer import CODE_LENGTH

# What fits on a sheet somebody takes along; also keeps the address short.
MOST = 30


def clean_codes(values):
    """Return the codes in the values of an address's `o`, each once, as one value; anything else is dropped."""
    text = ",".join(values)[: (MOST + 1) * (CODE_LENGTH + 1)]
    return ",".join(dict.fromkeys(re.findall(r"[0-9a-f]+", text)))


class Shortlist(TemplateView):
    """A list that lives in its own address: `o` holds neutral codes, parted by commas. Nothing is stored."""

    template_name = "shortlist/list.html"

    def get_context_data(self, **kwargs):
        codes = clean_codes(self.request.GET.getlist("o")).split(",")
        codes = [code for code in codes if code]
        by_code = {offer.code: offer for offer in Offer.objects.with_codes(codes[:MOST]).for_cards()}
        if renamed := OldSlug.objects.codes_of_today([code for code in codes[:MOST] if code not in by_code]):
            by_code |= {offer.code: offer for offer in Offer.objects.with_codes(renamed.values()).for_cards()}
            codes = list(dict.fromkeys(renamed.get(code, code) for code in codes))
        known = [code for code in codes if code in by_code]
        return super().get_context_data(
            entries=[
                {"offer": by_code[code], "without": ",".join(other for other in known if other != code)}
                for code in known
            ],
            codes=",".join(known),
            problem=_problem(len(codes), len(known)),
            **kwargs,
        )


def _problem(wanted, known):
    if wanted > MOST:
        return _("Listen kan ha høyst %(most)d tilbud. Her er de første.") % {"most": MOST}
    missing = wanted - known
    return missing and ngettext(
        "Ett av tilbudene finnes ikke lenger, eller adressen er skrevet feil.",
        "%(missing)d av tilbudene finnes ikke lenger, eller adressen er skrevet feil.",
        missing,
    ) % {"missing": missing}
