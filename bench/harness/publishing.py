"""Publishing from PHP: event() by each way, beside a ping-pong of as many bytes."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from .failure import Failure
from .servers import (APP_ID, BOTH_CORES, CLIENT_CORE, KEY, SECRET, SERVER_CORE, Running, Server,
                      free_port)
from .table import row

PACES = (("back to back", 0), ("paced 1 ms apart", 1000))


class Pong:
    """The answering side of the ping-pong, on the server's core."""

    def __init__(self, program: Path):
        self.directory = tempfile.TemporaryDirectory(prefix="reverb-bench-")
        self.socket = os.path.join(self.directory.name, "pong.sock")
        self.process = subprocess.Popen(
            ["taskset", "-c", SERVER_CORE, str(program), "--pong", f"--socket={self.socket}"])

    def __enter__(self) -> "Pong":
        while not os.path.exists(self.socket):
            if self.process.poll() is not None:
                raise Failure("bench_pingpong --pong did not start")
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        self.directory.cleanup()


def answer_of(command: list[str], cores: str = CLIENT_CORE) -> dict:
    done = subprocess.run(["taskset", "-c", cores, *command], capture_output=True,
                          text=True, check=False, timeout=300)
    try:
        if done.returncode == 0:
            return json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        pass  # Laravel prints an exception and ends with status 0
    raise Failure(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


class Redis:
    """A redis-server that keeps nothing, and the queue worker that serves its queue: neither is
    pinned, so that both find a core while publisher and server wait."""

    def __init__(self, worker: list[str]):
        self.port = free_port()
        self.worker_command = [*worker, f"--redis-port={self.port}"]
        self.processes: list[subprocess.Popen] = []

    def __enter__(self) -> "Redis":
        try:
            self.processes.append(subprocess.Popen(
                ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                 "--appendonly", "no"], stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir()))
            wait_for_port(self.port)
            self.processes.append(subprocess.Popen(self.worker_command))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for_port(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise Failure(f"nothing listens on port {port} after 10 seconds")


def has_redis(app: Path, php: list[str]) -> bool:
    """Whether the application can speak to one."""
    code = (f"require {json.dumps(str(app / 'vendor' / 'autoload.php'))};"
            "exit(class_exists('Predis\\\\Client') || extension_loaded('redis') ? 0 : 1);")
    return (shutil.which("redis-server") is not None
            and subprocess.run([*php, "-r", code], check=False).returncode == 0)


def events(bench: Path, php: list[str], server: Server, peer: Server | None, app: Path,
           pong: Pong, limits: list[str]) -> dict:
    """event() by each way, in one process but for the one that is in the server's."""
    with contextlib.ExitStack() as stack:
        running = stack.enter_context(Running(server))
        here = [f"--app={app}", f"--port={running.port}", f"--socket={running.socket}",
                f"--app-id={APP_ID}", f"--key={KEY}", f"--secret={SECRET}"]
        others = []
        if peer is not None:
            others.append(f"--peer-port={stack.enter_context(Running(peer)).port}")
        if has_redis(app, php):
            redis = stack.enter_context(Redis([*php, str(bench / "worker.php"), *here]))
            others.append(f"--redis-port={redis.port}")
        answers = answer_of([*php, str(bench / "event.php"), *here, *others,
                             f"--pong={pong.socket}", *limits])
    return answers | answer_of([*php, str(bench / "in-process.php"), f"--app={app}",
                                f"--cores={BOTH_CORES}", *limits], BOTH_CORES)


FIGURES = (("p50_us", "p50", 1), ("p99_us", "p99", 1), ("per_second", "a second", 0),
           ("delivered_p50_us", "subscriber has it, p50", 1),
           ("delivered_p99_us", "p99", 1))


def measure(bench: Path, programs: Path, php: list[str], server: Server, peer: Server | None,
            app: Path | None, repetitions: int, count: int) -> str:
    """A Markdown table for each pace: the figures of each way, medians of the repetitions."""
    found: dict[str, dict[str, list[dict]]] = {pace: {} for pace, _ in PACES}

    for _ in range(repetitions):
        for pace, microseconds in PACES:
            limits = [f"--count={count}", f"--pace-us={microseconds}"]
            with Pong(programs / "bench_pingpong") as pong:
                answers = {"ping-pong, C++": answer_of(
                    [str(programs / "bench_pingpong"), f"--socket={pong.socket}", *limits])}
                if app is None:
                    answers |= answer_of([*php, str(bench / "pingpong.php"),
                                          f"--pong={pong.socket}", *limits])
                else:
                    answers |= events(bench, php, server, peer, app, pong, limits)
                for way, answer in answers.items():
                    found[pace].setdefault(way, []).append(answer)

    tables = []
    for pace, ways in found.items():
        figures = [figure for figure in FIGURES
                   if any(figure[0] in answers[0] for answers in ways.values())]
        lines = [row([f"publishing from PHP, {pace}, µs"] + [name for _, name, _ in figures]),
                 row(["---"] + ["---:"] * len(figures))]
        for way, answers in ways.items():
            lines.append(row([way] + [
                f"{median(answer[field] for answer in answers):,.{digits}f}"
                if field in answers[0] else "–" for field, _, digits in figures]))
        tables.append("\n".join(lines))
    return "\n\n".join(tables)
