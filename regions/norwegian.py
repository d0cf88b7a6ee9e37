"""Norwegian letters: one spelling to compare by, one key to sort by.

SQLite folds case only for ASCII, and neither database sorts æ, ø and å as Norwegians do without a
locale that may be missing. Both are solved here once, the same way on both databases.
"""

import unicodedata

from django.db.models import Value
from django.db.models.functions import Lower, Replace

_LETTERS = str.maketrans("æøå", "aoa")
_DIGRAPHS = (("aa", "a"), ("oe", "o"), ("ae", "a"))
_SORTED_LAST = (("æ", "zza"), ("ø", "zzb"), ("å", "zzc"))


def fold(text):
    """Return `text` in the spelling names are compared in: «Ålesund», «aalesund» and «alesund» are one."""
    text = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    for pair, letter in _DIGRAPHS:
        text = text.replace(pair, letter)
    return " ".join(text.split())


def sort_key(field):
    """Return a database expression that orders `field` by the Norwegian alphabet, æ ø å last."""
    expression = Lower(field)
    for letter, key in _SORTED_LAST:
        # The capital too: SQLite's lower() leaves Æ, Ø and Å alone.
        expression = Replace(Replace(expression, Value(letter), Value(key)), Value(letter.upper()), Value(key))
    return expression
