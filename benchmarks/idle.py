"""How soon a prepared Carnet answers, and how much memory it holds when nobody asks.

The database is there, the front end is built. The clock runs from the start of the process to the first page that
came whole, the sign-in page; memory is what the process holds after half a minute without a request.

    python -m benchmarks.idle [--repeats 5] [--quiet 30]
"""

import argparse
import http.client
import subprocess
import sys
import tempfile
import time

from benchmarks._figures import Figure, tell
from benchmarks._machine import ROOT, Database, database, memory_bytes
from benchmarks._served import environment_of, free_port

PAGE = "/accounts/login/"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--quiet", type=float, default=30.0, help="seconds before memory is read")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database("SQLite", folder, "carnet") as at:
        environment = environment_of(at, folder)
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True
        )
        took = sorted(_start(at, folder)[0] for _ in range(given.repeats))
        held = _start(at, folder, quiet=given.quiet)[1]
    tell(Figure("start to first answer", took[len(took) // 2], "s", 2))
    tell(Figure("idle memory", held / 1e6, "MB", 180))


def _start(at: Database, folder: str, *, quiet: float = 0.0) -> tuple[float, int]:
    """Start a server; return the seconds to its first answer and the bytes it holds after `quiet` seconds."""
    port = free_port()
    began = time.perf_counter()
    command = [sys.executable, "manage.py", "serve"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment_of(at, folder, port), stdout=subprocess.DEVNULL)
    try:
        while not _answers(port):
            if time.perf_counter() - began > 60 or server.poll() is not None:
                raise SystemExit("The server did not answer.")
            time.sleep(0.01)
        took = time.perf_counter() - began
        time.sleep(quiet)
        return took, memory_bytes(server.pid)
    finally:
        server.kill()
        server.wait()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", PAGE)
        answer = connection.getresponse()
        return answer.status == 200 and b"</html>" in answer.read()
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    main()
