"""The rows of the table: what the load client is told to do, and what is read of its answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One row: a field of the load client's report."""

    label: str
    field: str
    unit: str
    digits: int
    divisor: float = 1.0


@dataclass(frozen=True)
class Work:
    """One run of the load client and the rows it fills."""

    options: tuple[str, ...]
    figures: tuple[Figure, ...]
    needs_socket: bool = False
    tls: bool = False
    for_peers: bool = True  # false: it would take most of the time
    files: int = 0  # descriptors that client and server need each


CPU = ("server_cpu_us_per_delivery", "µs", 3)


def fan_out(way: str, subscribers: int, in_flight: int, seconds: int, *options: str,
            label: str, tls: bool = False) -> Work:
    figures = [Figure(f"CPU per delivery, {subscribers:,} {label}, {in_flight} in flight", *CPU)]
    if in_flight == 1:
        figures += [
            Figure(f"publish to last, {subscribers:,} {label}, p50", "last_p50_us", "µs", 0),
            Figure(f"publish to last, {subscribers:,} {label}, p99", "last_p99_us", "µs", 0),
        ]
    if tls:
        figures.append(Figure(f"TLS records per delivery, {subscribers:,} {label}, {in_flight} in "
                              "flight", "tls_records_per_delivery", "", 3))
    return Work((f"--publish={way}", f"--subscribers={subscribers}", f"--in-flight={in_flight}",
                 "--publishes=1000000", f"--seconds={seconds}", f"--warmup={in_flight * 20}",
                 *options),
                tuple(figures), needs_socket=way == "socket", tls=tls)


def throughput(way: str, in_flight: int, seconds: int, label: str, *figures: Figure) -> Work:
    return Work((f"--publish={way}", "--subscribers=1", f"--in-flight={in_flight}", "--pace=free",
                 "--publishes=10000000", f"--seconds={seconds}", "--warmup=500"),
                (Figure(f"publishes a second, {label}", "publishes_per_second", "1/s", 0),
                 Figure(f"CPU per publish, {label}", "server_cpu_us_per_publish", "µs", 1),
                 *figures),
                needs_socket=way == "socket")


def records(in_flight: int, seconds: int, *options: str, label: str) -> Work:
    """A KB of JSON as applications send it, and what the network carries of it."""
    work = fan_out("http", 1000, in_flight, seconds, "--payload=1000", "--records", *options,
                   label=f"subscribers, {label}")
    sent = Figure(f"bytes per delivery, 1,000 subscribers, {label}, {in_flight} in flight",
                  "bytes_per_delivery", "bytes", 0)
    return Work(work.options, (*work.figures, sent), for_peers=False)


def connects(channel: str, count: int, label: str, *options: str, tls: bool = False,
             for_peers: bool = True) -> Work:
    figures = [Figure(f"connects and subscriptions a second, {label}", "connects_per_second",
                      "1/s", 0),
               Figure(f"CPU per connect and subscription, {label}", "server_cpu_us_per_connect",
                      "µs", 1)]
    if "--closes" in options:
        figures.append(Figure(f"CPU per close, {count:,} connections", "server_cpu_us_per_close",
                              "µs", 1))
    return Work(("--scenario=connects", f"--subscribers={count}", f"--channel={channel}",
                 *options), tuple(figures), tls=tls, for_peers=for_peers, files=5_200)


def all_works(seconds: int) -> list[Work]:
    works = [fan_out("http", subscribers, in_flight, seconds,
                     label="subscribers, 100 bytes by HTTP")
             for subscribers in (500, 1000) for in_flight in (1, 8, 32)]
    works += [fan_out("http", 1000, in_flight, seconds, tls=True,
                      label="subscribers by wss://, 100 bytes by HTTPS")
              for in_flight in (1, 8, 32)]
    works += [fan_out("socket", 1000, in_flight, seconds,
                      label="subscribers, 100 bytes by unix socket")
              for in_flight in (1, 8, 32)]
    works += [fan_out("whisper", 200, in_flight, seconds, "--channel=private-bench",
                      label="members, client events")
              for in_flight in (1, 8)]
    works += [fan_out("http", 1000, 1, seconds, f"--payload={size}",
                      label=f"subscribers, {label} by HTTP")
              for size, label in ((1_000, "1 KB"), (10_000, "10 KB"))]
    works += [records(in_flight, seconds, *options, label=label)
              for in_flight in (1, 8)
              for label, options in (("1 KB of records", ()),
                                     ("1 KB of records, compressed", ("--offer-compression",)))]
    works.append(Work(
        ("--publish=batch", "--spread", "--subscribers=10000", "--in-flight=8",
         "--publishes=1000000", f"--seconds={seconds}", "--warmup=500"),
        (Figure("CPU per delivery, 10,000 channels of one subscriber, batches of 10, 8 in flight",
                *CPU),),
        files=10_200))
    works += [
        throughput("batch", 8, seconds, "batch_events of 10, 8 kept connections, 1 subscriber",
                   Figure("events a second, batch_events of 10, 1 subscriber",
                          "events_per_second", "1/s", 0)),
        throughput("http", 16, seconds, "signed HTTP, 16 kept connections, 1 subscriber"),
        throughput("http-new", 16, seconds, "signed HTTP, a connection each, 1 subscriber"),
        throughput("socket", 1, seconds, "unix socket, 1 at a time, 1 subscriber",
                   Figure("publish to answer, unix socket, p50", "answer_p50_us", "µs", 1),
                   Figure("publish to answer, unix socket, p99", "answer_p99_us", "µs", 1)),
        throughput("socket", 32, seconds, "unix socket, 32 under way, 1 subscriber"),
    ]
    works += [
        connects("bench", 5_000, "public", "--closes"),
        connects("private-bench", 5_000, "private, signed"),
        connects("private-bench", 1_000, "private, signed, by wss://", tls=True),
        connects("presence-bench", 200, "presence, 1,000 are there", "--present=1000"),
        connects("presence-bench", 50, "presence, 1,000 are there, one by one", "--present=1000",
                 "--window=1", for_peers=False),
    ]
    works.append(Work(
        ("--scenario=memory", "--subscribers=10000"),
        (Figure("memory per subscribed connection, 10,000 of them", "bytes_per_connection",
                "bytes", 0),
         Figure("the kernel's for its socket", "kernel_bytes_per_socket", "bytes", 0),
         Figure("resident before they came", "resident_before", "MiB", 1, 1024 * 1024),
         Figure("resident after they went", "resident_after", "MiB", 1, 1024 * 1024)),
        files=10_200))
    works.append(Work(
        ("--scenario=memory", "--subscribers=2000"),
        (Figure("memory per subscribed connection by wss://, 2,000 of them",
                "bytes_per_connection", "bytes", 0),
         Figure("the kernel's for its socket, wss://", "kernel_bytes_per_socket", "bytes", 0)),
        tls=True, files=2_200))
    works.append(Work(
        ("--scenario=memory", "--subscribers=5000", "--channels=50"),
        (Figure("memory per connection with 50 channels, 5,000 of them", "bytes_per_connection",
                "bytes", 0),),
        files=5_200, for_peers=False))
    for every, label in ((0, "that do nothing"), (30, "that ping every 30 s")):
        works.append(Work(
            ("--scenario=idle", "--subscribers=10000", f"--ping-every={every}",
             f"--seconds={2 * seconds}"),
            (Figure(f"10,000 connections {label}", "server_cpu_percent", "% of a core", 2),),
            files=10_200))
    return works
