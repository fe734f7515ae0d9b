"""Parts a machine may lack. A test that needs one is skipped with a line that names it, never silently.

Where CARNET_REQUIRE names the part (CI: `postgres,redis,browser`), its absence is a failure instead.

    @pytest.mark.requires("browser")        on a test, a class or as a module's `pytestmark`
    requires("redis")                       in a fixture
    python -m tests.requires postgres redis in the Makefile: exit status 0 there, 3 skipped, 1 required but missing
"""

import os
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent
OLD_CLIENT = ROOT / ".venv-wandb-0.28" / "bin" / "python"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DATABASE_URL = os.environ.get("CARNET_TEST_DATABASE_URL", "postgres://root@127.0.0.1/test")
REDIS_URL = os.environ.get("CARNET_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


def chromium() -> str | None:
    """Return the path of the system's Chromium, or of the one CARNET_TEST_CHROMIUM names."""
    named = os.environ.get("CARNET_TEST_CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def missing(part: str) -> str | None:
    """Return what is missing and where it was sought, or None where the part is there."""
    return PROBES[part]()


def is_required(part: str) -> bool:
    return part in os.environ.get("CARNET_REQUIRE", "").replace(" ", "").split(",")


def requires(*parts: str) -> None:
    """Skip the running test where a part is missing; fail it where the part is required."""
    for part in parts:
        if absence := missing(part):
            if is_required(part):
                pytest.fail(f"CARNET_REQUIRE names {part}: {absence}", pytrace=False)
            pytest.skip(absence)


def _browser() -> str | None:
    return None if chromium() else f"no Chromium under the names {', '.join(BROWSERS)}"


def _postgres() -> str | None:
    return None if _answers(DATABASE_URL, 5432) else f"no PostgreSQL at {_address(DATABASE_URL, 5432)}"


def _redis() -> str | None:
    return None if _answers(REDIS_URL, 6379) else f"no Redis at {_address(REDIS_URL, 6379)}"


def _tex() -> str | None:
    return None if shutil.which("pdflatex") else "no pdflatex"


def _old_client() -> str | None:
    return None if OLD_CLIENT.exists() else "no older wandb client in .venv-wandb-0.28 (make test installs it)"


def _address(url: str, port: int) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or port}"


def _answers(url: str, port: int) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or port), timeout=2):
            return True
    except OSError:
        return False


PROBES: dict[str, Callable[[], str | None]] = {
    "browser": _browser,
    "postgres": _postgres,
    "redis": _redis,
    "tex": _tex,
    "old-client": _old_client,
}


def main(parts: list[str]) -> int:
    absent = {part: absence for part in parts if (absence := missing(part))}
    for part, absence in absent.items():
        print(f"{'missing' if is_required(part) else 'skipped'}: {absence}")
    if any(map(is_required, absent)):
        return 1
    return 3 if absent else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
