"""The peers: Python's in an environment of their own, R's from Debian."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PEERS = Path(__file__).with_name("peers.txt")
R_PACKAGES = ("lavaan", "psych", "GPArotation")
DEBIAN = ("r-base-core", "r-cran-lavaan", "r-cran-psych", "r-cran-gparotation")


@dataclass(frozen=True)
class Environment:
    """Where the peers run; None and a reason where they cannot."""

    python: Path | None
    r: Path | None
    versions: dict[str, str]
    missing: tuple[str, ...]


def prepare(folder: Path, *, install: bool) -> Environment:
    """Install what is missing into `folder` (and, for R, the system), unless told not to."""
    missing: list[str] = []
    versions: dict[str, str] = {}
    python = _python(folder, install, missing, versions)
    r = _r(install, missing, versions)
    return Environment(python, r, versions, tuple(missing))


def _python(folder: Path, install: bool, missing: list[str], versions: dict[str, str]) -> Path | None:
    home = folder / "peers"
    python, stamp = home / "bin" / "python", home / "installed.txt"
    wanted = PEERS.read_text()
    if not (stamp.is_file() and stamp.read_text() == wanted):
        if not install:
            missing.append(f"the Python peers are not installed in {home} and --no-install forbids it")
            return None
        print(f"Installing {PEERS.name} into {home} …", file=sys.stderr)
        shutil.rmtree(home, ignore_errors=True)
        for command in (
            [sys.executable, "-m", "venv", str(home)],
            [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(PEERS)],
        ):
            done = subprocess.run(command, capture_output=True, text=True, env=plain())
            if done.returncode:
                missing.append(f"the Python peers could not be installed: {_last_line(done.stderr)}")
                return None
        stamp.write_text(wanted)
    frozen = subprocess.run([str(python), "-m", "pip", "freeze"], capture_output=True, text=True, env=plain())
    named = {line.split("==")[0].lower() for line in wanted.splitlines() if "==" in line}
    pairs = [line.split("==") for line in frozen.stdout.splitlines() if "==" in line]
    versions.update({name: version for name, version in pairs if name.lower() in named})
    return python


def _r(install: bool, missing: list[str], versions: dict[str, str]) -> Path | None:
    if not _r_versions(versions):
        if not install:
            missing.append("R with lavaan, psych and GPArotation is not there and --no-install forbids to fetch it")
            return None
        if shutil.which("apt-get") is None or os.geteuid() != 0:
            missing.append(
                f"R with lavaan, psych and GPArotation is not there; on Debian, as root: apt-get install {' '.join(DEBIAN)}"
            )
            return None
        print(f"Installing {', '.join(DEBIAN)} …", file=sys.stderr)
        quiet = plain() | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update"], capture_output=True, env=quiet)
        command = ["apt-get", "install", "--yes", "--no-install-recommends", *DEBIAN]
        done = subprocess.run(command, capture_output=True, text=True, env=quiet)
        if done.returncode or not _r_versions(versions):
            missing.append(f"R could not be installed: {_last_line(done.stderr)}")
            return None
    return Path(shutil.which("Rscript") or "Rscript")


def _r_versions(versions: dict[str, str]) -> bool:
    if shutil.which("Rscript") is None:
        return False
    asked = ", ".join(f'"{name}"' for name in R_PACKAGES)
    code = f'cat("R", as.character(getRversion()), "\\n"); for (p in c({asked})) cat(p, as.character(packageVersion(p)), "\\n")'
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, env=plain())
    if done.returncode:
        return False
    versions.update(dict(line.split()[:2] for line in done.stdout.splitlines() if line.strip()))
    return True


def plain() -> dict[str, str]:
    """The environment of every child: one thread, and OpenBLAS free to see what processor it is on."""
    kept = {name: value for name, value in os.environ.items() if name not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    one = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return kept | dict.fromkeys(one, "1")


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no message"
