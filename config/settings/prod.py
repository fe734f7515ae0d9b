"""Production: what `manage.py serve` and the workers run."""

from config.settings.base import *
