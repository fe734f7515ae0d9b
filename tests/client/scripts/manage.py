"""What people do with `wandb.Api()` besides reading: change, stop, delete, make teams and keys."""

import json

import wandb
from wandb.apis.public import Run

api = wandb.Api()
answer = {"default": api.default_entity, "viewer": api.viewer.username, "keys": len(api.viewer.api_keys)}
api.create_project("managed", "northlight")
answer["projects"] = sorted(project.name for project in api.projects("northlight"))
run = Run.create(api, run_id="managed1", project="managed", entity="northlight", state="pending")
answer["made"] = run.state
run = api.run("northlight/managed/managed1")
run.name, run.notes, run.tags, run.group = "a better name", "noted", ["one", "two"], "g"
run.config["lr"] = 0.5
run.update()
run.summary["best"] = 1.5
run.summary.update()
run.upload_file(__file__, root=__file__.rsplit("/", 1)[0])
file = run.file("manage.py")
answer["file"] = [file.name, file.size > 500, run.state]
file.delete()
answer["files"] = [item.name for item in run.files()]
answer["failed"] = [run.update_state("failed"), api.run("northlight/managed/managed1").state]
fresh = api.run("northlight/managed/managed1")
answer["changed"] = [fresh.name, fresh.notes, fresh.tags, fresh.group, fresh.config, fresh.summary["best"]]
other = api.create_run(run_id="managed2", project="managed", entity="northlight")
other.delete()
answer["left"] = [run.id for run in api.runs("northlight/managed")]
answer["sorted"] = [run.id for run in api.runs("northlight/managed", order="-config.lr.value", per_page=1)]
try:
    api.run("northlight/managed/managed2").load(force=True)
except Exception as error:
    answer["gone"] = str(error)[:80]
team = api.create_team("bobs-team")
answer["team"] = [team.name, [(member.name, member.admin, member.account_type) for member in team.members]]
answer["invited"] = [team.invite("alice"), team.invite("alice"), team.invite("nobody@example.org")]
service = team.create_service_account("runner")
assert service is not None
answer["service"] = [service.name, service.account_type, service.api_key.split("-")[0]]
answer["removed"] = service.delete()
answer["made_key"] = str(api.viewer.generate_api_key("second")).split("-")[0]
print("ANSWER", json.dumps(answer))
