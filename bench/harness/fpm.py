"""Publishing from a php-fpm: many workers at once, each by event() over the unix socket."""

import dataclasses
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from .failure import Failure
from .machine import said
from .servers import APP_ID, BOTH_CORES, KEY, SECRET, Running, Server
from .table import row

WORKERS, EVENTS = 20, 5000


def program() -> str | None:
    version = said("php", "-n", "-r", "echo PHP_MAJOR_VERSION, '.', PHP_MINOR_VERSION;")
    return shutil.which(f"php-fpm{version}", path=f"/usr/sbin:{os.environ['PATH']}")


class Fpm:
    """A php-fpm with all its workers from the start."""

    def __init__(self, binary: str, settings: list[str]):
        self.directory = tempfile.TemporaryDirectory(prefix="reverb-bench-")
        self.socket = os.path.join(self.directory.name, "fpm.sock")
        self.log = os.path.join(self.directory.name, "log")
        configuration = os.path.join(self.directory.name, "fpm.conf")
        Path(configuration).write_text(
            f"[global]\nerror_log = {self.log}\ndaemonize = no\n[www]\nlisten = {self.socket}\n"
            f"listen.backlog = 511\npm = static\npm.max_children = {WORKERS}\n"
            "catch_workers_output = yes\nclear_env = no\n")
        self.process = subprocess.Popen(
            ["taskset", "-c", BOTH_CORES, binary, *settings, "-d", "display_errors=1",
             "--nodaemonize", "--allow-to-run-as-root", "--fpm-config", configuration], stderr=subprocess.DEVNULL)

    def __enter__(self) -> "Fpm":
        while not os.path.exists(self.socket):
            if self.process.poll() is not None:
                raise Failure(f"php-fpm did not start: {Path(self.log).read_text()}")
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        self.directory.cleanup()

    def ask(self, script: Path, query: dict) -> socket.socket:
        """Sends a request; answer_of() reads what came of it."""
        parameters = b""
        for name, value in {"SCRIPT_FILENAME": str(script), "REQUEST_METHOD": "GET",
                            "QUERY_STRING": urlencode(query)}.items():
            parameters += struct.pack(">BI", len(name), len(value) | 0x80000000)
            parameters += name.encode() + value.encode()
        stream = socket.socket(socket.AF_UNIX)
        stream.settimeout(60)
        stream.connect(self.socket)
        stream.sendall(record(1, struct.pack(">HB5x", 1, 0)) + record(4, parameters)
                       + record(4, b"") + record(5, b""))
        return stream


def record(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBHHxx", 1, kind, 1, len(content)) + content


def answer_of(stream: socket.socket) -> dict:
    with stream, stream.makefile("rb") as file:
        output = b""
        while len(head := file.read(8)) == 8:
            kind, length, padding = struct.unpack(">xBxxHBx", head)
            content = file.read(length + padding)[:length]
            if kind == 6:
                output += content
            elif kind == 3:
                break
    try:
        return json.loads(output.split(b"\r\n\r\n", 1)[1])
    except (IndexError, ValueError):
        raise Failure(f"php-fpm answered {output.decode(errors='replace')}") from None


def events_per_second(bench: Path, fpm: Fpm, php: list[str], running: Running,
                      app: Path) -> float:
    subscriber = subprocess.Popen(
        ["taskset", "-c", BOTH_CORES, *php, str(bench / "subscriber.php"),
         f"--port={running.port}", f"--key={KEY}", f"--workers={WORKERS}", f"--count={EVENTS}"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        subscriber.stdout.readline()
        with tempfile.TemporaryDirectory(prefix="reverb-bench-") as folder:
            os.chmod(folder, 0o777)
            query = {"app": app.resolve(), "port": running.port, "socket": running.socket,
                     "app-id": APP_ID, "key": KEY, "secret": SECRET, "folder": folder,
                     "workers": WORKERS, "count": EVENTS}
            streams = [fpm.ask(bench / "fpm.php", query) for _ in range(WORKERS)]
            answers = [answer_of(stream) for stream in streams]
        if subscriber.wait(30) != 0:
            raise Failure(f"php-fpm: {subscriber.stderr.read()}")
    finally:
        subscriber.kill()
        subscriber.communicate()
    took = max(answer["end"] for answer in answers) - min(answer["begin"] for answer in answers)
    return WORKERS * EVENTS / (took / 1e9)


def measure(bench: Path, php: list[str], server: Server, app: Path, repetitions: int) -> str:
    """A Markdown table: events a second of all workers together."""
    binary = program()
    if binary is None:
        return "left out, there is no php-fpm of this version: publishing from php-fpm"
    server = dataclasses.replace(server, cores=BOTH_CORES, threads=2)
    rates = []
    for _ in range(repetitions):
        with Running(server) as running, Fpm(binary, php[1:]) as fpm:
            # The first round is of workers that have compiled nothing yet.
            events_per_second(bench, fpm, php, running, app)
            rates.append(events_per_second(bench, fpm, php, running, app))
    spread = f"{min(rates):,.0f}–{max(rates):,.0f}"
    return "\n".join([
        row(["publishing from php-fpm", "events a second", "range"]),
        row(["---", "---:", "---:"]),
        row([f"{WORKERS} workers, {EVENTS:,} events each, one subscriber that gets all",
             f"{median(rates):,.0f}", spread])])
