"""Whatever is sent, an answer comes: at once, without a fault of ours, and it tells what was wrong."""

import gc
import sys

from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings

from tests.hostile import strategies, values
from tests.hostile.requests import Request, asked, faults

# The same requests every time, so that a test that passes today passes tomorrow; `make fuzz` looks further.
# The database is as it was after each test, not after each request: that is what a server's is too.
SHORT = settings(
    max_examples=800,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def assert_sound(ask, request):
    found = faults(request, asked(ask, request))
    assert not found, found


def test_requests_to_public_pages_are_answered_or_refused(ask):
    addresses = strategies.paths()

    @SHORT
    @given(strategies.requests(addresses))
    def check(request):
        assert_sound(ask, request)

    check()


def test_requests_to_the_desk_are_answered_or_refused(ask, staff):
    addresses, names = strategies.desk_paths(), values.OTHER_PARAMETERS + values.LOOKUPS

    @settings(SHORT, max_examples=350)
    @given(strategies.requests(addresses, names, staff.items()))
    def check(request):
        assert_sound(ask, request)

    check()


def test_requests_to_the_desk_from_strangers_are_refused(ask):
    addresses = strategies.desk_paths()

    @settings(SHORT, max_examples=150)
    @given(strategies.requests(addresses, values.OTHER_PARAMETERS))
    def check(request):
        assert_sound(ask, request)
        assert ask(request).status in (200, 301, 302, 400, 403, 404, 405)

    check()


def test_memory_after_many_different_searches_is_what_it_was(ask):
    def search(number):
        word = f"ord{number}"
        return Request("/tilbud/", f"place={word}&region={word}&age={number}&q={word}&{word}={word}&page={word}")

    def blocks(numbers):
        for number in numbers:
            assert ask(search(number)).status == 200
        gc.collect()
        return sys.getallocatedblocks()

    before = blocks(range(100))
    assert blocks(range(100, 300)) - before < 2000


def test_every_example_is_sent_with_the_debugging_pages_off():
    assert not django_settings.DEBUG
