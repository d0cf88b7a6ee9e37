"""What the tests of checking and of the queue share: addresses, and a check as the page sends it."""

from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from tests.staff import make_user
from tilbud.desk.roles import EDITOR, permissions_of
from tilbud.entries import current_number


def make_editor_without(missing):
    """An editor who lacks one permission."""
    user = make_user()
    names = [name.removeprefix("tilbud.") for name in permissions_of(EDITOR)]
    rights = Permission.objects.filter(content_type__app_label="tilbud", codename__in=names)
    user.user_permissions.set(rights.exclude(codename=missing))
    return user


def where(entry, page="check"):
    return reverse(f"admin:{page}", args=[entry._meta.model_name, entry.pk])


def sent(entry, **values):
    """The fields of the page as a browser sends them, with the button pressed among `values`."""
    given = {
        "version": current_number(entry._meta.model_name, entry.pk),
        "check-done_on": timezone.localdate().isoformat(),
        "check-method": "called",
        "check-answered_by": "daglig leder",
        "check-note": "",
    }
    return given | values
