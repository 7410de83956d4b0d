"""handbell run, web and worker: pages and schedules in one process, or each on as many machines as needed.

Several machines need PostgreSQL and one shared key for personal links.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.bootstrap.services import database_url, make_services
from bot.bootstrap.web_app import create_app
from bot.core.config import Config, load_settings
from bot.core.errors import BadInput, Problem
from bot.core.telemetry import start_logging, start_tracing
from bot.services import Services
from bot.web.context import DemoLink, DemoPerson
from bot.web.security import security_headers
from schedules import embedded

SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")


def one_of_many(settings: Config, command: str) -> str:
    """Return the database's address for a driver. BadInput: this installation is for one process alone."""
    address = database_url(settings)
    problems = []
    if not address.startswith(SCHEMES):
        right = (
            f"handbell {command} is one process of several, which SQLite does not bear. On one machine use "
            "handbell run: it is both halves. For many, name a PostgreSQL database: postgresql://..."
        )
        problems.append(Problem("settings", None, "HANDBELL_DATABASE_URL", "names no PostgreSQL", right))
    if settings.secret_key is None:
        right = (
            "Give every machine the same: HANDBELL_SECRET_KEY_FILE. Links of one would not work at another."
        )
        problems.append(Problem("settings", None, "HANDBELL_SECRET_KEY", "is not given", right))
    if problems:
        raise BadInput(problems)
    return f"postgresql://{address.partition('://')[2]}"


def run_all(given: dict[str, Any], port: int | None) -> int:
    """Serve and schedule until Ctrl-C or SIGTERM, then finish what is in hand and stop."""
    settings = load_settings(**(given if port is None else {**given, "port": port}))
    start_logging(settings.log_level, settings.log_format)
    start_tracing(os.environ)
    listening = listen(settings.host, settings.port)
    settings = settings.model_copy(update={"port": listening.getsockname()[1]})
    serve(settings, make_services(settings), listening)
    return 0


def serve(
    settings: Config,
    services: Services,
    listening: socket.socket,
    links: tuple[DemoLink, ...] = (),
    people: tuple[DemoPerson, ...] = (),
) -> None:
    """Run the web server in this thread and the schedules in theirs; both stop together."""
    stop = threading.Event()
    services = replace(services, stopping=stop.is_set)
    lost_after = timedelta(seconds=settings.worker_lost_after)
    scheduler = embedded.start(services, ZoneInfo(settings.timezone), lost_after=lost_after)
    try:
        serve_pages(create_app(services, demo_links=links, demo_people=people), settings, listening)
    finally:
        stop.set()
        scheduler.shutdown()
        services.close_mailers()
        services.store.close()


def serve_pages(app: FastAPI, settings: Config, listening: socket.socket) -> None:
    """Answer requests in this thread until Ctrl-C or SIGTERM; those in hand are answered first."""
    take_turns_often()
    server = uvicorn.Server(server_config(app, settings))
    # uvicorn stops politely on either signal and raises it again for us: both then end here.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    click.echo(f"Handbell is at {settings.address}. Ctrl-C stops it.")
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        click.echo("Stopped.")


def take_turns_often() -> None:
    """Switch between request threads ten times as often as Python's default.

    Under load each waits for its turn after every answer of the database, and holds its locks meanwhile.
    """
    sys.setswitchinterval(0.0005)


class Protocol(H11Protocol):
    """HTTP as uvicorn speaks it, with our headers also on its answer to what is no HTTP."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read as a request, and close the connection."""
        said = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close"} | security_headers()
        events = (
            h11.Response(status_code=400, headers=list(said.items()), reason=b"Bad Request"),
            h11.Data(data=msg.encode("ascii", "replace")),
            h11.EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def server_config(app: FastAPI, settings: Config) -> uvicorn.Config:
    """Set up the web server: our log and no other, and who may say for whom they ask."""
    return uvicorn.Config(
        app,
        http=Protocol,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.proxies,
    )


def listen(host: str, port: int) -> socket.socket:
    """Bind the port before anything starts, or report which process has it."""
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as error:
        wrong = f"{host}:{port} cannot be used ({error.strerror})"
        right = "Another program has that port. Choose one with --port."
        raise BadInput([Problem("settings", None, "HANDBELL_PORT", wrong, right)]) from None


def run_web(given: dict[str, Any], port: int | None) -> int:
    """Serve until Ctrl-C or SIGTERM; requests in hand are answered first."""
    settings = load_settings(**(given if port is None else {**given, "port": port}))
    start_logging(settings.log_level, settings.log_format)
    start_tracing(os.environ)
    one_of_many(settings, "web")
    listening = listen(settings.host, settings.port)
    settings = settings.model_copy(update={"port": listening.getsockname()[1]})
    services = make_services(settings)
    try:
        serve_pages(create_app(services), settings, listening)
    finally:
        services.close_mailers()
        services.store.close()
    return 0


def run_worker(given: dict[str, Any]) -> int:
    """Run jobs until SIGTERM or Ctrl-C, then finish what is in hand and stop."""
    settings = load_settings(**given)
    start_logging(settings.log_level, settings.log_format)
    start_tracing(os.environ)
    address = one_of_many(settings, "worker")
    # Only here: a machine for one school has no need of the queue's library.
    from schedules.cluster import Cluster, work  # noqa: PLC0415

    services = make_services(settings)
    click.echo("Handbell works. Ctrl-C stops it.")
    try:
        work(
            services,
            ZoneInfo(settings.timezone),
            Cluster(address, settings.worker_jobs),
            timedelta(seconds=settings.worker_lost_after),
            click.echo,
        )
    finally:
        services.close_mailers()
        services.store.close()
    click.echo("Stopped.")
    return 0
