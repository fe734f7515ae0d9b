"""Load a workspace, rename it, save it."""

import json
import sys

import wandb_workspaces.workspaces as ws

workspace = ws.Workspace.from_url(sys.argv[1])
workspace.name = "Changed again"
workspace.save()
print("ANSWER", json.dumps({"name": ws.Workspace.from_url(sys.argv[1]).name}))
