from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tilbud.pages.opening import is_open

HOURS = "mandag til fredag kl. 14.00–20.00"


def norwegian(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Oslo"))


@pytest.mark.parametrize(
    ("hours", "now", "answer"),
    [
        ("hele døgnet", "2026-11-24 03:00", True),
        ("døgnåpen", "2026-12-24 23:59", True),
        (HOURS, "2026-11-24 14:00", True),
        (HOURS, "2026-11-24 19:59", True),
        (HOURS, "2026-11-24 20:00", False),
        (HOURS, "2026-11-24 13:59", False),
        (HOURS, "2026-11-28 15:00", False),
        ("på dagtid", "2026-11-24 12:00", None),
        ("", "2026-11-24 12:00", None),
    ],
)
def test_open_now_only_from_sourced_hours(hours, now, answer):
    assert is_open(hours, norwegian(now)) is answer
