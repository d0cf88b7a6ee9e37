from django.contrib.auth.management import create_permissions
from django.db import migrations

# As the roles were when they were made; tilbud/desk/roles.py says what they are now.
ENTRIES = "tilbud.institution tilbud.offer tilbud.source tilbud.contradiction "
ENTRIES += "tilbud.remark regions.place regions.county regions.healthregion "
FACTS = "tilbud.contact tilbud.collaboration tilbud.institutionname tilbud.affiliation "
FACTS += "tilbud.operatingagreement tilbud.figure tilbud.channel tilbud.activity tilbud.payment "
FACTS += "tilbud.targetrelation tilbud.agelimit tilbud.wayin "
OTHERS = "tilbud.draft tilbud.revision tilbud.oldslug tilbud.check tilbud.assignment tilbud.skip "
OTHERS += "tilbud.report tilbud.providerlink tilbud.importjob "
OTHERS += "tilbud.surveycell tilbud.surveytotal tilbud.loadedentry "
WORK = "tilbud.draft tilbud.assignment tilbud.skip tilbud.providerlink "
# Each role may do what those before it may.
ADDED = {
    "Leser": {"view": ENTRIES + FACTS + OTHERS},
    "Redaktør": {
        "add": ENTRIES + FACTS + WORK + "tilbud.check tilbud.importjob",
        "change": ENTRIES + FACTS + WORK + "tilbud.report",
        "delete": FACTS + "tilbud.assignment tilbud.skip",
    },
    "Godkjenner": {
        "publish": "tilbud.draft",
        "change": "tilbud.importjob",
        "delete": ENTRIES + "tilbud.draft tilbud.providerlink tilbud.importjob",
    },
    "Administrator": {"view": "auth.user auth.group", "add": "auth.user", "change": "auth.user"},
}


def make_groups(apps, schema_editor):
    alias = schema_editor.connection.alias
    # Django makes the permissions only after the last migration.
    for label in ("tilbud", "regions", "auth"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0, using=alias)
        config.models_module = None
    Permission = apps.get_model("auth", "Permission")
    keys = {
        (permission.content_type.app_label, permission.codename): permission.pk
        for permission in Permission.objects.using(alias).select_related("content_type")
    }
    allowed = []
    for name, actions in ADDED.items():
        for action, models in actions.items():
            for label, model in (model.split(".") for model in models.split()):
                allowed.append(keys[label, f"{action}_{model}"])
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        group.permissions.set(allowed)


def remove_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name__in=ADDED).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("tilbud", "0003_directoryversion"),
        ("regions", "0002_place_coordinates"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, remove_groups)]
