"""An edit is found by the next search, however it was made."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from regions.models import County, Place
from tests.factories import make_fact, make_institution, make_offer, make_place
from tilbud.finder.search import search
from tilbud.finder.search.documents import read_documents
from tilbud.finder.search.version import READ, directory_version
from tilbud.models import Affiliation, Contact, Institution, InstitutionName, Offer, Payment, Remark


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


def test_every_column_the_index_is_built_from_is_watched(empty_directory):
    make_offer()
    with CaptureQueriesContext(connection) as queries:
        read_documents()
    tables = {model._meta.db_table: model for model in apps.get_models()}
    read = set()
    for query in queries:
        aliases = {alias: table for table, alias in re.findall(r'JOIN "(\w+)" (T\d+)', query["sql"])}
        for alias, column in re.findall(r'"?(\w+)"?\."(\w+)"', query["sql"]):
            read.add((tables[aliases.get(alias, alias)], column))
    watched = {(model, column) for model, columns in READ.items() for column in columns.split()}
    # A sort key follows from a name, and the keys of facts say nothing.
    missing = {(m.__name__, c) for m, c in read - watched if c not in ("id", "sort_key")}
    assert missing == set() and len(read) > 50


EDITS = [
    lambda offer: Offer.objects.update(title="Kveldsro"),
    lambda offer: Offer.objects.update(summary="Om kveldsro."),
    lambda offer: Offer.objects.update(area="Kveldsro"),
    lambda offer: Institution.objects.update(name="Kveldsro"),
    lambda offer: Place.objects.update(name="Kveldsro"),
    lambda offer: County.objects.filter(division=2007).update(name="Kveldsro"),
    lambda offer: make_fact(InstitutionName, institution=offer.institution, name="Kveldsro"),
    lambda offer: make_fact(Contact, offer=offer, kind="web", value="kveldsro.no"),
    lambda offer: make_fact(Remark, offer=offer, topic="method", text="Om kveldsro."),
    lambda offer: make_fact(Affiliation, institution=offer.institution, kind="parent", other_name="Kveldsro"),
]


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_found_by_the_next_search(empty_directory, edit):
    offer = make_offer(institution=make_institution(place=make_place()))
    assert search("kveldsro").ordered == []
    edit(offer)
    assert search("kveldsro").ordered == [offer.pk]


def test_an_edit_that_keeps_every_length_and_count_is_found(empty_directory):
    offer = make_offer(title="Bodø")
    assert search("bodø").ordered == [offer.pk]
    Offer.objects.update(title="Moss")
    assert (search("bodø").ordered, search("moss").ordered) == ([], [offer.pk])


def test_what_is_deleted_is_not_found(empty_directory):
    make_offer(title="Kveldsro").delete()
    kept = make_offer(title="Kveldsro")
    assert search("kveldsro").ordered == [kept.pk]


def test_what_is_rolled_back_is_not_found(empty_directory):
    make_offer()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_offer(title="Kveldsro")
        assert search("kveldsro").scores
        raise ZeroDivisionError
    assert search("kveldsro").scores == {}


def test_a_swap_of_two_titles_is_a_change(empty_directory):
    first, second = make_offer(title="Bodø"), make_offer(title="Moss")
    search("bodø")
    Offer.objects.filter(pk=first.pk).update(title="Moss")
    Offer.objects.filter(pk=second.pk).update(title="Bodø")
    assert search("bodø").ordered == [second.pk]


def test_the_version_stays_when_nothing_changes(directory):
    assert directory_version() == directory_version()


def test_an_edit_by_another_connection_is_found(transactional_db):
    offer = make_offer(title="Kveldsro")
    assert search("kveldsro").ordered == [offer.pk]
    # A thread has a connection of its own, as another process has.
    with ThreadPoolExecutor(1) as other:
        other.submit(
            lambda: (Offer.objects.filter(pk=offer.pk).update(title="Solvang"), connection.close())
        ).result()
    assert search("kveldsro").ordered == []
    assert search("solvang").ordered == [offer.pk]
