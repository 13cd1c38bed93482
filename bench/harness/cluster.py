"""Two nodes that share a Redis: what is published on one, to a subscriber on the other."""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from .failure import Failure
from .publishing import wait_for_port
from .servers import APP_ID, BOTH_CORES, KEY, SECRET, Running, Server, free_port
from .table import row

NAME = "cluster"
TICKS = os.sysconf("SC_CLK_TCK")
WARMUP = 500
IN_FLIGHT = (1, 32, 1000)
BY_HTTP = (1, 32)


class Redis:
    """A redis-server that writes no file. Not pinned, as nothing here is: four processes share two
    cores."""

    def __init__(self) -> None:
        self.port = free_port()

    def __enter__(self) -> "Redis":
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no"], stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
        try:
            wait_for_port(self.port)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


def cpu_seconds(pid: int) -> float:
    """Of all threads of the process, since its start."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def load(programs: Path, subscribed: Running, published: Running, options: list[str],
         way: str = "socket") -> dict:
    """The load client with its subscriber on one node, publishing to another."""
    command = [str(programs / "bench_load"), f"--port={subscribed.port}",
               f"--socket={published.socket}", f"--publish-port={published.port}",
               f"--publish={way}", "--subscribers=1", f"--app-id={APP_ID}", f"--key={KEY}",
               f"--secret={SECRET}", f"--warmup={WARMUP}", *options]
    done = subprocess.run(["taskset", "-c", BOTH_CORES, *command], capture_output=True, text=True,
                          check=False, timeout=180)
    if done.returncode != 0:
        raise Failure(f"cluster: {done.stderr.strip()}\n  {' '.join(command)}")
    return json.loads(done.stdout)


def cost(programs: Path, nodes: list[Running], redis: Redis, options: list[str],
         way: str = "socket") -> dict[str, float]:
    """From the first node to the second: messages a second, CPU of each by message."""
    pids = {"Redis": redis.process.pid, "publishing node": nodes[0].pid,
            "subscribed node": nodes[1].pid}
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    answer = load(programs, nodes[1], nodes[0], options, way)
    messages = answer["publishes"] + WARMUP
    found = {name: (cpu_seconds(pid) - before[name]) / messages * 1e6
             for name, pid in pids.items()}
    found["load client"] = answer["client_cpu_us_per_delivery"]
    found["a second"] = answer["publishes_per_second"]
    found["p50"], found["p99"] = answer["last_p50_us"], answer["last_p99_us"]
    return found


@contextlib.contextmanager
def two_nodes(server: Server) -> Iterator[tuple[Redis, list[Running]]]:
    with contextlib.ExitStack() as stack:
        redis = stack.enter_context(Redis())
        nodes = [stack.enter_context(Running(server.node(redis.port))) for _ in range(2)]
        time.sleep(0.5)  # both have Redis by then
        yield redis, nodes


def limits(seconds: int) -> list[str]:
    return ["--publishes=10000000", f"--seconds={seconds}"]


def once(programs: Path, server: Server, seconds: int) -> dict[str, float]:
    with two_nodes(server) as (redis, nodes):
        found = {}
        for place, subscribed in (("same", nodes[0]), ("other", nodes[1])):
            answer = load(programs, subscribed, nodes[0], ["--in-flight=1", *limits(seconds)])
            for quantile in ("p50", "p99"):
                found[f"{place} {quantile}"] = answer[f"last_{quantile}_us"]
        for quantile in ("p50", "p99"):
            found[f"added {quantile}"] = found[f"other {quantile}"] - found[f"same {quantile}"]
        for in_flight in IN_FLIGHT:
            for name, value in cost(programs, nodes, redis,
                                    [f"--in-flight={in_flight}", *limits(seconds)]).items():
                found[f"{in_flight} {name}"] = value
        return found


def by_http(programs: Path, servers: list[Server], repetitions: int, seconds: int) -> str:
    """The way that each of them knows, beside each other."""
    found: dict[tuple[str, int], list[dict[str, float]]] = defaultdict(list)
    for _ in range(repetitions):
        for server in servers:
            with two_nodes(server) as (redis, nodes):
                for in_flight in BY_HTTP:
                    found[server.name, in_flight].append(
                        cost(programs, nodes, redis,
                             [f"--in-flight={in_flight}", *limits(seconds)], "http"))
    figures = (("p50, µs", "p50"), ("p99, µs", "p99"), ("messages a second", "a second"),
               ("CPU of the publishing node a message, µs", "publishing node"),
               ("of the subscribed node", "subscribed node"))
    lines = [row(["cluster, from one node to another, 100 bytes by HTTP",
                  *(label for label, _ in figures)]), row(["---"] + ["---:"] * len(figures))]
    for in_flight in BY_HTTP:
        for server in servers:
            answers = found[server.name, in_flight]
            lines.append(row([f"{server.name}, {in_flight:,} in flight",
                              *(f"{median(answer[name] for answer in answers):,.0f}"
                                for _, name in figures)]))
    return "\n".join(lines)


def measure(programs: Path, server: Server, peer: Server | None, repetitions: int,
            seconds: int) -> str:
    """Markdown tables of medians. `peer` scales by a Redis as well."""
    if shutil.which("redis-server") is None:
        raise Failure("cluster: there is no redis-server")
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(repetitions):
        for name, value in once(programs, server, seconds).items():
            found[name].append(value)
    middle = {name: median(values) for name, values in found.items()}

    latency = [row(["cluster, publish to subscriber, 100 bytes by unix socket, µs", "p50", "p99"]),
               row(["---", "---:", "---:"])]
    for place, label in (("same", "subscriber on the node it is published to"),
                         ("other", "on another node, by Redis"), ("added", "added")):
        latency.append(row([label] + [f"{middle[f'{place} {quantile}']:,.0f}"
                                      for quantile in ("p50", "p99")]))
    used = ("Redis", "publishing node", "subscribed node", "load client")
    rate = [row(["cluster, from one node to another, 100 bytes", "messages a second",
                 *(f"{name}, µs of CPU a message (% of a core)" for name in used)]),
            row(["---"] + ["---:"] * (len(used) + 1))]
    for in_flight in IN_FLIGHT:
        values = found[f"{in_flight} a second"]
        a_second = median(values)
        rate.append(row([f"{in_flight:,} in flight",
                         f"{a_second:,.0f} ({min(values):,.0f}–{max(values):,.0f})",
                         *(f"{middle[f'{in_flight} {name}']:,.1f} "
                           f"({middle[f'{in_flight} {name}'] * a_second / 1e4:,.0f})"
                           for name in used)]))
    servers = [server] if peer is None else [server, peer]
    return "\n\n".join(["\n".join(latency), "\n".join(rate),
                        by_http(programs, servers, repetitions, seconds)])
