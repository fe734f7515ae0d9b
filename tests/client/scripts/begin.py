"""Begin a run with what the words say (`entity=… project=… resume=…`), log twice, and print where it landed."""

import json
import sys
from typing import Any

import wandb

words: dict[str, Any] = dict(word.split("=", 1) for word in sys.argv[1:])
with wandb.init(**words, settings=wandb.Settings(x_disable_stats=True)) as run:
    for value in (0.5, 0.6):
        run.log({"Sigmoid": value})
print("ANSWER", json.dumps({"entity": run.entity, "project": run.project, "id": run.id, "url": run.url}))
