"""The load client, run against a server that runs."""

import json
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .servers import APP_ID, CLIENT_CORE, KEY, SECRET, Failure, Running


def load(programs: Path, running: Running, options: Sequence[str],
         cores: str = CLIENT_CORE) -> dict:
    command = ["taskset", "-c", cores, str(programs / "bench_load"),
               f"--port={running.port}", f"--server-pid={running.pid}",
               f"--socket={running.socket}", f"--app-id={APP_ID}", f"--key={KEY}",
               f"--secret={SECRET}", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    if done.returncode != 0:
        raise Failure(f"{running.server.name}: {done.stderr.strip()}\n  {shlex.join(command)}")
    return json.loads(done.stdout)
