from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TilbudConfig(AppConfig):
    name = "tilbud"
    verbose_name = _("Katalogen")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from tilbud.web import checks  # noqa: F401
