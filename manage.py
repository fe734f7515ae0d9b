#!/usr/bin/env python
"""Run Carnet's management commands."""

import gc
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    gc.set_threshold(50_000)  # of objects that are made and stay: modules at the start, rows of a history later
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
    execute_from_command_line(sys.argv)
