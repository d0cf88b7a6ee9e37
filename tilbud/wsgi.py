import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tilbud.settings")
django = get_wsgi_application()

# They read settings, so not before Django is set up.
from tilbud.finder.search.copy import write_copy  # noqa: E402
from tilbud.pages.ahead import addresses  # noqa: E402
from tilbud.web.access import logged  # noqa: E402
from tilbud.web.database import limit_waits  # noqa: E402
from tilbud.web.refusals import OnlyUtf8  # noqa: E402
from tilbud.web.snapshot import Snapshot  # noqa: E402

limit_waits()
application = logged(Snapshot(OnlyUtf8(django), addresses=addresses, on_new_state=write_copy))
