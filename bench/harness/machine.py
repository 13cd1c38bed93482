"""What the figures were taken on, and of what."""

import os
import platform
import subprocess
from datetime import date
from pathlib import Path


def said(*command: str, cwd: Path | None = None) -> str:
    """What a command prints, or nothing where there is no such command."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def library(name: str) -> str:
    version = said("pkg-config", "--modversion", name).rstrip("-")
    return f"{name} {version or 'of unknown version'}"


def description(root: Path, command: str) -> str:
    commit = said("git", "rev-parse", "--short", "HEAD", cwd=root) or "unknown"
    if said("git", "status", "--porcelain", "--untracked-files=no", "--", "ext", "bench", cwd=root):
        commit += ", with changes"
    compiler = said("c++", "--version").splitlines() or ["an unknown compiler"]
    php = said("php", "-n", "-r", "echo PHP_VERSION;") or "none"
    return "\n".join([
        f"- {date.today()}, commit {commit}",
        f"- {processor()}, {os.cpu_count()} cores; Linux {platform.release()}; "
        f"load before the run {os.getloadavg()[0]:.2f}",
        f"- {compiler[0]}; {library('libwebsockets')}, {library('libuv')}; PHP {php}",
        f"- `{command}`",
    ])
