"""The blob server behind a real uvicorn: memory, connections that break, a server that is killed."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from apps.core.blobs import BlobStat, md5_of_hex, new_key
from apps.core.blobs.folder import FolderStore
from apps.core.blobs.signing import get_path, put_path
from apps.core.blobs.store import BLOCK_BYTES
from apps.core.blobs.terms import GetTerms, PutTerms
from tests.core.blobs.build import arrivals, read
from tests.requires import ROOT

pytestmark = pytest.mark.slow

BODY_MIB = 256
GROWTH_LIMIT_KIB = 40 * 1024


class Served:
    """A uvicorn process that serves blobs from `folder`."""

    def __init__(self, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{_free_port()}"
        self.folder = folder
        address = urlsplit(self.url)
        command = [sys.executable, "-m", "uvicorn", "apps.core.blobs.asgi:application", "--lifespan", "off"]
        command += ["--host", "127.0.0.1", "--port", str(address.port), "--no-access-log"]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "CARNET_STORAGE_URL": folder.as_uri(),
        }
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment)
        _wait_for(self._answers)

    def memory_kib(self, field: str) -> int:
        """Return VmRSS (now) or VmHWM (the most so far)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(field))

    def connect(self) -> socket.socket:
        address = urlsplit(self.url)
        return socket.create_connection((address.hostname or "", address.port or 0), timeout=10)

    def end(self) -> None:
        self.process.kill()
        self.process.wait(timeout=10)

    def _answers(self) -> bool:
        try:
            return httpx.options(f"{self.url}/blobs/").status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    server = Served(tmp_path / "blobs")
    yield server
    server.end()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _body(mebibytes: int) -> Iterator[bytes]:
    block = bytes(range(256)) * (BLOCK_BYTES // 256)
    for number in range(mebibytes):
        yield number.to_bytes(8, "big") + block[8:]


def test_a_big_body_is_never_held_in_memory(served: Served) -> None:
    size = BODY_MIB * BLOCK_BYTES
    key = new_key()
    httpx.put(served.url + put_path(new_key(), PutTerms(max_size=BLOCK_BYTES)), content=bytes(1000)).raise_for_status()
    before = served.memory_kib("VmRSS")

    headers = {"content-length": str(size)}
    put = httpx.put(
        served.url + put_path(key, PutTerms(size=size)), content=_body(BODY_MIB), headers=headers, timeout=60
    )
    assert put.status_code == 200
    assert served.memory_kib("VmHWM") - before < GROWTH_LIMIT_KIB

    expected = _body(BODY_MIB)
    with httpx.stream("GET", served.url + get_path(key, GetTerms()), timeout=60) as answer:
        assert all(block == next(expected) for block in answer.iter_bytes(BLOCK_BYTES))
    assert next(expected, None) is None
    assert served.memory_kib("VmHWM") - before < GROWTH_LIMIT_KIB
    assert FolderStore(served.folder).stat(key) == BlobStat(size, md5_of_hex(put.headers["etag"].strip('"')))


def test_a_slow_reader_does_not_fill_memory(served: Served) -> None:
    key = new_key()
    FolderStore(served.folder).write(key, _body(64))
    before = served.memory_kib("VmRSS")
    path = get_path(key, GetTerms())
    readers = [served.connect() for _ in range(8)]
    for reader in readers:
        reader.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert reader.recv(1000).startswith(b"HTTP/1.1 200")
    assert httpx.get(served.url + path, headers={"range": "bytes=0-7"}).status_code == 206
    assert served.memory_kib("VmHWM") - before < GROWTH_LIMIT_KIB
    for reader in readers:
        reader.close()


def _send_half(served: Served, key: str) -> socket.socket:
    """Announce 8 MiB, send 3."""
    connection = served.connect()
    path = put_path(key, PutTerms(size=8 * BLOCK_BYTES))
    connection.sendall(f"PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {8 * BLOCK_BYTES}\r\n\r\n".encode())
    connection.sendall(bytes(3 * BLOCK_BYTES))
    return connection


def test_an_upload_that_breaks_off_leaves_nothing(served: Served) -> None:
    store, key = FolderStore(served.folder), new_key()
    with _send_half(served, key):
        _wait_for(lambda: bool(arrivals(store)))
    _wait_for(lambda: not arrivals(store))
    assert store.stat(key) is None


def test_a_killed_server_leaves_nothing_after_its_next_start(served: Served) -> None:
    store, kept, lost = FolderStore(served.folder), new_key(), new_key()
    httpx.put(served.url + put_path(kept, PutTerms(size=4)), content=b"kept").raise_for_status()
    with _send_half(served, lost):
        _wait_for(lambda: bool(arrivals(store)))
        served.end()
    again = Served(served.folder)
    try:
        answer = httpx.get(again.url + get_path(kept, GetTerms()))
        assert answer.content == b"kept"
        assert arrivals(store) == []
        assert store.stat(lost) is None
    finally:
        again.end()


@pytest.mark.parametrize("size", [10, 2 * BLOCK_BYTES, 6 * BLOCK_BYTES])
def test_a_refused_sender_reads_why(served: Served, size: int) -> None:
    """The body is taken in first, so that the connection is not reset under the answer."""
    path = put_path(new_key(), PutTerms(size=5)).replace("size=5", "size=6")
    answer = httpx.put(served.url + path, content=bytes(size))
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_signature")


def test_a_connection_serves_many_small_files(served: Served) -> None:
    with httpx.Client(base_url=served.url) as client:
        for number in range(50):
            key, data = new_key(), b"%d" % number
            client.put(put_path(key, PutTerms(size=len(data))), content=data).raise_for_status()
            assert client.get(get_path(key, GetTerms(filename="with blank.txt"))).content == data
    assert read(FolderStore(served.folder), key) == b"49"
