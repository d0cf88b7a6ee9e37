import os
import sys
from getpass import getpass

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from tilbud.desk.roles import ADMINISTRATOR


class Command(BaseCommand):
    help = (
        "Lager den første administratoren. Spør etter brukernavn og passord, eller leser dem fra ADMIN_USERNAME "
        "og ADMIN_PASSWORD, eller fra to linjer på standard inn."
    )

    @transaction.atomic
    def handle(self, **options):
        # Two who run this at once wait for each other here.
        group = Group.objects.select_for_update().get(name=ADMINISTRATOR)
        if User.objects.filter(Q(groups=group) | Q(is_superuser=True), is_active=True).exists():
            raise CommandError("Det finnes allerede en administrator. Den kan lage flere brukere under /admin/.")
        name, password = credentials()
        user = User(username=name, is_staff=True)
        try:
            validate_password(password, user)
            user.set_password(password)
            user.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.save()
        user.groups.add(group)
        self.stdout.write(
            f"{name} er administrator. Logg inn på {reverse('admin:index')}. Ved første innlogging settes det "
            "andre trinnet opp, så ha en app for engangskoder klar."
        )


def credentials():
    """Return name and password: from the environment, from a person, or from two lines."""
    name, password = os.environ.get("ADMIN_USERNAME"), os.environ.get("ADMIN_PASSWORD")
    if name and password:
        return name, password
    if not sys.stdin.isatty():
        lines = [*sys.stdin.read().splitlines(), "", ""]
        return name or lines.pop(0), password or lines.pop(0)
    name = name or input("Brukernavn: ")
    password = getpass("Passord: ")
    if password != getpass("Passordet en gang til: "):
        raise CommandError("Passordene er ikke like. Ingenting er laget.")
    return name, password
