from datetime import timedelta

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.utils import timezone

from tilbud.desk.inbox import delete_reports

# The throttle needs an address for a quarter of an hour; a day is for whoever looks into an attack.
ATTEMPTS_KEPT = timedelta(hours=24)


def delete_attempts():
    old = AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - ATTEMPTS_KEPT)
    return "gamle forsøk på innlogging", old.delete()[0]


def delete_sessions():
    return "utgåtte innlogginger", Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


# Each deletes what is no longer needed, and says what it was and how many.
STEPS = [delete_attempts, delete_sessions, delete_reports]


class Command(BaseCommand):
    help = (
        "Sletter det redaksjonen ikke trenger lenger: forsøk på innlogging, utgåtte innlogginger, gamle meldinger."
    )

    def handle(self, **options):
        for step in STEPS:
            what, number = step()
            self.stdout.write(f"Slettet {what}: {number}")
