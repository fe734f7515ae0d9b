"""Lines over steps, time or another metric: single runs, or groups of them with their bands."""

from apps.panels.kinds.line.resolve import line_panel

__all__ = ["line_panel"]
