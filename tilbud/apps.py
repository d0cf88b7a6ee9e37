from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class TilbudConfig(AppConfig):
    name = "tilbud"
    verbose_name = _("Katalogen")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from tilbud.web import checks, database  # noqa: F401

        connection_created.connect(database.fit, dispatch_uid="tilbud.web.database")
