"""``amiable serve``, ``amiable work``: the desk in a browser, and the work in the background."""

import errno
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from http.client import HTTPConnection, HTTPException

import click

from amiable.cli.children import Children, Ended, until_told
from amiable.cli.command import Refused, Request, command
from amiable.cli.output import print_json, say
from amiable.cli.texts import t
from amiable.desk.people import first_run_link

_ANSWERS_WITHIN = 60.0  # seconds
_THREADS = 4  # a web process
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How the desk is served; ``today``: the day it plays, None for the real one."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    works: bool = True
    today: date | None = None

    @property
    def url(self) -> str:
        """Where people reach the desk: AMIABLE_URL, else this machine and port."""
        host = _EVERYWHERE.get(self.host, self.host)
        shown = f"[{host}]" if ":" in host else host
        return os.environ.get("AMIABLE_URL", "").rstrip("/") or f"http://{shown}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the children are told beside our own environment."""
        hosts = {*os.environ.get("AMIABLE_HOSTS", "").split(","), self.host} - {"", *_EVERYWHERE}
        told = {"AMIABLE_URL": self.url, "AMIABLE_HOSTS": ",".join(sorted(hosts))}
        if self.today:
            told["AMIABLE_TODAY"] = self.today.isoformat()
        return {**os.environ, **told}


@command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help=t("option.host"))
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True,
              help=t("option.port"))  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True,
              help=t("option.workers"))  # fmt: skip
@click.option("--no-worker", is_flag=True, help=t("option.no_worker"))
def serve(request: Request, host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve the desk until Ctrl-C."""
    today = None if request.is_now else request.today
    serving = Serving(host=host, port=port, workers=workers, works=not no_worker, today=today)

    def ready() -> None:
        if request.json:
            print_json({"url": serving.url, "pid": os.getpid()})
        else:
            say(t("serve.ready", url=serving.url))
            link = first_run_link(serving.url)
            if link:
                say(t("serve.first_run", url=link))
            say(t("serve.stop"))

    serve_desk(serving, ready)
    if not request.json:
        say(t("serve.stopped"))


@command("work")
def work(request: Request) -> None:
    """Work in the background until Ctrl-C."""
    today = None if request.is_now else request.today
    children = Children(Serving(today=today).environment)
    with until_told(children):
        children.start("worker", ["-m", "amiable.worker"], revive=True)
        if request.json:
            print_json({"pid": os.getpid()})
        else:
            say(t("work.ready"))
        children.watch()


def serve_desk(serving: Serving, ready: Callable[[], None]) -> None:
    """Serve until told to stop; ``ready`` is called once the desk answers. Raises Refused."""
    _must_be_free(serving.host, serving.port)
    children = Children(serving.environment)
    web = [
        "-m", "granian", "--interface", "wsgi", "--host", serving.host, "--port",
        str(serving.port), "--workers", str(serving.workers), "--blocking-threads", str(_THREADS),
        "--no-ws", "--log-level", "warning", "--respawn-failed-workers",
        "--workers-kill-timeout", "5", "amiable.site.wsgi:application",
    ]  # fmt: skip
    with until_told(children):
        try:
            children.start("granian", web)
            if serving.works:
                children.start("worker", ["-m", "amiable.worker"], revive=True)
            if _answers(serving, children):
                ready()
                children.watch()
            else:  # what has not begun to answer hears no request to end
                children.kill("granian")
        except Ended as error:
            raise Refused(t("serve.ended", name=error.name, code=error.code)) from error


def _must_be_free(host: str, port: int) -> None:
    """Raise Refused when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        key = {errno.EADDRINUSE: "taken", errno.EACCES: "forbidden"}.get(error.errno or 0)
        facts = {"host": host, "port": str(port), "next": str(port + 1)}
        raise Refused(t(f"serve.{key or 'no_host'}", **facts)) from error


def _answers(serving: Serving, children: Children) -> bool:
    """Wait until the desk answers; False when told to stop before. Raises Ended, Refused."""
    limit = time.monotonic() + _ANSWERS_WITHIN
    while not children.stop.wait(0.1):
        children.look()
        if _healthy(serving):
            return True
        if time.monotonic() > limit:
            raise Refused(t("serve.silent", url=serving.url))
    return False


def _healthy(serving: Serving) -> bool:
    host = _EVERYWHERE.get(serving.host, serving.host)
    connection = HTTPConnection(host, serving.port, timeout=5)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
