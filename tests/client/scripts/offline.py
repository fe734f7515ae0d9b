"""Train without a server; print the folder that `wandb sync` takes."""

import json
import sys

import wandb

settings = wandb.Settings(silent=True, mode="offline", x_disable_stats=True)
with wandb.init(entity="northlight", project="offline", id=sys.argv[1], settings=settings) as run:
    for step in range(20):
        run.log({"loss": step})
    print("said offline")
print("ANSWER", json.dumps({"folder": run.settings.sync_dir}))
