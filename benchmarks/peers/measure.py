"""Processor time and memory of a process, and what remains of two runs when the shorter is taken off the longer."""

from __future__ import annotations

import os
import pathlib
import subprocess
import tempfile
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Process:
    cpu_seconds: float  # user and system, all threads
    peak_bytes: int
    output: str


def run_process(command: list[str], folder: pathlib.Path, environment: dict[str, str] | None = None) -> Process:
    """Runs a program to its end; RuntimeError with its last words if it fails.

    The peak is never below what this process itself uses (some 15 MB), because a child begins as its copy.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err,
                                 env=os.environ | {"OMP_NUM_THREADS": "1"} | (environment or {}))
        _, status, use = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode != 0:
            last_words = err.read().decode(errors="replace").strip().splitlines()[-5:]
            raise RuntimeError(f"{' '.join(command)} failed with {child.returncode}: " + "\n".join(last_words))
        return Process(use.ru_utime + use.ru_stime, use.ru_maxrss * 1024, out.read().decode())


@dataclass(frozen=True)
class Run:
    """One run from the start of the process to its end."""

    cpu_seconds: float
    peak_bytes: int
    spikes: dict[str, int]
    recurrent: int  # synaptic events
    external: int


@dataclass(frozen=True)
class Result:
    """Medians over the repeats of one simulator on one network, set-up excluded."""

    cpu_seconds: float
    cpu_spread: tuple[float, float]  # least and most of the repeats
    setup_seconds: float  # of the shorter run, which the longer repeats
    peak_bytes: int
    spikes: dict[str, int]
    recurrent: int
    external: int
    seconds: float  # of biology

    @property
    def events(self) -> int:
        return self.recurrent + self.external

    @property
    def ns_per_event(self) -> float:
        return self.cpu_seconds * 1e9 / self.events if self.events else float("nan")


def summarise(pairs: list[tuple[Run, Run]], seconds: float) -> Result:
    """From pairs of a short and a long run; `seconds` of biology lie between their ends."""
    cpu = [long.cpu_seconds - short.cpu_seconds for short, long in pairs]
    short, long = pairs[0]  # counts do not differ between repeats: the seed is the same
    return Result(median(cpu), (min(cpu), max(cpu)), median(s.cpu_seconds for s, _ in pairs),
                  max(l.peak_bytes for _, l in pairs),
                  {name: n - short.spikes[name] for name, n in long.spikes.items()},
                  long.recurrent - short.recurrent, long.external - short.external, seconds)
