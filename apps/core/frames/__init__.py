"""Tables for programs: typed columns that come in pieces, and the pens that write them as bytes."""

from apps.core.frames.pens import MEDIA_TYPES, write, write_columns
from apps.core.frames.shapes import Cells, Field, Frame, Kind, Table

__all__ = ["MEDIA_TYPES", "Cells", "Field", "Frame", "Kind", "Table", "write", "write_columns"]
