"""Text of people beside the charts."""

from dataclasses import dataclass

from apps.core.markdown import markdown
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import PanelData

MOST_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class Prose:
    """`html` is cleaned: what a person wrote as HTML is shown as text."""

    html: str
    is_cut: bool


def markdown_panel(panel: PanelSpec, scene: Scene) -> PanelData:
    """Resolve a Markdown panel: `value` as HTML that cannot harm."""
    text = str(panel.config.get("value") or "")
    return PanelData("markdown", "", body=Prose(str(markdown(text[:MOST_CHARACTERS])), len(text) > MOST_CHARACTERS))
