import django.utils.timezone
from django.db import migrations, models


def create_row(apps, schema_editor):
    apps.get_model("tilbud", "DirectoryVersion").objects.using(schema_editor.connection.alias).create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("tilbud", "0002_desk")]

    operations = [
        migrations.CreateModel(
            name="DirectoryVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(default=0, verbose_name="versjon")),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="endret")),
            ],
            options={
                "verbose_name": "katalogens versjon",
                "verbose_name_plural": "katalogens versjon",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)),
                        name="directoryversion_one_row",
                        violation_error_message="Katalogen har bare én versjon.",
                    )
                ],
            },
        ),
        migrations.RunPython(create_row, migrations.RunPython.noop),
    ]
