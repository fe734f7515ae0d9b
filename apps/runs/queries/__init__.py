"""Reads on runs, one module per noun. They return frozen dataclasses."""
