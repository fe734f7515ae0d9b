"""Which charts the pages of a run draw."""

from apps.runs.panels import metric_panels, system_panels


def test_every_metric_has_a_panel_in_the_section_of_its_prefix():
    panels = metric_panels(["val/acc", "loss", "_step"])
    assert [(panel.heading, panel.section) for panel in panels] == [("loss", ""), ("val/acc", "val")]


def test_processors_share_a_panel_in_their_natural_order():
    keys = [f"system.gpu.{number}.gpu" for number in (10, 9, 0)] + ["system.gpu.0.temp", "_runtime"]
    panels = system_panels(keys)
    assert [(panel.heading, panel.unit, panel.section) for panel in panels] == [
        ("GPU utilisation", "%", "gpu"),
        ("GPU temperature", "°C", "gpu"),
    ]
    assert panels[0].keys == ["system.gpu.0.gpu", "system.gpu.9.gpu", "system.gpu.10.gpu"]


def test_many_processors_are_spread_over_panels():
    panels = system_panels([f"system.cpu.{number}.cpu_percent" for number in range(40)])
    assert [len(panel.keys) for panel in panels] == [16, 16, 8]
    assert panels[1].heading == "CPU utilisation per core, 16 to 31"


def test_disks_processes_and_unknown_metrics_are_named():
    keys = [
        "system.disk./.usagePercent",
        "system.gpu.process.0.memoryAllocated",
        "system.tpu.3.duty",
        "system.cpu/l:rank1",
    ]
    headings = {panel.heading for panel in system_panels(keys)}
    assert headings == {"Disk in use", "GPU memory in use of the process", "tpu.duty", "CPU utilisation"}
