"""Log a run whose steps go far, read it back by the public API, log on, and read again: `long_history.py ID`."""

import json
import sys
from typing import Any

import wandb

run_id = sys.argv[1]
settings = wandb.Settings(x_disable_stats=True)


def log(*steps: int, **more: Any) -> None:
    with wandb.init(entity="northlight", project="long", id=run_id, settings=settings, **more) as run:
        for step in steps:
            run.log({"loss": step / 8, "epoch": step, "note": f"é{step}", "odd": float("nan")}, step=step)


def read() -> dict[str, Any]:
    found = wandb.Api().run(f"northlight/long/{run_id}")
    whole = [(row["_step"], row["loss"], row["epoch"], row["note"], str(row["odd"])) for row in found.scan_history()]
    some = [row["loss"] for row in found.scan_history(keys=["loss"])]
    return {"whole": whole, "some": some, "late": [row["_step"] for row in found.scan_history(min_step=150_000)]}


log(0, 1, 2, 500, 99_999, 150_000, 150_001)
told = [read()]
log(150_002, 163_000, resume="must")
told.append(read())
log(163_001, 290_000, 300_001, resume="must")
told.append(read())
print("ANSWER", json.dumps(told))
