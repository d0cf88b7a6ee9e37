"""«Meld om feil»: a visitor says what is wrong with an offer, without being asked who they are."""

from datetime import timedelta

from django import forms
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from tilbud.models import Offer, Report
from tilbud.pages.stamps import make_stamp, read_stamp
from tilbud.pages.text import plain

LONGEST_TEXT = 2000
# Seconds from shown to sent: below the first nobody has read the form, below the second hardly anybody.
TOO_QUICK, QUICK = 5, 20
# What may be stored: how many, in how long a time. No rule knows who sends, so all who are as quick share one.
QUICK_ALLOWANCE = 10, timedelta(days=1)
SLOW_ALLOWANCE = 100, timedelta(hours=1)
OFFER_ALLOWANCE = 60, timedelta(days=1)


class ReportForm(forms.Form):
    """What is wrong: a choice, own words, or both. `website` is a trap: only a program fills it in."""

    use_required_attribute = False

    fault = forms.ChoiceField(
        label=gettext_lazy("Hva er feil?"),
        choices=Report.Faults,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Velg et av svarene under.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Fortell mer, hvis du vil"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
    )
    website = forms.CharField(
        label=gettext_lazy("La dette feltet stå tomt"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, data=None, **kwargs):
        if data is not None:
            data = {name: plain(data.get(name, "")) for name in ("fault", "text", "website", "stamp")}
        super().__init__(data, **kwargs)

    def clean_text(self):
        text = self.cleaned_data["text"]
        if len(text) > LONGEST_TEXT:
            raise forms.ValidationError(
                _("Teksten er på %(length)d tegn. Det er plass til %(most)d. Gjør den litt kortere."),
                params={"length": len(text), "most": LONGEST_TEXT},
            )
        return text

    def clean(self):
        said = self.cleaned_data
        if not self.errors and not said["fault"] and not said["text"]:
            self.add_error("fault", _("Velg hva som er feil, eller skriv det med egne ord."))
        return said


# Without an account or a cookie there is nobody's name a forged form could be sent in.
@method_decorator(csrf_exempt, name="dispatch")
class ReportFault(View):
    """The form for one offer, and what becomes of it. Nothing is kept of who sent it."""

    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request, slug):
        self.offer = get_object_or_404(Offer.objects.select_related("institution"), slug=slug)
        return super().dispatch(request)

    def get(self, request):
        return self.show(ReportForm(), make_stamp(self.offer.pk))

    def post(self, request):
        form = ReportForm(request.POST)
        text = form.data["stamp"]
        stamp = read_stamp(text, self.offer.pk)
        if not form.is_valid():
            return self.show(form, text if stamp else make_stamp(self.offer.pk))
        if stamp and self.is_sent(stamp, form.cleaned_data):
            return self.thank()
        problem, is_full = self.problem(stamp, form.cleaned_data)
        if not problem:
            if self.store(stamp, form.cleaned_data):
                return self.thank()
            problem = USED
        # A form that was only sent too soon keeps its stamp: the wait goes on, and does not begin anew.
        keeps_stamp = stamp and problem != USED
        return self.show(
            form,
            text if keeps_stamp else make_stamp(self.offer.pk),
            problem=problem,
            status=429 if is_full else 200,
        )

    def problem(self, stamp, said):
        """Why the report is not taken, in a sentence that says what to do, and whether it is for lack of room."""
        if stamp is None:
            return STALE, False
        if said["website"]:
            return _("Et felt som skulle stå tomt, var fylt ut. Vi har tømt det. Trykk «Send igjen»."), False
        if stamp.age < TOO_QUICK:
            return _(
                "Det gikk så fort at vi ikke vet om et menneske sendte. Vent litt, og trykk «Send igjen»."
            ), False
        reports = Report.objects.all()
        if stamp.age < QUICK and is_full(reports.filter(was_quick=True), QUICK_ALLOWANCE):
            return _("Det kommer mange meldinger nå. Vent et halvt minutt, og trykk «Send igjen»."), True
        slow = reports.filter(was_quick=False)
        if is_full(slow, SLOW_ALLOWANCE):
            return _("Det kommer svært mange meldinger nå. Prøv igjen om en time."), True
        if is_full(slow.filter(offer=self.offer), OFFER_ALLOWANCE):
            return _("Vi har fått svært mange meldinger om dette tilbudet i dag. Prøv igjen i morgen."), True
        return "", False

    def is_sent(self, stamp, said):
        """Whether this very report is here already: a button pressed twice is not two reports."""
        return Report.objects.filter(stamp=stamp.nonce, text=said["text"]).exists()

    def store(self, stamp, said):
        """Keep the report; False when the form has been used before."""
        try:
            with transaction.atomic():
                Report.objects.create(
                    offer=self.offer,
                    fault=said["fault"] or Report.Faults.OTHER,
                    text=said["text"],
                    stamp=stamp.nonce,
                    was_quick=stamp.age < QUICK,
                )
        except IntegrityError:
            return False
        return True

    def show(self, form, stamp, problem="", status=200):
        context = {"offer": self.offer, "form": form, "stamp": stamp, "problem": problem}
        return render(self.request, "offers/report.html", context, status=status)

    def thank(self):
        return render(self.request, "offers/report_thanks.html", {"offer": self.offer})


STALE = gettext_lazy("Skjemaet er for gammelt til å sendes. Teksten din står her. Trykk «Send igjen» om litt.")
USED = gettext_lazy("Dette skjemaet er sendt før. Vil du melde om noe mer, så trykk «Send igjen» om litt.")


def is_full(reports, allowance):
    """Whether no more reports are taken of this kind for now.

    Counted without a lock: of several that are sent at the same moment one or two too many may get in.
    """
    most, period = allowance
    return reports.filter(received_at__gt=timezone.now() - period).count() >= most
