"""Where the CPU time of a delivery goes, plain and by TLS: what perf finds the server in, by parts
and, above the kernel, by functions."""

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
FUNCTIONS = 20
# Of which the functions are listed: where a delivery costs little, most is left above the kernel.
LISTED = (False, 32)


def shares(server: Server, programs: Path, options: list[str],
           seconds: int) -> tuple[float, dict[str, float], list[tuple[str, str, float]]]:
    """CPU per delivery, and the percentages of it: by part, and by file and function."""
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
            ["perf", "report", "-i", data, "--stdio", "-q", "--sort", "dso,sym", "-t", ";"],
            capture_output=True, text=True, check=False)
    functions: dict[tuple[str, str], float] = defaultdict(float)
    found: dict[str, float] = defaultdict(float)
    for percent, file, function in re.findall(r"^\s*([\d.]+)%\s*;\s*(\S+)\s*;\s*\[.\]\s*(.+?)\s*$",
                                              report.stdout, re.MULTILINE):
        part = next((part for part, pattern in PARTS if re.search(pattern, file)), REST)
        found[part] += float(percent)
        if part != PARTS[0][0]:
            # What a library keeps to itself has no name, only an address.
            name = "without a name" if function.startswith("0x") else function
            functions[file, name] += float(percent)
    if not found:
        raise Failure(f"perf found nothing: {said} {report.stderr}")
    most = sorted(functions.items(), key=lambda entry: -entry[1])[:FUNCTIONS]
    return (answer["server_cpu_us_per_delivery"], found,
            [(file, function, percent) for (file, function), percent in most])


def measure(programs: Path, server: Server, seconds: int) -> str:
    """Markdown tables, of one run each."""
    if shutil.which("perf") is None:
        return f"left out, there is no perf: {NAME}"
    parts = [part for part, _ in PARTS] + [REST]
    lines = [row([f"{NAME}, 1,000 subscribers, 100 bytes by HTTP", "CPU per delivery, µs",
                  *(f"{part}, %" for part in parts)]),
             row(["---"] + ["---:"] * (len(parts) + 1))]
    listed: list[tuple[str, str, float]] = []
    for in_flight in IN_FLIGHT:
        for tls in (False, True):
            options = ["--subscribers=1000", f"--in-flight={in_flight}", "--publishes=1000000",
                       f"--warmup={in_flight * 20}"]
            cpu, found, functions = shares(replace(server, tls=tls), programs, options, seconds)
            lines.append(row([f"{'wss://' if tls else 'ws://'}, {in_flight} in flight",
                              f"{cpu:.2f}", *(f"{found[part]:.0f}" for part in parts)]))
            if (tls, in_flight) == LISTED:
                listed = functions
    lines += ["", row([f"above the kernel, ws://, {LISTED[1]} in flight", "function", "%"]),
              row(["---", "---", "---:"])]
    lines += [row([file, f"`{function}`", f"{percent:.1f}"]) for file, function, percent in listed]
    return "\n".join(lines)
