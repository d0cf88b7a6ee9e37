"""What changes the directory says so to its version, and the next search finds it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.conftest import load_fixtures
from tests.factories import make_fact, make_offer
from tilbud.finder.search import search
from tilbud.models import DirectoryVersion, Offer, Payment
from tilbud.open_data.export import export_directory
from tilbud.open_data.load import LoadError, load_directory, restore_directory


def test_a_search_asks_once_whether_anything_changed(directory, django_assert_num_queries):
    search("gruppe")
    with django_assert_num_queries(1):
        assert search("gruppe").scores


def test_the_index_is_built_with_few_queries_whatever_the_number_of_offers(empty_directory):
    with CaptureQueriesContext(connection) as none:
        search("gruppe")
    make_fact(Payment, offer=make_offer(), kind="free")
    make_offer()
    with CaptureQueriesContext(connection) as some:
        search("gruppe")
    assert len(none) == len(some) <= 7


def test_an_edit_is_found_by_the_next_search(empty_directory):
    offer = make_offer(title="Bodø")
    assert search("bodø").ordered == [offer.pk]
    Offer.objects.update(title="Moss")
    DirectoryVersion.objects.bump()
    assert (search("bodø").ordered, search("moss").ordered) == ([], [offer.pk])


def test_what_is_rolled_back_is_not_found(empty_directory):
    make_offer()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_offer(title="Kveldsro")
        assert search("kveldsro").scores
        raise ZeroDivisionError
    assert search("kveldsro").scores == {}


def test_an_edit_by_another_connection_is_found(transactional_db):
    offer = make_offer(title="Kveldsro")
    assert search("kveldsro").ordered == [offer.pk]

    def edit():
        with transaction.atomic():
            Offer.objects.filter(pk=offer.pk).update(title="Solvang")
            DirectoryVersion.objects.bump()
        connection.close()

    # A thread has a connection of its own, as another process has.
    with ThreadPoolExecutor(1) as other:
        other.submit(edit).result()
    assert search("kveldsro").ordered == []
    assert search("solvang").ordered == [offer.pk]


def test_loading_the_files_is_a_new_version(empty_directory):
    before = DirectoryVersion.objects.stamp()
    load_fixtures()
    assert DirectoryVersion.objects.stamp() != before


def test_loading_nothing_new_is_no_new_version(directory):
    before = DirectoryVersion.objects.stamp()
    load_fixtures()
    assert DirectoryVersion.objects.stamp() == before


def test_a_failed_loading_is_no_new_version(empty_directory):
    before = DirectoryVersion.objects.stamp()
    with pytest.raises(LoadError):
        load_directory({"sources": [{"slug": "en", "finnes": "ikke"}]})
    assert DirectoryVersion.objects.stamp() == before


def test_a_restored_directory_is_a_new_version(directory, request):
    document = export_directory()
    request.getfixturevalue("empty_directory")
    before = DirectoryVersion.objects.stamp()
    restore_directory(document)
    assert DirectoryVersion.objects.stamp() != before


def test_a_grown_directory_is_a_new_version(directory):
    before = DirectoryVersion.objects.stamp()
    call_command("grow_directory", "--times", "2", "--yes-this-is-a-trial-database")
    assert DirectoryVersion.objects.stamp() != before


def test_a_version_without_its_row_is_counted_from_one(db):
    DirectoryVersion.objects.all().delete()
    DirectoryVersion.objects.bump()
    assert DirectoryVersion.objects.first().number == 1


def test_two_states_with_one_number_have_different_stamps(db):
    DirectoryVersion.objects.bump()
    first = DirectoryVersion.objects.first()
    DirectoryVersion.objects.update(number=first.number - 1)
    DirectoryVersion.objects.bump()
    second = DirectoryVersion.objects.first()
    assert first.number == second.number
    assert first.stamp != second.stamp
