"""What the figures were taken on, and of what."""

import json
import os
import platform
import re
import resource
import shlex
import subprocess
from datetime import date
from pathlib import Path


def said(*command: str, cwd: Path | None = None) -> str:
    """What a command prints, or nothing where there is no such command."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False,
                              timeout=20)
    except (FileNotFoundError, subprocess.TimeoutExpired):
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


def command_line(arguments: list[str]) -> str:
    """As it may be repeated elsewhere: of absolute paths the last part."""
    return shlex.join(re.sub(r"(?<![^=\s])/(?:[^\s/]+/)*", "", part) for part in arguments)


def of_laravel_reverb(app: Path, php: list[str]) -> str:
    code = (f"require {json.dumps(str(app / 'vendor' / 'autoload.php'))};"
            "echo Composer\\InstalledVersions::getPrettyVersion('laravel/reverb'),"
            "extension_loaded('uv') ? ' with ext-uv ' . phpversion('uv') : ' without ext-uv';")
    return f"laravel/reverb {said(*php, '-r', code) or 'of unknown version'}"


def load() -> float:
    """Of the last minute; a run alone makes one of about two."""
    return os.getloadavg()[0]


def description(root: Path, command: str, peers: list[str]) -> str:
    """Before the run, as the checkout may be another at its end."""
    commit = said("git", "rev-parse", "--short", "HEAD", cwd=root) or "unknown"
    if said("git", "status", "--porcelain", "--untracked-files=no", "--", "ext", "bench", cwd=root):
        commit += ", with changes"
    compiler = said("c++", "--version").splitlines() or ["an unknown compiler"]
    php = said("php", "-n", "-r", "echo PHP_VERSION;") or "none"
    return "\n".join([
        f"- {date.today()}, commit {commit}",
        f"- {processor()}, {os.cpu_count()} cores; Linux {platform.release()}; "
        f"load before the run {load():.1f}",
        f"- {resource.getrlimit(resource.RLIMIT_NOFILE)[1]:,} open files at most; "
        f"{compiler[0]}; {library('libwebsockets')}, {library('libuv')}; PHP {php}",
        *([f"- peers: {'; '.join(peers)}"] if peers else []),
        f"- `{command}`",
    ])
