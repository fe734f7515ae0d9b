"""Panels as figures for papers and slides: the second pen. matplotlib is imported in child processes only.

`draw(data, form)` draws what `panel_data` resolved, in the light colours of the pages, and works nothing out by itself.
"""

from apps.panels.figures.drawing import Size, draw
from apps.panels.figures.tables import csv_of

__all__ = ["Size", "csv_of", "draw"]
