"""Thirty lines of a stranger's training: what the official client is used for, from login to reading back."""

import json
import sys

import numpy as np
import wandb

ENTITY, PROJECT, RUN = "northlight", "tour", sys.argv[1]
QUIET = wandb.Settings(silent=True, x_stats_sampling_interval=0.5, save_code=True)

wandb.login(verify=True)
with wandb.init(entity=ENTITY, project=PROJECT, id=RUN, config={"lr": 0.1, "net": {"depth": 2}}, settings=QUIET) as run:
    for step in range(20):
        run.log({"loss": 1 / (step + 1), "acc": step / 20, "bad": float("nan"), "nested": {"x": step}})
    run.log({"picture": wandb.Image(np.zeros((4, 4, 3), dtype=np.uint8), caption="black")})
    run.log({"spread": wandb.Histogram(np.arange(10)), "page": wandb.Html("<b>hello</b>")})
    print("console line of the tour")
    run.alert("Look here", text="the tour alerts", level=wandb.AlertLevel.WARN, wait_duration=5)
    run.summary["best"] = 0.95
    url = run.url
for mode in ("allow", "must", "auto"):
    with wandb.init(entity=ENTITY, project=PROJECT, id=RUN, resume=mode, settings=QUIET) as run:
        run.log({"loss": 0.01, "mode": mode})

api = wandb.Api()
runs = api.runs(f"{ENTITY}/{PROJECT}", filters={"config.lr": {"$lt": 1}, "summary_metrics.best": 0.95, "name": RUN})
found = runs[0]
history = found.history(pandas=False)
scanned = [row["loss"] for row in found.scan_history(keys=["loss"])]
answer = {
    "url": url,
    "count": len(runs),
    "state": found.state,
    "config": found.config,
    "summary": {key: value for key, value in dict(found.summary).items() if isinstance(value, (int, float, str))},
    "rows": len(history),
    "steps": [row["_step"] for row in history],
    "losses": scanned,
    "nested": [row["nested.x"] for row in found.history(keys=["nested.x"], pandas=False)][:3],
    "files": sorted(file.name for file in found.files()),
    "read": found.file("media/html/" + next(f.name for f in found.files(pattern="media/html/%")).split("/")[-1])
    .download(root="got", replace=True)
    .read(),
    "console": [line.content for line in found.console_logs()],
    "last_step": found.lastHistoryStep,
    "user": found.user.username,
    "machine": sorted({key for row in found.history(stream="system", pandas=False) for key in row}),
}
print("ANSWER", json.dumps(answer))
