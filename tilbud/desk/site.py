from importlib import import_module

from django.utils.translation import gettext_lazy as _

from tilbud.desk.sessions import TwoFactorSite


class DeskSite(TwoFactorSite):
    """The editors' desk: Django's admin, its front page in the order of the work."""

    site_header = site_title = _("Katalogen – redaksjon")
    index_title = _("Hva vil du arbeide med?")

    GROUPS = [
        (_("Katalogen"), ["Institution", "Offer", "Contact", "Collaboration", "Remark"]),
        (_("Arbeidet"), ["Draft", "Check", "Revision"]),
        (_("Kilder"), ["Source", "Contradiction"]),
        (_("Steder"), ["Place", "County", "HealthRegion"]),
        (_("Kartleggingen i 2007 – låst"), ["SurveyCell", "SurveyTotal", "LoadedEntry"]),
        (_("Redaktører"), ["User", "Group"]),
    ]

    # Pages of our own. Each module has `urls(site)`, a list of paths whose views are wrapped in `site.admin_view`.
    PAGES = ["queue", "checks", "ceased", "transfer.views", "inbox", "provider_links", "guide"]

    def get_urls(self):
        pages = [path for module in self.PAGES for path in import_module(f"tilbud.desk.{module}").urls(self)]
        return pages + super().get_urls()

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        homes = {model["object_name"]: (app, model) for app in apps for model in app["models"]}
        groups = []
        for name, members in self.GROUPS:
            found = [homes.pop(member) for member in members if member in homes]
            if found:
                groups.append({**found[0][0], "name": name, "models": [model for app, model in found]})
        for app in apps:
            rest = [model for model in app["models"] if model["object_name"] in homes]
            if rest:
                groups.append({**app, "models": rest})
        return groups
