"""Which institutions and offers somebody should ask about again."""

from calendar import monthrange
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from tilbud.models.source import Fact

CLOSED = {"institution": Q(is_closed=True), "offer": Q(status="closed")}


def oldest_good_check(today=None):
    """Return the day a check must not be older than: so many months ago as the settings say."""
    today = today or timezone.localdate()
    years, month = divmod(max(today.year * 12 + today.month - 1 - settings.CHECK_EVERY_MONTHS, 12), 12)
    return date(years, month + 1, min(today.day, monthrange(years, month + 1)[1]))


class DueQuerySet(models.QuerySet):
    """Of institutions or offers."""

    def not_closed(self):
        """Entries that exist; what is closed is kept for whoever looks for its name, and not asked about."""
        return self.exclude(CLOSED[self.model._meta.model_name])

    def overdue(self, today=None):
        """Entries of which something that is said now was confirmed too long ago, or never."""
        old = Q(checked_on=None) | Q(checked_on__lt=oldest_good_check(today))
        has_old = old
        for relation in self.model._meta.related_objects:
            is_own = relation.field.name == self.model._meta.model_name
            if is_own and issubclass(relation.related_model, Fact):
                about = {f"{relation.field.name}_id": OuterRef("pk")}
                has_old |= Q(Exists(relation.related_model.objects.current().filter(old, **about)))
        return self.not_closed().filter(has_old)

    def due(self, today=None):
        """Overdue entries that nobody has put off."""
        return self.overdue(today).exclude(skips__until__gt=today or timezone.localdate())
