from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.factories import make_offer
from tilbud.models import Report
from tilbud.pages import stamps


class Clock:
    """The time of the forms and of the database, moved by the test."""

    def __init__(self):
        self.now = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def wait(self, **duration):
        self.now += timedelta(**duration)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(stamps.time, "time", lambda: clock.now.timestamp())
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    # The column's default is the function as it was when the model was made.
    monkeypatch.setattr(Report._meta.get_field("received_at"), "_get_default", lambda: clock.now)
    return clock


@pytest.fixture
def address(db):
    return f"{make_offer().get_absolute_url()}meld-feil/"
