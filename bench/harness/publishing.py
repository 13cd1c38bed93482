"""Publishing from PHP: event() by each way, beside a ping-pong of as many bytes."""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from .servers import APP_ID, CLIENT_CORE, KEY, SECRET, SERVER_CORE, Failure, Running, Server
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


def answer_of(command: list[str]) -> dict:
    done = subprocess.run(["taskset", "-c", CLIENT_CORE, *command], capture_output=True,
                          text=True, check=False, timeout=300)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(bench: Path, programs: Path, php: list[str], server: Server, app: Path | None,
            repetitions: int, count: int) -> str:
    """A Markdown table: p50 and p99 of each way at both paces, medians of the repetitions."""
    found: dict[str, dict[str, list[tuple[float, float]]]] = {}

    def note(way: str, pace: str, answer: dict) -> None:
        found.setdefault(way, {}).setdefault(pace, []).append(
            (answer["p50_us"], answer["p99_us"]))

    for _ in range(repetitions):
        for pace, microseconds in PACES:
            limits = [f"--count={count}", f"--pace-us={microseconds}"]
            with Pong(programs / "bench_pingpong") as pong:
                note("ping-pong, C++", pace, answer_of(
                    [str(programs / "bench_pingpong"), f"--socket={pong.socket}", *limits]))
                if app is None:
                    answers = answer_of([*php, str(bench / "pingpong.php"),
                                         f"--pong={pong.socket}", *limits])
                else:
                    with Running(server) as running:
                        answers = answer_of([
                            *php, str(bench / "event.php"), f"--app={app}",
                            f"--pong={pong.socket}", f"--port={running.port}",
                            f"--socket={running.socket}", f"--app-id={APP_ID}", f"--key={KEY}",
                            f"--secret={SECRET}", *limits])
                for way, answer in answers.items():
                    note(way, pace, answer)

    head = ["publishing from PHP, µs"]
    for pace, _ in PACES:
        head += [f"{pace}, p50", "p99"]
    lines = [row(head), row(["---"] + ["---:"] * (len(head) - 1))]
    for way, paces in found.items():
        cells = [way]
        for pace, _ in PACES:
            cells += [f"{median(pair[i] for pair in paces[pace]):,.1f}" for i in (0, 1)]
        lines.append(row(cells))
    return "\n".join(lines)
