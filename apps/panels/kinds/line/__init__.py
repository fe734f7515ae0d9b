"""Lines over steps, time or another metric: single runs, or groups of them with their bands."""
