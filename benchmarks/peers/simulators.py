"""How each simulator is asked for a run. All are processes of their own, with one thread."""

from __future__ import annotations

import importlib.util
import json
import pathlib
import sys
from typing import Protocol

from measure import Run, run_process
from networks import Network
from synop_experiment import experiment

HERE = pathlib.Path(__file__).resolve().parent


class Simulator(Protocol):
    name: str
    title: str

    def missing(self) -> str | None:
        """Why it cannot be used here, or None."""

    def prepare(self, network: Network, folder: pathlib.Path, seconds: float, seed: int) -> None:
        """Whatever comes before a run and is not measured."""

    def run(self, settle_only: bool) -> Run:
        """`network.settle` of biology, or that and `seconds` more."""


def expected_external(network: Network, seconds: float) -> int:
    """For simulators that do not count the events of their Poisson input."""
    return 0 if network.drive is None else round(network.drive.rate * network.neurons * seconds)


class Synop:
    name = "synop"
    title = "Synop"

    def __init__(self, program: pathlib.Path) -> None:
        self._program = program

    def missing(self) -> str | None:
        return None if self._program.is_file() else f"there is no program {self._program}"

    def prepare(self, network: Network, folder: pathlib.Path, seconds: float, seed: int) -> None:
        self._network, self._folder, self._seconds = network, folder, seconds
        (folder / "experiment.toml").write_text(experiment(network, seed))

    def run(self, settle_only: bool) -> Run:
        duration = self._network.settle + (0.0 if settle_only else self._seconds)
        process = run_process([str(self._program), "run", "experiment.toml", "-q", "--json", "--overwrite", "-o", "out",
                               "--set", f"simulation.duration={duration} s"], self._folder)
        result = json.loads(process.output)
        return Run(process.cpu_seconds, process.peak_bytes, {p["name"]: p["spikes"] for p in result["populations"]},
                   sum(p["deliveries"] for p in result["projections"]),
                   sum(p["drive_deliveries"] for p in result["populations"]))


class Brian:
    name = "brian"
    title = "Brian 2, C++ standalone, steps of 0.1 ms"

    def missing(self) -> str | None:
        return None if importlib.util.find_spec("brian2") else "Python finds no brian2 (Debian: python3-brian)"

    def prepare(self, network: Network, folder: pathlib.Path, seconds: float, seed: int) -> None:
        self._network, self._folder, self._seconds = network, folder / "program", seconds
        run_process([sys.executable, str(HERE / "brian_program.py"), "build", network.name, str(self._folder),
                     str(network.settle), str(seconds), str(seed)], folder)

    def run(self, settle_only: bool) -> Run:
        process = run_process(["./main"], self._folder, {"SETTLE_ONLY": "1"} if settle_only else {})
        counted = run_process([sys.executable, str(HERE / "brian_program.py"), "count", self._network.name,
                               str(self._folder)], self._folder)
        counts = json.loads(counted.output)
        duration = self._network.settle + (0.0 if settle_only else self._seconds)
        return Run(process.cpu_seconds, process.peak_bytes, counts["spikes"], counts["recurrent"],
                   expected_external(self._network, duration))


class Neuron:
    name = "neuron"
    title = "NEURON, IntFire1"

    def missing(self) -> str | None:
        return None if importlib.util.find_spec("neuron") else "Python finds no neuron (Debian: python3-neuron)"

    def prepare(self, network: Network, folder: pathlib.Path, seconds: float, seed: int) -> None:
        self._network, self._folder, self._seconds, self._seed = network, folder, seconds, seed

    def run(self, settle_only: bool) -> Run:
        duration = self._network.settle + (0.0 if settle_only else self._seconds)
        process = run_process([sys.executable, str(HERE / "neuron_program.py"), "run", self._network.name,
                               str(duration), str(self._seed)], self._folder)
        counts = json.loads(process.output.strip().splitlines()[-1])
        return Run(process.cpu_seconds, process.peak_bytes, counts["spikes"], counts["recurrent"],
                   expected_external(self._network, duration))
