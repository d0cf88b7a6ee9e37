"""The groups are as the table of roles says, also where an older database was migrated."""

from itertools import pairwise

import pytest
from django.contrib.auth.models import Group

from tests.staff import group, make_user
from tilbud.desk.roles import ADDED, ADMINISTRATOR, READER, TOLD, permissions_of


@pytest.mark.parametrize("role", ADDED)
def test_group_made_by_the_migration_may_what_the_table_says(db, role):
    found = group(role).permissions.values_list("content_type__app_label", "codename")
    assert {f"{app}.{name}" for app, name in found} == permissions_of(role)


def test_every_role_may_what_the_one_before_it_may():
    roles = [permissions_of(role) for role in ADDED]
    assert all(lower < higher for lower, higher in pairwise(roles))


def test_no_role_may_make_roles_or_delete_accounts():
    may = {
        name for name in permissions_of(ADMINISTRATOR) if name.startswith(("auth.", "otp_", "axes.", "sessions."))
    }
    assert may == {"auth.view_user", "auth.add_user", "auth.change_user", "auth.view_group"}


def test_reader_may_only_look():
    assert {name.split(".")[1].split("_")[0] for name in permissions_of(READER)} == {"view"}


def test_every_role_is_explained_and_there_are_no_others(db):
    for role in ADDED:
        group(role)
    assert set(TOLD) == set(ADDED) == set(Group.objects.values_list("name", flat=True))


def test_role_no_one_has_heard_of_is_an_error():
    with pytest.raises(LookupError):
        permissions_of("Sjef")


def test_permissions_come_with_the_group(db):
    assert make_user(READER).has_perm("tilbud.view_offer")
    assert not make_user(READER).has_perm("tilbud.change_offer")
