"""`manage.py serve`: the whole of Carnet in one process, or one web process of a team installation."""

import asyncio
import gc
import os
import socket
import sys
import threading
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.urls import get_resolver
from django.utils.module_loading import import_string

from apps.core.jobs.embedded import EmbeddedWorker

PATIENCE_SECONDS = 5


class Server(uvicorn.Server):
    """uvicorn, telling when it listens and when it ends."""

    def __init__(self, config: uvicorn.Config, *, command: "Command") -> None:
        super().__init__(config)
        self.command = command

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.command.listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(self.command.ending), PATIENCE_SECONDS)


class Command(BaseCommand):
    help = "Serve Carnet on PORT. Without REDIS_URL jobs run in this process too."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--migrate", action="store_true", help="bring the database up to date first")

    def handle(self, *args: Any, migrate: bool, **options: Any) -> None:
        self._prepare_database(migrate=migrate)
        listener = self._listen()
        self.notices = [path for name in settings.CARNET_START_NOTICES if (path := import_string(name)())]
        connections.close_all()
        self.worker = None if settings.REDIS_URL else EmbeddedWorker()
        try:
            Server(self._uvicorn(), command=self).run(sockets=[listener])
        except KeyboardInterrupt:  # uvicorn has ended everything in order and tells how it was asked to
            sys.stdout.flush()
            os._exit(0)  # jobs that still run would keep the process; they start again next time

    def listening(self) -> None:
        """Called once connections are accepted: everything that may start later starts now."""
        threading.Thread(target=self._warm_up, daemon=True).start()
        self.stdout.write(f"Carnet is ready: {self._address()}")
        for path in self.notices:
            self.stdout.write(f"Nobody has an account yet. Make the first, once: {self._address()}{path}")
        self.stdout.flush()

    def _warm_up(self) -> None:
        """Import what the addresses lead to before the first page asks for it, then let the worker import Celery:
        each takes a second, and both at once would have the first page wait for both.

        Modules stay: the garbage collector need not look at them again whenever a request makes many objects.
        """
        _ = get_resolver().url_patterns
        gc.freeze()
        if self.worker:
            self.worker.start()

    def ending(self) -> None:
        """Called once no connection is left."""
        if self.worker:
            self.worker.stop()

    def _prepare_database(self, *, migrate: bool) -> None:
        connection = connections[DEFAULT_DB_ALIAS]
        try:
            _knock(connection)
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError as error:
            raise CommandError(f"carnet: the database does not answer: {str(error).strip().splitlines()[0]}") from error
        if missing and not migrate:
            raise CommandError("carnet: the database is not up to date. Run `manage.py migrate`, or serve --migrate.")
        if missing:
            call_command("migrate", verbosity=0, interactive=False)

    def _listen(self) -> socket.socket:
        host, port = settings.CARNET_BIND, settings.CARNET_PORT
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise CommandError(f"carnet: PORT {port} on {host} cannot be used: {error.strerror}.") from error
        return listener

    def _uvicorn(self) -> uvicorn.Config:
        return uvicorn.Config(
            "config.asgi:application",
            loop="uvloop",
            http="httptools",
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=64 * 2**10,
            ws_ping_interval=25,
            ws_ping_timeout=30,
            lifespan="off",
            proxy_headers=False,
            server_header=False,
            access_log=settings.CARNET_LOG_LEVEL == "DEBUG",
            log_config=None,
            log_level="warning" if settings.CARNET_LOG_LEVEL == "INFO" else settings.CARNET_LOG_LEVEL.lower(),
            timeout_keep_alive=75,
            timeout_graceful_shutdown=5,
            backlog=2_048,
        )

    def _address(self) -> str:
        host = "localhost" if settings.CARNET_BIND in {"0.0.0.0", "127.0.0.1", "::", "::1"} else settings.CARNET_BIND  # noqa: S104
        return settings.CARNET_EXTERNAL_URL or f"http://{host}:{settings.CARNET_PORT}"


def _knock(connection: BaseDatabaseWrapper) -> None:
    """Connect once without a pool, which would wait long and then not say why."""
    single = connection.copy()
    single.settings_dict["OPTIONS"].pop("pool", None)
    try:
        single.ensure_connection()
    finally:
        single.close()
