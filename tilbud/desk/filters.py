from datetime import timedelta

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ChoiceFilter(admin.SimpleListFilter):
    """A filter whose choices are named conditions; an unknown name is a bad address."""

    def conditions(self):
        """Return a dictionary from the choice's name in the address to its lookups."""
        raise NotImplementedError

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        if self.value() not in self.conditions():
            raise IncorrectLookupParameters
        return queryset.filter(**self.conditions()[self.value()])


class CheckedFilter(ChoiceFilter):
    title = _("sist kontrollert")
    parameter_name = "checked"

    def lookups(self, request, model_admin):
        return [
            ("never", _("aldri")),
            ("old", _("for over et år siden")),
            ("recent", _("det siste året")),
        ]

    def conditions(self):
        a_year_ago = timezone.localdate() - timedelta(days=365)
        return {
            "never": {"checked_on": None},
            "old": {"checked_on__lt": a_year_ago},
            "recent": {"checked_on__gte": a_year_ago},
        }


class OwnerFilter(ChoiceFilter):
    title = _("hvem det gjelder")
    parameter_name = "owner"

    def lookups(self, request, model_admin):
        return [("institution", _("en institusjon")), ("offer", _("et tilbud"))]

    def conditions(self):
        return {"institution": {"institution__isnull": False}, "offer": {"offer__isnull": False}}


class OwnerOrFieldFilter(OwnerFilter):
    def lookups(self, request, model_admin):
        return [*super().lookups(request, model_admin), ("field", _("feltet som helhet"))]

    def conditions(self):
        return {**super().conditions(), "field": {"institution": None, "offer": None}}
