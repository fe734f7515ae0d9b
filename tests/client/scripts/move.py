"""Log a run, move it to another project by REST, go on at its old address, read it there, and move it while it logs."""

import base64
import json
import os
import urllib.request

import wandb

BASE, KEY = os.environ["WANDB_BASE_URL"], os.environ["WANDB_API_KEY"]


def rest(method: str, path: str, body: dict | None = None) -> dict:
    basic = base64.b64encode(f"api:{KEY}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{BASE}/api/v1/projects/{path}", data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read())


def move(name: str) -> dict:
    uid = rest("GET", f"northlight/leaving/runs/{name}")["uid"]
    return rest("POST", "northlight/leaving/runs.move", {"uids": [uid], "target": "bob/arrived"})["moved"]


rest("PUT", "bob/arrived", {})
place = {"entity": "northlight", "project": "leaving"}
with wandb.init(**place, id="one", config={"lr": 0.1}) as run:
    for step in range(10):
        run.log({"loss": float(step)})
answer = {"moved": move("one")["moved_count"]}
with wandb.init(**place, id="one", resume="must") as run:
    answer["resumed"] = run.resumed
    for step in range(10, 20):
        run.log({"loss": float(step)})
api = wandb.Api()
found = api.run("northlight/leaving/one")
answer["steps"] = [row["_step"] for row in found.scan_history(keys=["_step", "loss"])]
answer["state"] = found.state
answer["left"] = len(api.runs("northlight/leaving"))
answer["there"] = [item.id for item in api.runs("bob/arrived")]

with wandb.init(**place, id="two") as run:
    for step in range(200):
        run.log({"loss": float(step)})
        if step == 100:
            answer["moved_running"] = move("two")["moved_count"]
fresh = wandb.Api().run("bob/arrived/two")
answer["running_steps"] = len(list(fresh.scan_history(keys=["_step", "loss"])))
answer["running_state"] = fresh.state
print("ANSWER", json.dumps(answer))
