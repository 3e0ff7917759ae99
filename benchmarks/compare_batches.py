"""Batches of samples in Synop and in Brian 2: 784 inputs, 100 LIF neurons, all to all, 350 ms for each sample.

Both get the same Poisson spikes, on Brian's grid of 0.1 ms, and the same weights, which are multiples of 2^-10 mV, so that
single precision holds them. In Brian one run shows the samples one after the other; at the beginning of each a spike of its own
sets the potentials to rest, and 10 ms without input at the end of each let refractoriness end. Brian applies synapses before it tests the
threshold (its schedule is changed accordingly) and V_reset = E_L, so that steps lose nothing: the spikes must agree one by one.

Times are processor times. Brian's is that of its main loop alone: without generating code, compiling, starting, loading and saving.
Synop's is that of a whole run without that of a run of one sample: what building the network and reading the file cost both times
is left out, checking and handing over the input, bringing the network to rest, simulating, recording and writing spikes are in.
"""

from __future__ import annotations

import argparse
import gzip
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import warnings

import h5py
import numpy

INPUTS, NEURONS = 784, 100
STEP_MS, SAMPLE_MS, SILENT_MS = 0.1, 350.0, 10.0
STEPS = round(SAMPLE_MS / STEP_MS)
MAX_RATE = 63.75  # Hz
TAU_M, E_L, V_TH, T_REF = 20.0, -65.0, -50.0, 2.0


def intensities(count: int, folder: str | None) -> numpy.ndarray:
    if folder is not None:
        path = next(p for p in pathlib.Path(folder).iterdir() if p.name.startswith("train-images"))
        data = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
        return numpy.frombuffer(data, numpy.uint8, offset=16)[: count * INPUTS].reshape(count, INPUTS) / 255.0
    random = numpy.random.default_rng(1)
    return random.random((count, INPUTS)) * (random.random((count, INPUTS)) < 0.26)  # 0.13 on average, as MNIST has


def input_spikes(images: numpy.ndarray) -> list[tuple[numpy.ndarray, numpy.ndarray]]:
    """For each sample steps and channels, by step; at most one spike of a channel in a step."""
    random = numpy.random.default_rng(2)
    samples = []
    for image in images:
        hits = random.random((STEPS - round(SILENT_MS / STEP_MS), INPUTS), dtype=numpy.float32) < image * MAX_RATE * STEP_MS * 1e-3
        hits[0] = False  # when Brian sets the potentials to rest
        samples.append(numpy.nonzero(hits))
    return samples


def random_weights() -> numpy.ndarray:
    random = numpy.random.default_rng(3)
    return numpy.round(random.normal(0.1, 0.6, (INPUTS, NEURONS)) * 1024) / 1024  # mV


def write_synop(folder: pathlib.Path, spikes, weights) -> pathlib.Path:
    with h5py.File(folder / "input.h5", "w") as file:
        times = file.create_dataset("spikes/times", (len(spikes),), dtype=h5py.vlen_dtype(numpy.float64))
        units = file.create_dataset("spikes/units", (len(spikes),), dtype=h5py.vlen_dtype(numpy.int32))
        for i, (step, unit) in enumerate(spikes):
            times[i], units[i] = step * (STEP_MS * 1e-3), unit
        file["labels"] = numpy.zeros(len(spikes), numpy.int64)
    with open(folder / "weights.csv", "w") as file:
        file.write("source,target,weight\n")
        for (i, j), w in numpy.ndenumerate(weights):
            file.write(f"{i},{j},{w!r}\n")
    path = folder / "batch.toml"
    path.write_text(f"""
[[population]]
name = "input"
model = "spike_train_injector"
size = {INPUTS}
[[population]]
name = "cells"
model = "iaf_psc_delta"
size = {NEURONS}
params = {{ tau_m = "{TAU_M} ms", E_L = "{E_L} mV", V_reset = "{E_L} mV", V_th = "{V_TH} mV", t_ref = "{T_REF} ms" }}
[[projection]]
source = "input"
target = "cells"
rule = "explicit"
file = "weights.csv"
delay = "0 ms"
[output]
plots = false
[task]
type = "unsupervised_classification"
input = "input"
readout = "cells"
presentation = "{SAMPLE_MS} ms"
readout_rule = {{ type = "most_spikes" }}
[task.dataset]
source = "event_hdf5"
path = "input.h5"
classes = {NEURONS}
channels = {INPUTS}
[[task.phase]]
role = "test"
samples = {len(spikes)}
""")
    return path


def processor_seconds(command: list) -> tuple[float, str]:
    """Of a program and the processes it waits for, and what it prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, text


def run_synop(program: str, experiment: pathlib.Path) -> tuple[float, numpy.ndarray, dict]:
    out = experiment.parent / "results"
    command = [program, "run", experiment, "--threads", "1", "-o", out, "--overwrite", "-q", "--json"]
    seconds, _ = processor_seconds(command + ["--set", "task.phase.test.samples=1"])
    more, text = processor_seconds(command)
    phase = json.loads(text)["phases"][0]
    with h5py.File(out / "spikes.h5") as file:
        group = file["spikes/cells"]
        steps = numpy.rint(group["timestamps"][:] / STEP_MS).astype(numpy.int64)
        spikes = numpy.stack([steps, group["node_ids"][:].astype(numpy.int64)], axis=1)
    return more - seconds, spikes[numpy.lexsort(spikes.T[::-1])], phase


def build_brian(folder: pathlib.Path, spikes, weights):
    warnings.simplefilter("ignore")  # of other packages' deprecations
    import brian2 as brian

    brian.BrianLogger.suppress_name("resolution_conflict")  # E_L is also a number of this file
    ms, mV = brian.ms, brian.mV
    brian.set_device("cpp_standalone", build_on_run=False)
    brian.prefs.devices.cpp_standalone.openmp_threads = 0
    brian.defaultclock.dt = STEP_MS * ms
    steps = numpy.concatenate([step + i * STEPS for i, (step, _) in enumerate(spikes)])
    channels = numpy.concatenate([unit for _, unit in spikes])
    source = brian.SpikeGeneratorGroup(INPUTS, channels, steps * STEP_MS * ms, when="start", sorted=True)
    units = {"E_L": E_L * mV, "V_th": V_TH * mV, "tau_m": TAU_M * ms}
    cells = brian.NeuronGroup(NEURONS, "dv/dt = (E_L - v) / tau_m : volt (unless refractory)", threshold="v >= V_th",
                              reset="v = E_L", refractory=T_REF * ms, method="exact",
                              namespace=units)
    cells.v = E_L * mV
    # Not run_regularly with a dt of 350 ms: its clock and that of the steps part by a step after some 180 samples.
    begin = brian.SpikeGeneratorGroup(1, numpy.zeros(len(spikes), int), numpy.arange(len(spikes)) * SAMPLE_MS * ms, when="start")
    rest = brian.Synapses(begin, cells, on_pre="v_post = E_L", namespace=units)
    rest.connect()
    synapses = brian.Synapses(source, cells, "w : volt", on_pre="v_post += w")
    synapses.connect()
    synapses.w = weights.ravel() * mV
    monitor = brian.SpikeMonitor(cells)
    network = brian.Network(source, begin, cells, rest, synapses, monitor)
    network.schedule = ["start", "groups", "synapses", "thresholds", "resets", "end"]
    brian.device.insert_code("before_network_run", "const std::clock_t clock_before = std::clock();")
    brian.device.insert_code("after_network_run", 'std::ofstream("processor_seconds") << double(std::clock() - clock_before) / CLOCKS_PER_SEC;')
    network.run(len(spikes) * SAMPLE_MS * ms)
    brian.device.build(directory=str(folder), compile=True, run=False)
    return brian, monitor


def run_brian(brian, monitor) -> tuple[float, numpy.ndarray]:
    brian.device.run(brian.device.project_dir, with_output=False, run_args=[])
    spikes = numpy.stack([numpy.rint(monitor.t / brian.ms / STEP_MS).astype(numpy.int64), numpy.asarray(monitor.i, numpy.int64)], axis=1)
    seconds = float(pathlib.Path(brian.device.project_dir, "processor_seconds").read_text())
    return seconds, spikes[numpy.lexsort(spikes.T[::-1])]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--synop", required=True, help="the program")
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--images", help="folder with MNIST in IDX format")
    options = parser.parse_args()
    spikes = input_spikes(intensities(options.samples, options.images))
    weights = random_weights()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        experiment = write_synop(folder, spikes, weights)
        brian, monitor = build_brian(folder / "brian", spikes, weights)
        seconds = {"synop": [], "brian": []}
        for _ in range(options.repeats):
            took, ours, phase = run_synop(options.synop, experiment)
            seconds["synop"].append(took)
            took, theirs = run_brian(brian, monitor)
            seconds["brian"].append(took)
    synop, other = statistics.median(seconds["synop"]), statistics.median(seconds["brian"])
    inputs = sum(len(step) for step, _ in spikes)
    agree = len(set(map(tuple, ours.tolist())) & set(map(tuple, theirs.tolist())))
    print(f"{options.samples} samples of {SAMPLE_MS:g} ms, {inputs / options.samples:.0f} input spikes each, "
          f"{phase['operations']['synaptic_add'] / options.samples:.0f} synaptic events")
    print(f"Synop   {synop:8.3f} s  {options.samples / synop:8.0f} samples/s  {len(ours)} spikes")
    print(f"Brian 2 {other:8.3f} s  {options.samples / other:8.0f} samples/s  {len(theirs)} spikes")
    print(f"ratio   {other / synop:8.2f}    {agree} of {len(ours)} spikes of Synop are Brian's, to the step")
    return 0 if agree == len(ours) == len(theirs) else 1


if __name__ == "__main__":
    sys.exit(main())
