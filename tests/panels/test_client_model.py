"""What we say the official client models is what the installed one does."""

import inspect
from typing import Any

import wandb_workspaces.reports.v2.internal as client
from pydantic import BaseModel

from apps.panels.client_model import PANEL_CONFIGS


def test_the_settings_of_panels_are_those_of_the_installed_client():
    found = {}
    for _, model in inspect.getmembers(client, inspect.isclass):
        fields = _fields(model)
        config: Any = fields["config"].annotation if {"view_type", "config"} <= set(fields) else None
        if _fields(config):
            found[fields["view_type"].default] = {field.alias or name for name, field in _fields(config).items()}
    assert {kind: set(keys) for kind, keys in PANEL_CONFIGS.items()} == found


def _fields(model: Any) -> dict[str, Any]:
    if not inspect.isclass(model) or not issubclass(model, BaseModel):
        return {}
    return {**model.model_fields, **model.model_computed_fields}
