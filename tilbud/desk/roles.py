"""Who may do what at the desk: four groups, each of which may do all that the one before it may, and more."""

from django.utils.translation import gettext_lazy as _

READER, EDITOR, APPROVER, ADMINISTRATOR = "Leser", "Redaktør", "Godkjenner", "Administrator"

ENTRIES = ["tilbud.institution", "tilbud.offer", "tilbud.source", "tilbud.contradiction"]
# Of the remarks, those about the field as a whole are entries of their own.
ENTRIES += ["tilbud.remark", "regions.place", "regions.county", "regions.healthregion"]
# Edited inside an institution or offer: to take a row away is to change the entry.
FACTS = ["tilbud.contact", "tilbud.collaboration", "tilbud.institutionname", "tilbud.affiliation"]
FACTS += ["tilbud.operatingagreement", "tilbud.figure", "tilbud.channel", "tilbud.activity", "tilbud.payment"]
FACTS += ["tilbud.targetrelation", "tilbud.agelimit", "tilbud.wayin"]
OTHERS = ["tilbud.draft", "tilbud.revision", "tilbud.oldslug", "tilbud.check", "tilbud.assignment", "tilbud.skip"]
OTHERS += ["tilbud.report", "tilbud.providerlink", "tilbud.importjob"]
OTHERS += ["tilbud.surveycell", "tilbud.surveytotal", "tilbud.loadedentry"]
# What an editor makes in the course of the work.
WORK = ["tilbud.draft", "tilbud.assignment", "tilbud.skip", "tilbud.providerlink"]

# What each role may do that the one before it may not. A change here needs a migration that changes the groups.
ADDED = {
    READER: {"view": [*ENTRIES, *FACTS, *OTHERS]},
    EDITOR: {
        "add": [*ENTRIES, *FACTS, *WORK, "tilbud.check", "tilbud.importjob"],
        "change": [*ENTRIES, *FACTS, *WORK, "tilbud.report"],
        "delete": [*FACTS, "tilbud.assignment", "tilbud.skip"],
    },
    APPROVER: {
        "publish": ["tilbud.draft"],
        "change": ["tilbud.importjob"],
        "delete": [*ENTRIES, "tilbud.draft", "tilbud.providerlink", "tilbud.importjob"],
    },
    # Accounts are closed, never deleted, and the groups are as the migrations made them.
    ADMINISTRATOR: {"view": ["auth.user", "auth.group"], "add": ["auth.user"], "change": ["auth.user"]},
}

TOLD = {
    READER: _("Ser alt og tar ut filer."),
    EDITOR: _("Kontrollerer, redigerer, lager utkast, svarer på meldinger og prøver innlesing av filer."),
    APPROVER: _("Publiserer også utkast, sletter og tar inn filer."),
    ADMINISTRATOR: _("Styrer også hvem som slipper inn."),
}


def permissions_of(role):
    """Return the permissions of a group by name, such as `tilbud.add_offer`."""
    permissions = set()
    for name, actions in ADDED.items():
        for action, models in actions.items():
            permissions |= {model.replace(".", f".{action}_") for model in models}
        if name == role:
            return permissions
    raise LookupError(role)
