"""What may appear in a log line. Query strings may not: they carry signatures and one-time links."""

import logging
import re

_QUERY = re.compile(r"(?<=[^\s?\"'])\?[^\s\"']+")


class DropQueries(logging.Filter):
    """Cuts the query string off every address in access lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith(("uvicorn", "django.request", "django.server", "httpx", "urllib3")):
            record.msg = _QUERY.sub("", record.msg) if isinstance(record.msg, str) else record.msg
            if isinstance(record.args, tuple):
                record.args = tuple(_QUERY.sub("", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
