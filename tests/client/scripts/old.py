"""The core of the tour, in words that clients of a year ago understand."""

import json
import sys

import wandb

run = wandb.init(entity="northlight", project="old", id=sys.argv[1], config={"lr": 0.1})
for step in range(10):
    run.log({"loss": 10 - step, "picture" if step == 9 else "acc": step})
print("an old client speaks")
run.finish()
found = wandb.Api().runs("northlight/old", filters={"config.lr": 0.1, "name": sys.argv[1]})[0]
answer = {
    "version": wandb.__version__,
    "state": found.state,
    "losses": [row["loss"] for row in found.scan_history(keys=["loss"])],
    "rows": len(found.history(pandas=False)),
    "summary": found.summary["loss"],
    "files": sorted(file.name for file in found.files()),
    "system": len(found.history(stream="system", pandas=False)) >= 0,
}
print("ANSWER", json.dumps(answer))
