"""Where the CPU time of a delivery goes, plain and by TLS: what perf finds the server in."""

import re
import shutil
import subprocess
import tempfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from .failure import Failure
from .load import load
from .servers import Running, Server
from .table import row

NAME = "where the time goes"
IN_FLIGHT = (1, 8, 32)
# The files that samples are in; all others are the last part.
PARTS = (("kernel", r"^\[kernel"), ("OpenSSL", r"^lib(ssl|crypto)\."),
         ("libwebsockets, libuv", r"^libwebsockets|^libuv"),
         ("ours", r"^reverb\.so$|^bench_server$"))
REST = "libc and PHP"


def shares(server: Server, programs: Path, options: list[str],
           seconds: int) -> tuple[float, dict[str, float]]:
    """CPU per delivery, and the percentages of it."""
    said: list[str] = []
    with tempfile.TemporaryDirectory(prefix="reverb-bench-") as folder, Running(server) as running:
        data = str(Path(folder, "perf.data"))
        record = ["perf", "record", "-q", "-e", "cpu-clock", "-F", "1999", "-o", data, "-p",
                  str(running.pid), "--", "sleep", str(seconds)]
        # Longer than perf looks at, so that connections that close are no part of it.
        answer = load(programs, running, [*options, f"--seconds={seconds + 2}"],
                      while_measuring=lambda: said.append(subprocess.run(
                          record, capture_output=True, text=True, check=False).stderr))
        report = subprocess.run(
            ["perf", "report", "-i", data, "--stdio", "-q", "--sort", "dso", "-t", ";"],
            capture_output=True, text=True, check=False)
    found: dict[str, float] = defaultdict(float)
    for percent, file in re.findall(r"^\s*([\d.]+)%\s*;\s*(\S+)", report.stdout, re.MULTILINE):
        part = next((part for part, pattern in PARTS if re.search(pattern, file)), REST)
        found[part] += float(percent)
    if not found:
        raise Failure(f"perf found nothing: {said} {report.stderr}")
    return answer["server_cpu_us_per_delivery"], found


def measure(programs: Path, server: Server, seconds: int) -> str:
    """A Markdown table, of one run each."""
    if shutil.which("perf") is None:
        return f"left out, there is no perf: {NAME}"
    parts = [part for part, _ in PARTS] + [REST]
    lines = [row([f"{NAME}, 1,000 subscribers, 100 bytes by HTTP", "CPU per delivery, µs",
                  *(f"{part}, %" for part in parts)]),
             row(["---"] + ["---:"] * (len(parts) + 1))]
    for in_flight in IN_FLIGHT:
        for tls in (False, True):
            options = ["--subscribers=1000", f"--in-flight={in_flight}", "--publishes=1000000",
                       f"--warmup={in_flight * 20}"]
            cpu, found = shares(replace(server, tls=tls), programs, options, seconds)
            lines.append(row([f"{'wss://' if tls else 'ws://'}, {in_flight} in flight",
                              f"{cpu:.2f}", *(f"{found[part]:.0f}" for part in parts)]))
    return "\n".join(lines)
