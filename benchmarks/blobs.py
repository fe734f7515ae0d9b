"""How fast bytes come and go: one big body, then many small ones, through a real uvicorn on this machine.

    python -m benchmarks.blobs [--size MIB] [--small COUNT] [--connections N]

Prints MB/s, small files a second and how much the server's memory grew. Everything lies in a temporary folder.
"""

import argparse
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BLOCK = os.urandom(2**20)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=int, default=1024, help="MiB of the big body (default: 1024)")
    parser.add_argument("--small", type=int, default=2000, help="number of files of 100 kB (default: 2000)")
    parser.add_argument("--connections", type=int, default=16, help="side by side for small files (default: 16)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="config.settings.prod", CARNET_DATA_DIR=folder, CARNET_SECRET_KEY="benchmark"
        )
        with _server() as server:
            _big(server, options.size)
            _small(server, options.small, options.connections)


class _server:
    """A uvicorn process, and the addresses it accepts."""

    def __enter__(self) -> "_server":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        command = [sys.executable, "-m", "uvicorn", "apps.core.blobs.asgi:application", "--lifespan", "off"]
        self.process = subprocess.Popen([*command, "--port", str(self.port), "--log-level", "error"])
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            except ConnectionRefusedError:
                time.sleep(0.05)
        raise SystemExit("The server did not start.")

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def memory_mb(self, field: str) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(field)) / 1000


def _big(server: _server, mebibytes: int) -> None:
    from apps.core.blobs import new_key
    from apps.core.blobs.signing import get_path, put_path
    from apps.core.blobs.terms import GetTerms, PutTerms

    key, size = new_key(), mebibytes * len(BLOCK)
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    _put(connection, put_path(new_key(), PutTerms(size=1)), b"x")
    before = server.memory_mb("VmRSS")
    seconds = _timed(lambda: _put(connection, put_path(key, PutTerms(size=size)), _repeated(mebibytes), size))
    print(f"PUT {mebibytes} MiB, MD5 and fsync: {size / 1e6 / seconds:7.0f} MB/s")
    seconds = _timed(lambda: _get(connection, get_path(key, GetTerms())))
    print(f"GET {mebibytes} MiB:                {size / 1e6 / seconds:7.0f} MB/s")
    print(f"server memory:               {server.memory_mb('VmHWM') - before:+7.0f} MB")


def _small(server: _server, count: int, connections: int) -> None:
    from apps.core.blobs import new_key
    from apps.core.blobs.signing import get_path, put_path
    from apps.core.blobs.terms import GetTerms, PutTerms

    data, keys = BLOCK[:100_000], [new_key() for _ in range(count)]
    puts = [put_path(key, PutTerms(size=len(data))) for key in keys]
    gets = [get_path(key, GetTerms()) for key in keys]

    def work(share: int, paths: list[str], send: Callable[[http.client.HTTPConnection, str], None]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for path in paths[share::connections]:
            send(connection, path)

    with ThreadPoolExecutor(connections) as pool:
        everyone = range(connections)
        seconds = _timed(lambda: list(pool.map(lambda n: work(n, puts, lambda c, path: _put(c, path, data)), everyone)))
        print(f"PUT {count} files of 100 kB:  {count / seconds:7.0f} files/s")
        seconds = _timed(lambda: list(pool.map(lambda n: work(n, gets, _get), everyone)))
        print(f"GET {count} files of 100 kB:  {count / seconds:7.0f} files/s")


def _repeated(mebibytes: int) -> Iterator[bytes]:
    return (BLOCK for _ in range(mebibytes))


def _put(connection: http.client.HTTPConnection, path: str, body: bytes | Iterator[bytes], size: int = 0) -> None:
    connection.request("PUT", path, body, {"Content-Length": str(size or len(body))})  # type: ignore[arg-type]
    _checked(connection).read()


def _get(connection: http.client.HTTPConnection, path: str) -> None:
    connection.request("GET", path)
    answer, sink = _checked(connection), bytearray(2**20)
    while answer.readinto(sink):
        pass


def _checked(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{answer.status}: {answer.read().decode()}")
    return answer


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
