"""Compares Synop spike by spike with NEURON and Brian 2, which read the same connections and input spikes.

NEURON's IntFire1 is exact. Brian 2 is where all times are multiples of its step (brian_replay.py). A layered network has no
loops, so differences cannot grow: every spike must agree to the rounding of the other's times. In a recurrent one a difference
of rounding may grow; reported is how long all spikes agree.
"""

from __future__ import annotations

import csv
import json
import pathlib
import random
import sys
from dataclasses import dataclass

from measure import run_process
from simulators import HERE

TAU_M, T_REF, V_TH = 20.0, 2.0, 20.0
INPUT_RATE = 0.016  # per ms
TOLERANCE = 1e-6  # ms; the times of the others are doubles, Synop's are multiples of 1e-9 ms
SHOWN = 5  # spikes of a case that are printed


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    inputs: int
    layers: tuple[int, ...]
    indegree: int  # from the layer before, and within the layer if recurrent
    recurrent: bool
    until: float  # ms
    peer: str = "neuron"
    model: str = "iaf_psc_delta"
    digits: int = 9  # of all times, in ms

    @property
    def threshold(self) -> float:
        """In the unit of the weights: mV above rest, or IntFire1's own."""
        return 1.0 if self.model == "IntFire1" else V_TH


CASES = (Case("layered", "inputs and three layers, no loops", 400, (500, 500, 500), 80, False, 2000.0),
         Case("recurrent", "inputs and a network with loops", 400, (500,), 80, True, 2000.0),
         Case("intfire1", "the same network with loops, of IntFire1 in both", 400, (500,), 80, True, 2000.0,
              model="IntFire1"),
         Case("grid", "inputs and a network with loops, times on a grid of 0.1 ms", 400, (500,), 80, True, 2000.0,
              peer="brian", digits=1))


@dataclass(frozen=True)
class Agreement:
    case: Case
    spikes: tuple[int, int]  # of Synop, of the other
    agreeing: int  # pairs of one neuron within the tolerance, up to the first difference
    largest_difference: float  # ms, of those
    first_difference: float | None  # ms
    last: list[tuple[int, float, float]]  # the last spikes that agree: neuron, ms in Synop, ms in the other


def _rows(draw: random.Random, case: Case, sources: range, targets: range, drive: bool) -> list[list]:
    """Synapses with weights and delays of their own; a fifth of them inhibit, but not those of the drive."""
    rows = []
    for target in targets:
        for _ in range(case.indegree):
            source = draw.choice(sources)
            weight = draw.uniform(0.025, 0.06) * case.threshold
            if not drive and source % 5 == 4:
                weight *= -2.0
            rows.append([source, target, repr(weight), f"{draw.uniform(1.0, 3.0):.{case.digits}f}"])
    return rows


def _write(path: pathlib.Path, header: list[str], rows: list[list]) -> None:
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([header] + rows)


def write_files(case: Case, folder: pathlib.Path, seed: int) -> None:
    draw = random.Random(seed)
    neurons = sum(case.layers)
    first = case.layers[0]
    columns = ["source", "target", "weight", "delay"]
    _write(folder / "input.csv", columns, _rows(draw, case, range(case.inputs), range(first), True))
    inner: list[list] = []
    if case.recurrent:
        inner += _rows(draw, case, range(first), range(first), False)
    begin = 0
    for size, next_size in zip(case.layers, case.layers[1:]):
        # Fewer excitatory spikes arrive than at the first layer: with larger weights the activity is carried on.
        rows = _rows(draw, case, range(begin, begin + size), range(begin + size, begin + size + next_size), False)
        inner += [[s, t, repr(2.0 * float(w)), d] for s, t, w, d in rows]
        begin += size
    _write(folder / "recurrent.csv", columns, inner)
    spikes = []
    for source in range(case.inputs):
        time = 1.0 + draw.expovariate(INPUT_RATE)
        while time < case.until:
            spikes.append((time, source))
            time += 10.0 ** -case.digits + draw.expovariate(INPUT_RATE)
    _write(folder / "input_spikes.csv", ["neuron", "time_ms"], [[source, f"{time:.{case.digits}f}"] for time, source in sorted(spikes)])
    (folder / "parameters.json").write_text(json.dumps(
        {"neurons": neurons, "inputs": case.inputs, "tau_m": TAU_M, "t_ref": T_REF, "V_th": case.threshold}))
    (folder / "experiment.toml").write_text(_experiment(case, neurons))


def _experiment(case: Case, neurons: int) -> str:
    def projection(name: str, source: str) -> str:
        return (f'[[projection]]\nname = "{name}"\nsource = "{source}"\ntarget = "cells"\nrule = "explicit"\n'
                f'file = "{name}.csv"\nweight_precision = "double"\n')

    in_mv = f"tau_m = {TAU_M}, E_L = 0, V_th = {V_TH}, V_reset = 0, t_ref = {T_REF}"
    params = in_mv if case.model != "IntFire1" else f"tau = {TAU_M}, refrac = {T_REF}"
    return (f'name = "{case.name}"\n[simulation]\nduration = {case.until}\n'
            f'[output]\nspikes = false\nplots = false\ncsv = true\n'
            f'[[population]]\nname = "inputs"\nmodel = "spike_generator"\nsize = {case.inputs}\n'
            f'spike_file = "input_spikes.csv"\n'
            f'[[population]]\nname = "cells"\nmodel = "{case.model}"\nsize = {neurons}\nparams = {{ {params} }}\n'
            + projection("input", "inputs") + projection("recurrent", "cells")
            + '[[recorder]]\nmodel = "spike_recorder"\nsource = "cells"\n')


def _synop_spikes(program: pathlib.Path, folder: pathlib.Path) -> list[tuple[float, int]]:
    run_process([str(program), "run", "experiment.toml", "-q", "--overwrite", "-o", "out"], folder)
    with open(folder / "out" / "spikes.csv", newline="") as file:
        return [(float(row["time_ms"]), int(row["neuron"])) for row in csv.DictReader(file)]


def _peer_spikes(case: Case, folder: pathlib.Path) -> list[tuple[float, int]]:
    program = ["brian_replay.py"] if case.peer == "brian" else ["neuron_program.py", "replay"]
    process = run_process([sys.executable, str(HERE / program[0]), *program[1:], ".", str(case.until)], folder)
    pairs = (line.split() for line in process.output.splitlines() if line and line[0].isdigit())
    return [(float(time), int(cell)) for cell, time in pairs if float(time) < case.until]


def _by_neuron(spikes: list[tuple[float, int]]) -> dict[int, list[float]]:
    times: dict[int, list[float]] = {}
    for time, neuron in sorted(spikes):
        times.setdefault(neuron, []).append(time)
    return times


def agreement(case: Case, a: list[tuple[float, int]], b: list[tuple[float, int]]) -> Agreement:
    """Pairs the spikes of each neuron in order."""
    of_a, of_b = _by_neuron(a), _by_neuron(b)
    differing: list[float] = []
    pairs: list[tuple[float, int, float, float]] = []  # earlier time, neuron, both times
    for neuron in of_a.keys() | of_b.keys():
        x, y = of_a.get(neuron, []), of_b.get(neuron, [])
        for s, t in zip(x, y):
            pairs.append((min(s, t), neuron, s, t))
            if abs(s - t) > TOLERANCE:
                differing.append(min(s, t))
        if len(x) != len(y):
            differing.append((x if len(x) > len(y) else y)[min(len(x), len(y))])
    first = min(differing, default=None)
    alike = [pair for time, *pair in sorted(pairs) if first is None or time < first]
    return Agreement(case, (len(a), len(b)), len(alike), max((abs(s - t) for _, s, t in alike), default=0.0), first,
                     alike[-SHOWN:])


def compare(program: pathlib.Path, peers: set[str], folder: pathlib.Path, seed: int) -> list[Agreement]:
    results = []
    for case in CASES:
        if case.peer not in peers:
            continue
        place = folder / f"spike_times_{case.name}"
        place.mkdir(parents=True, exist_ok=True)
        write_files(case, place, seed)
        results.append(agreement(case, _synop_spikes(program, place), _peer_spikes(case, place)))
    return results
