"""Runs a network of IntFire1 cells with NEURON.

    neuron_program.py run NETWORK SECONDS SEED        prints counts as JSON
    neuron_program.py replay FOLDER MS                runs the network of spike_times.py, prints "neuron time_ms" lines
"""

from __future__ import annotations

import csv
import json
import pathlib
import sys

import networks


def _cells(h, network: networks.Network) -> list:
    """IntFire1: dm/dt = -m / tau, a spike when m > 1, then m = 0 after `refrac`; so weights are in units of V_th - E_L."""
    n = network.neuron
    if n.has_currents or n.V_reset != n.E_L or n.V_th <= n.E_L:
        raise ValueError(f"IntFire1 cannot express the neurons of {network.name}")
    cells = [h.IntFire1() for _ in range(network.neurons)]
    for cell in cells:
        cell.tau = n.tau_m
        cell.refrac = n.t_ref
    return cells


def _connect(h, network: networks.Network, cells: list, random) -> tuple[list, list[int]]:
    """Returns the connections and how many each cell has."""
    connections = []
    out_degree = [0] * len(cells)
    scale = network.neuron.V_th - network.neuron.E_L
    for projection in network.projections:
        first, size = network.first(projection.source), network.size(projection.source)
        for name in projection.targets:
            begin = network.first(name)
            for target in cells[begin:begin + network.size(name)]:
                for source in (first + random.integers(0, size, projection.indegree)).tolist():
                    connection = h.NetCon(cells[source], target)
                    connection.weight[0] = projection.weight / scale
                    connection.delay = projection.delay
                    connections.append(connection)
                    out_degree[source] += 1
    return connections, out_degree


def _drive(h, network: networks.Network, cells: list, seed: int) -> list:
    """One NetStim per neuron, each with random numbers of its own."""
    kept = []
    if network.drive is None:
        return kept
    for i, cell in enumerate(cells):
        stimulus = h.NetStim()
        stimulus.interval = 1e3 / network.drive.rate
        stimulus.start = 0
        stimulus.number = 1e18
        stimulus.noise = 1
        stimulus.noiseFromRandom123(seed, i, 0)
        connection = h.NetCon(stimulus, cell)
        connection.weight[0] = network.drive.weight / (network.neuron.V_th - network.neuron.E_L)
        connection.delay = 0
        kept += [stimulus, connection]
    return kept


def _record(h, cells: list):
    times, ids = h.Vector(), h.Vector()
    recorders = []
    for i, cell in enumerate(cells):
        recorder = h.NetCon(cell, None)
        recorder.record(times, ids, i)
        recorders.append(recorder)
    return times, ids, recorders


def _advance(h, until: float) -> None:
    """Fixed steps with psolve: events of artificial cells keep their exact times, and of NEURON's ways to run such a
    network (variable steps, binned or self-event queue, continuerun) this one was the fastest."""
    context = h.ParallelContext()
    context.set_maxstep(10)
    h.finitialize(0)
    context.psolve(until)


def run(network: networks.Network, seconds: float, seed: int) -> dict:
    import numpy
    from neuron import h

    random = numpy.random.default_rng(seed)
    cells = _cells(h, network)
    low, high = ((v - network.neuron.E_L) / (network.neuron.V_th - network.neuron.E_L) for v in network.potential)
    connections, out_degree = _connect(h, network, cells, random)
    kept = _drive(h, network, cells, seed)
    times, ids, recorders = _record(h, cells)
    initial = random.uniform(low, high, len(cells)).tolist()

    def set_potentials() -> None:
        for cell, m in zip(cells, initial):
            cell.m = m

    handler = h.FInitializeHandler(set_potentials)
    _advance(h, seconds * 1e3)
    fired = numpy.bincount(numpy.array(ids, dtype=numpy.int64), minlength=len(cells))
    spikes = {p.name: int(fired[network.first(p.name):network.first(p.name) + p.size].sum())
              for p in network.populations}
    return {"spikes": spikes, "recurrent": int(numpy.dot(fired, out_degree))}


def replay(folder: pathlib.Path, until: float) -> None:
    """Network and input spikes from files that both simulators read."""
    from neuron import h

    parameters = json.loads((folder / "parameters.json").read_text())
    cells = []
    for _ in range(parameters["neurons"]):
        cell = h.IntFire1()
        cell.tau, cell.refrac = parameters["tau_m"], parameters["t_ref"]
        cells.append(cell)
    sources: list[list] = [[] for _ in range(parameters["inputs"])]
    connections = []
    for name, from_input in (("input", True), ("recurrent", False)):
        with open(folder / f"{name}.csv", newline="") as file:
            for row in csv.DictReader(file):
                source = int(row["source"])
                connection = h.NetCon(None if from_input else cells[source], cells[int(row["target"])])
                connection.weight[0] = float(row["weight"]) / parameters["V_th"]
                connection.delay = 0 if from_input else float(row["delay"])
                connections.append(connection)
                if from_input:
                    sources[source].append((connection, float(row["delay"])))
    times, ids, recorders = _record(h, cells)
    with open(folder / "input_spikes.csv", newline="") as file:
        arrivals = [(float(row["time_ms"]), int(row["neuron"])) for row in csv.DictReader(file)]

    def send_input() -> None:
        for time, source in arrivals:
            for connection, delay in sources[source]:
                connection.event(time + delay)

    handler = h.FInitializeHandler(send_input)
    _advance(h, until)
    for time, cell in zip(times, ids):
        print(int(cell), repr(time))


def main(arguments: list[str]) -> None:
    if arguments[0] == "run":
        print(json.dumps(run(networks.find(arguments[1]), float(arguments[2]), int(arguments[3]))))
    else:
        replay(pathlib.Path(arguments[1]), float(arguments[2]))


if __name__ == "__main__":
    main(sys.argv[1:])
