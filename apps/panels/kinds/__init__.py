"""The kinds of panels: one module each, one function from (panel, scene) to PanelData, by the client's `viewType`."""

from collections.abc import Callable, Mapping

from apps.panels.kinds.bar import bar_panel
from apps.panels.kinds.code import code_panel
from apps.panels.kinds.comparer import comparer_panel
from apps.panels.kinds.histogram import histogram_panel
from apps.panels.kinds.line.resolve import line_panel
from apps.panels.kinds.markdown import markdown_panel
from apps.panels.kinds.media import media_panel
from apps.panels.kinds.parallel import parallel_panel
from apps.panels.kinds.scalar import scalar_panel
from apps.panels.kinds.scatter import scatter_panel
from apps.panels.kinds.table import table_panel
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import PanelData

KINDS: Mapping[str, Callable[[PanelSpec, Scene], PanelData]] = {
    "Bar Chart": bar_panel,
    "Code Comparer": code_panel,
    "Histogram": histogram_panel,
    "Markdown Panel": markdown_panel,
    "Media Browser": media_panel,
    "Parallel Coordinates Plot": parallel_panel,
    "Run Comparer": comparer_panel,
    "Run History Line Plot": line_panel,
    "Scalar Chart": scalar_panel,
    "Scatter Plot": scatter_panel,
    "Table": table_panel,
}
