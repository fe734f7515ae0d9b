"""A served Carnet for tests that need real HTTP: bodies that stream, redirects, encoded slashes."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn


class Served(uvicorn.Server):
    """The application in a thread of this process, so that it shares the test's database."""

    def install_signal_handlers(self) -> None:
        """None: signals belong to pytest."""


@pytest.fixture
def server(transactional_db: None) -> Iterator[str]:
    """Serve on a free port and return the address."""
    from config.asgi import application

    listener = socket.create_server(("127.0.0.1", 0))
    served = Served(uvicorn.Config(application, lifespan="off", log_level="warning", ws="none"))
    thread = threading.Thread(target=served.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not served.started and time.monotonic() < deadline:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    served.should_exit = True
    thread.join(20)
    listener.close()
