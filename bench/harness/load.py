"""The load client, run against a server that runs."""

import json
import shlex
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from .failure import Failure
from .servers import APP_ID, CLIENT_CORE, KEY, SECRET, Running


def command(programs: Path, running: Running, options: Sequence[str], cores: str) -> list[str]:
    return ["taskset", "-c", cores, str(programs / "bench_load"),
            f"--port={running.port}", f"--server-pid={running.pid}",
            f"--socket={running.socket}", f"--app-id={APP_ID}", f"--key={KEY}",
            f"--secret={SECRET}", *(["--tls"] if running.server.tls else []), *options]


def load(programs: Path, running: Running, options: Sequence[str],
         cores: str = CLIENT_CORE, while_measuring: Callable[[], None] | None = None) -> dict:
    """What it found. `while_measuring` is called when the subscribers are there and warm."""
    arguments = command(programs, running, options, cores)
    if while_measuring is not None:
        arguments.append("--announce")
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:
        try:
            if while_measuring is not None and process.stderr.readline() == "measuring\n":
                while_measuring()
            output, errors = process.communicate(timeout=180)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise Failure(f"{running.server.name}: {errors.strip()}\n  {shlex.join(arguments)}")
    return json.loads(output)
