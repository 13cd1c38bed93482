"""Servers under load: how each is started, pinned to a core, and ended."""

import os
import random
import shlex
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from .certificate import certificate
from .failure import Failure

APP_ID, KEY, SECRET = "bench", "bench-key", "bench-secret"
SERVER_CORE, CLIENT_CORE = "0", "1"
BOTH_CORES = f"{SERVER_CORE},{CLIENT_CORE}"
START_SECONDS = 20


@dataclass
class Server:
    """One column of the table. The command is given the options of bench/server.php, or has
    {port}, {socket}, {app_id}, {key}, {secret} and {threads} replaced where it names any. For TLS
    the files stand in {certificate} and {private_key}, or in the environment as those of Laravel's
    applications do."""

    name: str
    command: list[str]
    cwd: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    has_socket: bool = True
    cores: str = SERVER_CORE
    threads: int = 1
    peer: bool = False  # of others: a work that it cannot do is left out of its column
    tls: bool = False

    def arguments(self, port: int, path: str) -> list[str]:
        values = {"port": str(port), "socket": path, "app_id": APP_ID, "key": KEY,
                  "secret": SECRET, "threads": str(self.threads)}
        if self.tls:
            files = certificate()
            values |= {"certificate": str(files.certificate),
                       "private_key": str(files.private_key)}
        filled = [part.format_map(values) if "{" in part else part for part in self.command]
        if filled != self.command:
            return filled
        return self.command + [f"--{name.replace('_', '-')}={value}"
                               for name, value in values.items()]

    def variables(self) -> dict[str, str]:
        if not self.tls:
            return self.environment
        files = certificate()
        return {**self.environment, "REVERB_TLS_CERT": str(files.certificate),
                "REVERB_TLS_KEY": str(files.private_key)}

    def node(self, redis_port: int) -> "Server":
        """As one of several that share a Redis. Not pinned: they are more than there are cores."""
        if self.peer:
            settings = {"REVERB_SCALING_ENABLED": "true", "REDIS_HOST": "127.0.0.1",
                        "REDIS_PORT": str(redis_port)}
            return replace(self, cores=BOTH_CORES, environment={**self.environment, **settings})
        return replace(self, cores=BOTH_CORES,
                       command=[*self.command, f"--redis-port={redis_port}"])


class Running:
    """A started server: a context manager that ends it."""

    def __init__(self, server: Server):
        self.server = server
        self.directory = tempfile.TemporaryDirectory(prefix="reverb-bench-")
        self.socket = os.path.join(self.directory.name, "reverb.sock")
        self.port = free_port()
        self.log = open(os.path.join(self.directory.name, "log"), "w+b")
        command = ["taskset", "-c", server.cores, *server.arguments(self.port, self.socket)]
        # taskset and env become the server by exec, so this is the server's own process id.
        self.process = subprocess.Popen(
            command, cwd=server.cwd, env={**os.environ, **server.variables()},
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)

    @property
    def pid(self) -> int:
        return self.process.pid

    def __enter__(self) -> "Running":
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        self.directory.cleanup()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                if not self.server.has_socket or os.path.exists(self.socket):
                    return
            except OSError:
                pass
            time.sleep(0.02)
        self.log.seek(0)
        said = self.log.read().decode(errors="replace").strip()
        state = self.process.poll()
        how = f"did not listen within {START_SECONDS} seconds" if state is None \
            else f"ended with status {state}"
        raise Failure(f"{self.server.name} {how}: {shlex.join(self.process.args)}\n{said}")


def free_port() -> int:
    """Below the ports that the kernel gives to clients, so that none of them takes it."""
    while True:
        port = random.randint(20_000, 29_999)
        with socket.socket() as candidate:
            try:
                candidate.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
