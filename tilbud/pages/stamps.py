"""A signed time stamp in a form: when it was shown and for what, without a cookie and with nothing stored."""

import secrets
import time
from dataclasses import dataclass

from django.core import signing

SIGNER = signing.Signer(salt="tilbud.pages.stamps")
# Hours a form may lie open on a telephone before it must be shown anew.
LIFETIME = 6 * 60 * 60


@dataclass(frozen=True)
class Stamp:
    """`nonce` is the form's own name, so that it is used once; `age` the seconds since it was shown."""

    nonce: str
    age: float


def make_stamp(subject):
    """Return a stamp for a form about `subject`, shown now."""
    return SIGNER.sign_object([subject, secrets.token_urlsafe(16), round(time.time(), 1)])


def read_stamp(text, subject):
    """Return the Stamp of a form about `subject`, or None when it is forged, of another form or too old."""
    try:
        of, nonce, shown_at = SIGNER.unsign_object(text)
    except (signing.BadSignature, ValueError):
        return None
    age = time.time() - shown_at
    return Stamp(nonce, age) if of == subject and age < LIFETIME else None
