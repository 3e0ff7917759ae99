"""Runs a network of spike_times.py with Brian 2: brian_replay.py FOLDER MS prints "neuron time_ms" lines.

All times of such a network are multiples of Brian's step, and neurons with jump synapses fire only at arrivals, so a
grid loses nothing. But Brian tests thresholds before it delivers: a neuron would decay for a step before it is tested. Here
synapses come first. What Brian then calls t is our t - STEP, and a spike is read one step after it was sent, which is
taken off its delay.
"""

from __future__ import annotations

import csv
import json
import pathlib
import sys

STEP = 0.1  # ms


def replay(folder: pathlib.Path, until: float) -> None:
    import brian2 as brian

    ms, steps = brian.ms, lambda time: round(float(time) / STEP)
    brian.prefs.codegen.target = "numpy"
    brian.defaultclock.dt = STEP * ms
    parameters = json.loads((folder / "parameters.json").read_text())
    cells = brian.NeuronGroup(parameters["neurons"], "dv/dt = -v / tau : 1 (unless refractory)", threshold="v >= V_th",
                              reset="v = 0", refractory=parameters["t_ref"] * ms, method="exact",
                              namespace={"tau": parameters["tau_m"] * ms, "V_th": parameters["V_th"]})
    with open(folder / "input_spikes.csv", newline="") as file:
        arrivals = [(int(row["neuron"]), steps(row["time_ms"])) for row in csv.DictReader(file)]
    inputs = brian.SpikeGeneratorGroup(parameters["inputs"], [i for i, _ in arrivals],
                                       [(step - 1) * STEP for _, step in arrivals] * ms)
    network = brian.Network(cells, inputs)
    network.schedule = ["start", "groups", "synapses", "thresholds", "resets", "end"]
    for name, source in (("input", inputs), ("recurrent", cells)):
        with open(folder / f"{name}.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        synapses = brian.Synapses(source, cells, "w : 1", on_pre="v_post += w")
        synapses.connect(i=[int(row["source"]) for row in rows], j=[int(row["target"]) for row in rows])
        synapses.w = [float(row["weight"]) for row in rows]
        synapses.delay = [(steps(row["delay"]) - 1) * STEP for row in rows] * ms
        network.add(synapses)
    monitor = brian.SpikeMonitor(cells)
    network.add(monitor)
    network.run(until * ms)
    for cell, time in zip(monitor.i, monitor.t / ms):
        print(int(cell), repr((round(float(time) / STEP) + 1) * STEP))


if __name__ == "__main__":
    replay(pathlib.Path(sys.argv[1]), float(sys.argv[2]))
