"""A real standalone Spark on this machine: one master and some workers as processes of their own, on loopback only."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

# Machines that live for a minute: hardly compiled, one thread for garbage.
BRIEF = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
SMALL = {
    "spark_driver_memory": "512m",
    "spark_sql_shuffle_partitions": "2",
    "spark_executor_extraJavaOptions": BRIEF,
    "spark_driver_extraJavaOptions": BRIEF,
}


def _with_parent() -> None:
    """In the child: end when the process that started it does, however that ends (Linux's PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def environment(folder: Path) -> dict[str, str]:
    """For master, workers, executors and driver: loopback, small heaps, all files in `folder`, this code."""
    return {
        **os.environ,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": BRIEF,
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join(one for one in sys.path if one),
        "OPENBLAS_NUM_THREADS": "1",
    }


@dataclass(frozen=True, slots=True)
class Cluster:
    """The master's address, what a session on it is given, and the ids of master and workers (each leads a session)."""

    address: str
    settings: Mapping[str, str]
    processes: tuple[int, ...]


@contextlib.contextmanager
def standalone(
    folder: Path, *, workers: int = 2, cores: int = 1, memory: int = 512, more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Cluster]:
    """A cluster for as long as the context lasts; `memory` is each executor's in MB, `more` further settings of sessions.
    Its processes are ended by their ids. Raises RuntimeError with Spark's last words when it does not come up."""
    import pyspark

    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    port = free_port()
    address = f"spark://127.0.0.1:{port}"
    processes: list[subprocess.Popen[bytes]] = []

    def start(name: str, what: str, *arguments: str) -> Path:
        log = folder / f"{name}.log"
        with log.open("wb") as output:
            processes.append(
                subprocess.Popen(
                    [str(program), f"org.apache.spark.deploy.{what}", *arguments],
                    stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment(folder),
                    start_new_session=True,
                    preexec_fn=_with_parent,
                )
            )  # fmt: skip
        return log

    try:
        where = ["--host", "127.0.0.1", "--webui-port", "0"]
        logs = [start("master", "master.Master", *where, "--port", str(port))]
        await_line(logs[0], "Starting Spark master", processes)
        for number in range(workers):
            own = [
                "--cores",
                str(cores),
                "--memory",
                f"{memory + 400}m",
                "--work-dir",
                str(folder / f"work-{number}"),
                address,
            ]
            logs.append(start(f"worker-{number}", "worker.Worker", *where, *own))
        for log in logs[1:]:
            await_line(log, "Successfully registered with master", processes)
        loopback = {
            "spark_driver_host": "127.0.0.1",
            "spark_driver_bindAddress": "127.0.0.1",
            "spark_ui_enabled": "false",
        }
        chosen = {
            **SMALL,
            **loopback,
            "spark_executor_cores": str(cores),
            "spark_executor_memory": f"{memory}m",
            **more,
        }
        yield Cluster(address, chosen, tuple(process.pid for process in processes))
    finally:
        for process in reversed(processes):
            # Each leads a group of its own, with the executors that it started.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def await_line(log: Path, words: str, processes: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + 180
    while words not in log.read_text("utf-8", "replace"):
        if time.monotonic() > until or any(process.poll() is not None for process in processes):
            raise RuntimeError(f"Spark did not start: {log.read_text('utf-8', 'replace')[-1500:]}")
        time.sleep(0.1)
