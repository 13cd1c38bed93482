"""A self-signed certificate for the servers that speak TLS."""

import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .failure import Failure


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    private_key: Path


# Kept until the program ends.
_directory: tempfile.TemporaryDirectory | None = None


@cache
def certificate() -> Certificate:
    """On P-256, as most are by now; the same for all servers of a run."""
    global _directory
    _directory = tempfile.TemporaryDirectory(prefix="reverb-bench-")
    files = Certificate(Path(_directory.name, "certificate.pem"), Path(_directory.name, "key.pem"))
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-noenc", "-subj", "/CN=localhost", "-days", "30", "-out", str(files.certificate),
         "-keyout", str(files.private_key)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"openssl made no certificate: {done.stderr}")
    return files
