"""Every address of the desk as it is wired now, and who each visitor is; matrix.toml says what each shall get."""

import re
import tomllib
from datetime import timedelta
from functools import partial
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from tests.desk.test_registry import ROWS
from tests.factories import make_institution, make_offer
from tests.staff import log_in, make_user
from tilbud.desk.roles import ADMINISTRATOR, APPROVER, EDITOR, READER
from tilbud.models import ImportJob, ProviderLink, Report
from tilbud.urls import urlpatterns

TABLE = tomllib.loads(Path(__file__).with_name("matrix.toml").read_text())
# From outside and in; a cell of the table has one word for each.
ROLES = [READER, EDITOR, APPROVER, ADMINISTRATOR]
VISITORS = ["anonymous", "unverified", "without role", *ROLES]
# For patterns that are more than names in angle brackets.
EXAMPLES = {
    "admin/filer/(?P<name>institusjoner|tilbud)-mal": "admin/filer/tilbud-mal.csv",
    "admin/filer/(?P<name>institusjoner|tilbud)": "admin/filer/tilbud.csv",
    "admin/(?P<url>": "admin/finnes-ikke/",
}
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
            # Django lists the apps in the order they happen to be registered in.
            yield re.sub(r"\(\?P<app_label>[^)]*\)", "<app_label>", route)


class Samples:
    """A row for every page that is about one, so that each route becomes an address."""

    def __init__(self):
        self.rows = {model._meta.label_lower: make() for model, make in ROWS.items()}
        self.offer, self.institution = make_offer(), make_institution()
        self.job = ImportJob.objects.create(kind="offer", file_name="tilbud.csv", state=ImportJob.States.TRIED)
        self.report = Report.objects.create(offer=self.offer, fault="phone", stamp="1", was_quick=False)
        self.link = ProviderLink.objects.create(
            institution=self.institution, nonce="1", expires_at=timezone.now() + timedelta(days=1)
        )
        self.user = User.objects.create(username="prove")

    def address(self, route):
        values = {
            "kind": "offer",
            "id": self.user.pk,
            "content_type_id": ContentType.objects.get_for_model(self.offer).pk,
        }
        values |= {"app_label": "tilbud", "pk": self.key(route), "object_id": self.key(route)}
        route = route.replace("^", "")
        example = next((to for start, to in EXAMPLES.items() if route.startswith(start)), route.rstrip("$"))
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(values[name[1]]), example)

    def filled(self, data):
        """What a button sends, about the rows there are."""
        known = {"EDITION": self.rows["tilbud.draft"].edition, "REPORT": self.report.pk, "USER": self.user.pk}
        known |= {
            "INSTITUTION": self.institution.pk,
            "SOURCE": self.rows["tilbud.source"].pk,
            "LINK": self.link.pk,
        }
        return {name: known.get(value, value) for name, value in data.items()}

    def key(self, route):
        if "/filer/" in route:
            return self.job.pk
        if "/tilbyder/" in route:
            return self.institution.pk
        model = re.match(r"admin/(\w+)/(\w+)/", route)
        row = self.rows.get(f"{model[1]}.{model[2]}") if model else None
        return row.pk if row else self.offer.pk


def answer(client, method, address, data=None):
    """What a visitor gets, in one word, with a star when something was written; nothing of it is kept."""
    cookies, writes = client.cookies.copy(), []
    with transaction.atomic():
        with connection.execute_wrapper(partial(note_write, writes)):
            response = getattr(client, method)(address, data or ({"post": "yes"} if method == "post" else {}))
        transaction.set_rollback(True)
    # Some pages log out.
    client.cookies = SimpleCookie(cookies)
    return word_for(response) + "*" * bool(writes)


def note_write(writes, execute, sql, *args):
    if sql.startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in sql:
        writes.append(sql)
    return execute(sql, *args)


def word_for(response):
    if response.status_code == 302 and urlsplit(response.url).path in ("/admin/login/", "/admin/inn/"):
        return "login"
    if response.status_code == 403 and LOGGED_OUT in response.content.decode():
        return "kept"
    return str(response.status_code)


def line(route, cells):
    return f"'{route}' = {cells}"
