"""Every address of the desk as it is wired now, and who each visitor is; matrix.toml says what each shall get.

A new page: run `python -m tests.desk.matrix`, read the lines it prints, and put those that are right in matrix.toml.
"""

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client

from tests.desk.test_registry import ROWS
from tests.factories import make_institution, make_offer
from tests.staff import log_in, make_user
from tilbud.desk.roles import ADMINISTRATOR, APPROVER, EDITOR, READER
from tilbud.models import ImportJob
from tilbud.urls import urlpatterns

TABLE = tomllib.loads(Path(__file__).with_name("matrix.toml").read_text())
# From outside and in; a cell of the table has one word for each.
VISITORS = ["anonymous", "unverified", "without role", READER, EDITOR, APPROVER, ADMINISTRATOR]
LOGGED_OUT = "ikke lagret"


def visitor(who):
    if who == "anonymous":
        return Client()
    if who == "unverified":
        client = Client()
        client.force_login(make_user(ADMINISTRATOR))
        return client
    return log_in(Client(), make_user(None if who == "without role" else who))


def routes(patterns=None, prefix=""):
    """The pattern of every address under /admin/."""
    for pattern in urlpatterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        elif route.startswith("admin/"):
            yield route


class Samples:
    """A row for every page that is about one, so that each route becomes an address."""

    def __init__(self):
        self.rows = {model._meta.label_lower: make() for model, make in ROWS.items()}
        self.offer, self.institution = make_offer(), make_institution()
        self.job = ImportJob.objects.create(kind="offer", file_name="tilbud.csv", state=ImportJob.States.TRIED)
        self.user = User.objects.create(username="prove")

    def address(self, route):
        values = {"kind": "offer", "id": self.user.pk, "content_type_id": ContentType.objects.get_for_model(self.offer).pk}
        values |= {"pk": self.key(route), "object_id": self.key(route)}
        example = next((to for start, to in TABLE["examples"].items() if route.startswith(start)), route)
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(values[name[1]]), example)

    def key(self, route):
        if "/filer/" in route:
            return self.job.pk
        if "/tilbyder/" in route:
            return self.institution.pk
        model = re.match(r"admin/(\w+)/(\w+)/", route)
        row = self.rows.get(f"{model[1]}.{model[2]}") if model else None
        return row.pk if row else self.offer.pk


def answer(client, method, address):
    """What a visitor gets, in one word; nothing of it is kept."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = getattr(client, method)(address, {"post": "yes"} if method == "post" else {})
        transaction.set_rollback(True)
    # Some pages log out.
    client.cookies = cookies
    if response.status_code == 302 and urlsplit(response.url).path in ("/admin/login/", "/admin/inn/"):
        return "login"
    if response.status_code == 403 and LOGGED_OUT in response.content.decode():
        return "kept"
    return str(response.status_code)


def cells(client, samples):
    """What one visitor gets everywhere: by route, for GET and for POST."""
    return {
        route: [answer(client, method, samples.address(route)) for method in ("get", "post")] for route in routes()
    }
