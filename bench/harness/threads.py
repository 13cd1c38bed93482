"""Two I/O threads beside one, with the load client on the same two cores."""

from dataclasses import replace
from pathlib import Path
from statistics import median

from .load import load
from .servers import BOTH_CORES, Running, Server
from .table import row

NAME = "threads"
IN_FLIGHT = (1, 8, 32)


def measure(programs: Path, server: Server, repetitions: int, seconds: int) -> str:
    both = [replace(server, threads=threads, cores=BOTH_CORES) for threads in (1, 2)]
    lines = [row(["1,000 subscribers, 100 bytes by HTTP, two cores for all", "unit", "1 thread",
                  "2 threads", "ratio (range)"]), row(["---", "---", "---:", "---:", "---:"])]
    for in_flight in IN_FLIGHT:
        options = ("--subscribers=1000", f"--in-flight={in_flight}", "--publishes=1000000",
                   f"--seconds={seconds}", f"--warmup={in_flight * 20}")
        answers: list[list[dict]] = [[], []]
        for repetition in range(repetitions):
            for which in ((0, 1), (1, 0))[repetition % 2]:
                with Running(both[which]) as running:
                    answers[which].append(load(programs, running, options, BOTH_CORES))
        for label, field, unit, digits in (
                ("CPU per delivery", "server_cpu_us_per_delivery", "µs", 3),
                ("deliveries a second", "deliveries_per_second", "1/s", 0)):
            one, two = ([answer[field] for answer in of_threads] for of_threads in answers)
            ratios = [second / first for first, second in zip(one, two)]
            lines.append(row([f"{label}, {in_flight} in flight", unit,
                              f"{median(one):,.{digits}f}", f"{median(two):,.{digits}f}",
                              f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"]))
    return "\n".join(lines)
