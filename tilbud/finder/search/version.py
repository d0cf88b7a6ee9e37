"""Has the directory changed since the index was built? One question, one query."""

from tilbud.models import DirectoryVersion


def directory_version():
    """Return a value that differs whenever the directory does; what this transaction has changed counts."""
    return DirectoryVersion.objects.values_list("number", "changed_at").first()
