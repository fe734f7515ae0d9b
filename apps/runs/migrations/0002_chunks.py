import django.db.models.deletion
from django.db import migrations, models

from apps.runs.migrations._tables import CreateHistoryTable


class CreateChunkTable(CreateHistoryTable):
    """Chunks are read by key and lie in that order."""

    big_column = "payload"


class Migration(migrations.Migration):
    dependencies = [("runs", "0001_initial")]

    operations = [
        CreateChunkTable(
            name="HistoryChunk",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id",
                        "stream",
                        "key",
                        "level",
                        "first_step",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "stream",
                    models.SmallIntegerField(
                        choices=[(1, "History"), (2, "Events"), (3, "Console"), (4, "Summary"), (5, "Control")]
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=1024)),
                ("level", models.SmallIntegerField()),
                ("first_step", models.BigIntegerField()),
                ("last_step", models.BigIntegerField()),
                ("path", models.JSONField(null=True)),
                ("row_count", models.IntegerField(default=0)),
                ("count", models.IntegerField(default=0)),
                ("sum", models.FloatField(null=True)),
                ("sum_squares", models.FloatField(null=True)),
                ("min", models.FloatField(null=True)),
                ("min_step", models.BigIntegerField(null=True)),
                ("max", models.FloatField(null=True)),
                ("max_step", models.BigIntegerField(null=True)),
                ("first", models.FloatField(null=True)),
                ("last", models.FloatField(null=True)),
                ("payload", models.BinaryField()),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="runs.run",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="historychunk",
            index=models.Index(fields=["run", "stream", "first_step"], name="chunk_group"),
        ),
    ]
