"""Make, load and change a saved workspace with the official client of workspaces."""

import json

import wandb
import wandb_workspaces.reports.v2 as wr
import wandb_workspaces.workspaces as ws

with wandb.init(project="views", id="r1", config={"lr": 0.1}) as run:
    for step in range(3):
        run.log({"loss": 1 / (step + 1), "val/acc": step / 3})

workspace = ws.Workspace(
    entity="northlight",
    project="views",
    name="Made by script",
    auto_generate_panels=True,
    sections=[ws.Section(name="Losses", panels=[wr.LinePlot(y=["loss"], smoothing_factor=0.4)], is_open=True)],
    settings=ws.WorkspaceSettings(x_axis="Step", max_runs=7),
    runset_settings=ws.RunsetSettings(filters=[ws.Config("lr") <= 0.5], groupby=[ws.Config("lr")]),
)
workspace.save()
loaded = ws.Workspace.from_url(workspace.url)
loaded.name = "Changed by script"
loaded.sections[0].panels.append(wr.ScalarChart(metric="loss"))
loaded.save()
again = ws.Workspace.from_url(workspace.url)
copy = ws.Workspace.from_url(workspace.url)
copy.save_as_new_view()
print(
    "ANSWER",
    json.dumps(
        {
            "url": workspace.url,
            "copy": copy.url,
            "name": again.name,
            "sections": {
                section.name: [type(panel).__name__ for panel in section.panels] for section in again.sections
            },
            "smoothing": again.sections[0].panels[0].smoothing_factor,
            "runs": again.settings.max_runs,
            "filters": str(again.runset_settings.filters),
        }
    ),
)
