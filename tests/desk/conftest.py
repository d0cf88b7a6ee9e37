import pytest


@pytest.fixture
def admin_user(db, django_user_model):
    """The superuser of pytest-django, without a password: to hash one takes longer than most tests here."""
    return django_user_model.objects.create(username="admin", is_staff=True, is_superuser=True)
