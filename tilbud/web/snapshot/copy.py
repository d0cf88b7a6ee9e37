"""A page shown while the database is gone: the same page, with a line that says how old it is."""

import re
from datetime import datetime

from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from tilbud.web.snapshot.store import Page

# Every page has it once (templates/base.html).
MAIN = re.compile(rb'<main id="innhold"[^>]*>')
# What is true at one minute only is left out of a copy.
OF_THE_MINUTE = re.compile(rb"<(span|p)\b[^>]*\bdata-now\b[^>]*>.*?</\1>", re.DOTALL)
BYTE_ORDER_MARK = "\ufeff".encode()


def age_line(made_at):
    when = datetime.fromtimestamp(made_at, get_current_timezone())
    text = _("Vist fra kopi, oppdatert %(when)s.") % {"when": date_format(when, r"j. F Y \k\l. H.i")}
    return f"{text} {_('Ring før du reiser: noe kan ha endret seg.')}"


def as_copy(page):
    """Return `page` with the line in it: at the top of the content, or as the first row of a table."""
    body, line = page.text(), age_line(page.made_at)
    if body.startswith(BYTE_ORDER_MARK):
        body = BYTE_ORDER_MARK + f'"{line}"\r\n'.encode() + body.removeprefix(BYTE_ORDER_MARK)
    else:
        notice = f'<p class="notice" role="status">{escape(line)}</p>'.encode()
        body = OF_THE_MINUTE.sub(b"", body)
        body = MAIN.sub(lambda found: found.group() + notice, body, count=1)
    copy = Page.made(page.key, page.mark, page.headers, body)
    copy.made_at = page.made_at
    return copy
