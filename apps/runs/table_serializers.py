"""What the API takes and shows of the run table. Columns go out as columns: one list of values each."""

from typing import Any, ClassVar

from rest_framework import serializers

from apps.core.api import Input, Output
from apps.runs.queries.table import ColumnChoices, ColumnKey, GroupPage, RunTable
from apps.runs.queries.table.groups import MAX_GROUPS
from apps.runs.queries.table.page import MAX_ROWS

_NAMED = "`run:state`, `config:lr`, `summary:loss`, `metric:val/acc:max`"


class WhichRunsInput(Input):
    """Which runs a table is about."""

    project = serializers.CharField(
        required=False, help_text="On `/api/v1/table` only: `northlight/digits`. Repeat it for several projects."
    )
    filters = serializers.CharField(
        required=False,
        help_text='JSON in the language of the wandb client: `{"config.lr": {"$gt": 0.01}, "metric.loss.min": '
        '{"$lt": 1}}`. A refusal says in `fields.place` where the trouble is.',
    )
    search = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Words of the name, tags, group, commit or person."
    )


class TableExportInput(WhichRunsInput):
    """Which runs, in which order, with which columns."""

    columns = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text=f"Parted by commas: {_NAMED}. Of a metric: last, min, max, best, and last_step, min_step, max_step, "
        "best_step. A comma in a name is written `\\,`.",
    )
    order = serializers.CharField(
        required=False, allow_blank=True, help_text="Columns, `-` before those that descend: `-metric:val/acc:best`."
    )


class TableInput(TableExportInput):
    """Rows by place."""

    offset = serializers.IntegerField(default=0, min_value=0, max_value=10**9)
    limit = serializers.IntegerField(default=100, min_value=0, max_value=MAX_ROWS)
    count = serializers.BooleanField(default=True, help_text="Whether to count all matching runs too.")


class GroupsInput(TableExportInput):
    """Groups by place."""

    group = serializers.CharField(
        help_text="`run:group`, `config:model` … Inside a group go on with its `filters` added to yours."
    )
    offset = serializers.IntegerField(default=0, min_value=0, max_value=10**9)
    limit = serializers.IntegerField(default=100, min_value=0, max_value=MAX_GROUPS)


class ColumnsInput(Input):
    """Which columns."""

    project = WhichRunsInput().fields["project"]
    search = serializers.CharField(required=False, allow_blank=True, max_length=200, help_text="Every word must occur.")


class TableRowsOutput(Output):
    """What every row has, whatever the columns: one list each."""

    uid = serializers.ListField(child=serializers.CharField())
    name = serializers.ListField(child=serializers.CharField())
    display_name = serializers.ListField(child=serializers.CharField())
    state = serializers.ListField(child=serializers.CharField())
    slot = serializers.ListField(child=serializers.IntegerField())
    entity = serializers.ListField(child=serializers.CharField())
    project = serializers.ListField(child=serializers.CharField())


class ColumnHeadOutput(Output):
    """What a column is called and what it shows."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.CharField(help_text="text, state, time, seconds, user, tags, number, step or value.")
    fact = serializers.CharField(help_text="Of a metric: last, min, max, best, or the step of one.")
    goal = serializers.CharField(allow_null=True, help_text="Which way of a metric is better: min, max or unknown.")


class ColumnOutput(ColumnHeadOutput):
    """A column with one value per row."""

    values = serializers.ListField(child=serializers.JSONField(allow_null=True))


class TableOutput(Output):
    """Rows from `offset` on. `total` is null if nobody asked for it."""

    example: ClassVar[Any] = {
        "offset": 0,
        "total": 1284,
        "rows": {
            "uid": ["6603928175544"],
            "name": ["k3x9q2ab"],
            "display_name": ["brisk-heron-148"],
            "state": ["running"],
            "slot": [4],
            "entity": ["northlight"],
            "project": ["digits"],
        },
        "columns": [
            {
                "key": "metric:val/acc:max",
                "label": "val/acc",
                "kind": "number",
                "fact": "max",
                "goal": "max",
                "values": [0.8194],
            }
        ],
    }

    offset = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    rows = TableRowsOutput()
    columns = ColumnOutput(many=True)


class GroupColumnOutput(ColumnHeadOutput):
    """Aggregates of a column, one value per group."""

    count = serializers.ListField(child=serializers.IntegerField())
    distinct = serializers.ListField(child=serializers.IntegerField(), help_text="Different values.")
    min = serializers.ListField(child=serializers.JSONField(allow_null=True))
    max = serializers.ListField(child=serializers.JSONField(allow_null=True))
    mean = serializers.ListField(child=serializers.JSONField(allow_null=True))


class GroupHeadsOutput(Output):
    """What every group has: one list each."""

    value = serializers.ListField(child=serializers.JSONField(allow_null=True))
    filters = serializers.ListField(child=serializers.DictField(), help_text="Add it to yours to see its runs.")
    count = serializers.ListField(child=serializers.IntegerField())
    states = serializers.ListField(child=serializers.DictField())


class GroupsOutput(Output):
    """Groups from `offset` on, of `total`."""

    example: ClassVar[Any] = {
        "by": {"key": "config:model", "label": "model", "kind": "value", "fact": "", "goal": None},
        "offset": 0,
        "total": 1,
        "groups": {
            "value": ["tinyvit-21m"],
            "filters": [{"config:model": "tinyvit-21m"}],
            "count": [12],
            "states": [{"finished": 11, "running": 1}],
        },
        "columns": [
            {
                "key": "metric:val/acc:max",
                "label": "val/acc",
                "kind": "number",
                "fact": "max",
                "goal": "max",
                "count": [12],
                "distinct": [12],
                "min": [0.71],
                "max": [0.8194],
                "mean": [0.79],
            }
        ],
    }

    by = ColumnHeadOutput()
    offset = serializers.IntegerField()
    total = serializers.IntegerField()
    groups = GroupHeadsOutput()
    columns = GroupColumnOutput(many=True)


class ColumnChoiceOutput(ColumnHeadOutput):
    """A column that can be shown."""

    types = serializers.ListField(child=serializers.CharField(), help_text="number, string, or the kind of a medium.")
    run_count = serializers.IntegerField(allow_null=True, help_text="Null for what every run has.")


class ColumnChoicesOutput(Output):
    """Up to 200 columns, and how many match."""

    example: ClassVar[Any] = {
        "total": 143,
        "items": [
            {
                "key": "metric:val/acc:last",
                "label": "val/acc",
                "kind": "number",
                "fact": "last",
                "goal": "max",
                "types": ["number"],
                "run_count": 512,
            }
        ],
    }

    total = serializers.IntegerField()
    items = ColumnChoiceOutput(many=True)


def head_json(key: ColumnKey) -> dict[str, Any]:
    goal = key.goal.value if key.goal else None
    return {"key": str(key), "label": key.label, "kind": key.kind, "fact": key.fact, "goal": goal}


def choices_json(found: ColumnChoices) -> dict[str, Any]:
    items = [{**head_json(each.key), "types": list(each.types), "run_count": each.run_count} for each in found.choices]
    return {"total": found.total, "items": items}


def table_json(found: RunTable, total: int | None) -> dict[str, Any]:
    """Show a table. Written out by hand: hundreds of rows through serializers cost more than the query."""
    names = ("uid", "name", "display_name", "state", "slot", "entity", "project")
    return {
        "offset": found.offset,
        "total": total,
        "rows": {name: [getattr(row, name) for row in found.rows] for name in names},
        "columns": [{**head_json(column.key), "values": column.values} for column in found.columns],
    }


def groups_json(found: GroupPage) -> dict[str, Any]:
    parts = ("count", "distinct", "min", "max", "mean")
    columns = [
        {**head_json(key)}
        | {part: [getattr(group.aggregates[str(key)], part) for group in found.groups] for part in parts}
        for key in found.columns
    ]
    heads = {name: [getattr(group, name) for group in found.groups] for name in ("value", "filters", "count", "states")}
    return {
        "by": head_json(found.by),
        "offset": found.offset,
        "total": found.total,
        "groups": heads,
        "columns": columns,
    }
