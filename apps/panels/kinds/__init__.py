"""The kinds of panels: one module each, one function from (panel, scene) to PanelData, by the client's `viewType`."""

from collections.abc import Callable, Mapping

from apps.panels.kinds.histogram import histogram_panel
from apps.panels.kinds.line import line_panel
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import PanelData

KINDS: Mapping[str, Callable[[PanelSpec, Scene], PanelData]] = {
    "Histogram": histogram_panel,
    "Run History Line Plot": line_panel,
}
