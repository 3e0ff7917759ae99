"""Compares Synop and NEURON spike by spike: both are exact, read the same connections and the same input spikes.

A layered network has no loops, so differences cannot grow: every spike must agree to the rounding of NEURON's times.
In a recurrent one a difference of rounding may grow; reported is how long all spikes agree.
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
TOLERANCE = 1e-6  # ms; NEURON's times are doubles, Synop's are multiples of 1e-9 ms


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    inputs: int
    layers: tuple[int, ...]
    indegree: int  # from the layer before, and within the layer if recurrent
    recurrent: bool
    until: float  # ms


CASES = (Case("layered", "inputs and three layers, no loops", 400, (500, 500, 500), 80, False, 2000.0),
         Case("recurrent", "inputs and a network with loops", 400, (500,), 80, True, 2000.0))


@dataclass(frozen=True)
class Agreement:
    case: Case
    spikes: tuple[int, int]  # of Synop, of NEURON
    agreeing: int  # pairs of one neuron within the tolerance, up to the first difference
    largest_difference: float  # ms, of those
    first_difference: float | None  # ms


def _ms(value: float) -> str:
    return f"{value:.9f}"


def _rows(draw: random.Random, case: Case, sources: range, targets: range, drive: bool) -> list[list]:
    """Synapses with weights and delays of their own; a fifth of them inhibit, but not those of the drive."""
    rows = []
    for target in targets:
        for _ in range(case.indegree):
            source = draw.choice(sources)
            weight = draw.uniform(0.5, 1.2)
            if not drive and source % 5 == 4:
                weight *= -2.0
            rows.append([source, target, repr(weight), _ms(draw.uniform(1.0, 3.0))])
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
        time = draw.expovariate(INPUT_RATE)
        while time < case.until:
            spikes.append((time, source))
            time += draw.expovariate(INPUT_RATE)
    _write(folder / "input_spikes.csv", ["neuron", "time_ms"], [[source, _ms(time)] for time, source in sorted(spikes)])
    (folder / "parameters.json").write_text(json.dumps(
        {"neurons": neurons, "inputs": case.inputs, "tau_m": TAU_M, "t_ref": T_REF, "V_th": V_TH}))
    (folder / "experiment.toml").write_text(_experiment(case, neurons))


def _experiment(case: Case, neurons: int) -> str:
    def projection(name: str, source: str) -> str:
        return (f'[[projection]]\nname = "{name}"\nsource = "{source}"\ntarget = "cells"\nrule = "explicit"\n'
                f'file = "{name}.csv"\nweight_precision = "double"\n')

    return (f'name = "{case.name}"\n[simulation]\nduration = {case.until}\n'
            f'[output]\nspikes = false\nplots = false\ncsv = true\n'
            f'[[population]]\nname = "inputs"\nmodel = "spike_generator"\nsize = {case.inputs}\n'
            f'spike_file = "input_spikes.csv"\n'
            f'[[population]]\nname = "cells"\nmodel = "iaf_psc_delta"\nsize = {neurons}\n'
            f'params = {{ tau_m = {TAU_M}, E_L = 0, V_th = {V_TH}, V_reset = 0, t_ref = {T_REF} }}\n'
            + projection("input", "inputs") + projection("recurrent", "cells")
            + '[[recorder]]\nmodel = "spike_recorder"\nsource = "cells"\n')


def _synop_spikes(program: pathlib.Path, folder: pathlib.Path) -> list[tuple[float, int]]:
    run_process([str(program), "run", "experiment.toml", "-q", "--overwrite", "-o", "out"], folder)
    with open(folder / "out" / "spikes.csv", newline="") as file:
        return [(float(row["time_ms"]), int(row["neuron"])) for row in csv.DictReader(file)]


def _neuron_spikes(case: Case, folder: pathlib.Path) -> list[tuple[float, int]]:
    process = run_process([sys.executable, str(HERE / "neuron_program.py"), "replay", ".", str(case.until)], folder)
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
    pairs: list[tuple[float, float]] = []  # time, difference
    for neuron in of_a.keys() | of_b.keys():
        x, y = of_a.get(neuron, []), of_b.get(neuron, [])
        for s, t in zip(x, y):
            pairs.append((min(s, t), abs(s - t)))
            if abs(s - t) > TOLERANCE:
                differing.append(min(s, t))
        if len(x) != len(y):
            differing.append((x if len(x) > len(y) else y)[min(len(x), len(y))])
    first = min(differing, default=None)
    alike = [difference for time, difference in pairs if first is None or time < first]
    return Agreement(case, (len(a), len(b)), len(alike), max(alike, default=0.0), first)


def compare(program: pathlib.Path, folder: pathlib.Path, seed: int) -> list[Agreement]:
    results = []
    for case in CASES:
        place = folder / f"spike_times_{case.name}"
        place.mkdir(parents=True, exist_ok=True)
        write_files(case, place, seed)
        results.append(agreement(case, _synop_spikes(program, place), _neuron_spikes(case, place)))
    return results
