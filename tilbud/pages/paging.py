from django.core.paginator import Paginator
from django.utils.translation import gettext as _


def page_of(items, values, size):
    """Return the page of `items` asked for by the values of `page`, and a sentence on what was wrong with them.

    The nearest page there is stands in for one that makes no sense; the sentence is empty when all is well.
    """
    paginator = Paginator(items, size)
    wanted = values[-1] if len(set(values)) == 1 else "" if values else "1"
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 6 and int(wanted) > 0):
        return paginator.page(1), _("Sidetallet må være et helt tall fra 1 og oppover. Her er side 1.")
    if int(wanted) > paginator.num_pages:
        problem = _("Side %(wanted)s finnes ikke. Her er den siste siden.") % {"wanted": wanted}
        return paginator.page(paginator.num_pages), problem
    return paginator.page(int(wanted)), ""
