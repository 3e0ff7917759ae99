"""Builds a network as a stand-alone C++ program with Brian 2, and counts what a run of that program did.

    brian_program.py build NETWORK FOLDER SETTLE SECONDS SEED     in s
    brian_program.py count NETWORK FOLDER                         prints the counts of the last run as JSON

The program ends after SETTLE if the environment has SETTLE_ONLY, else after SETTLE + SECONDS.
"""

from __future__ import annotations

import json
import pathlib
import sys
import warnings

import networks

MANIFEST = "arrays.json"  # which result file holds which array


def _group(brian, network: networks.Network):
    mV, ms = brian.mV, brian.ms
    n = network.neuron
    if n.has_currents:
        equations = """dv/dt = (E_L - v + g_ex + g_in) / tau_m : volt (unless refractory)
                       dg_ex/dt = -g_ex / tau_ex : volt
                       dg_in/dt = -g_in / tau_in : volt"""
    else:
        equations = "dv/dt = (E_L - v) / tau_m : volt (unless refractory)"
    values = {"E_L": n.E_L * mV, "V_th": n.V_th * mV, "V_reset": n.V_reset * mV, "tau_m": n.tau_m * ms}
    if n.has_currents:
        values |= {"tau_ex": n.tau_syn_ex * ms, "tau_in": n.tau_syn_in * ms}
    reset = "v = V_reset"
    plastic = next((p.stdp for p in network.projections if p.stdp), None)
    if plastic:
        # Traces belong to neurons, which costs Brian far less than one pair per synapse. All synapses have one delay,
        # so the presynaptic trace may run late by it.
        equations += """
                       dx/dt = -x / tau_plus : 1
                       dy/dt = -y / tau_minus : 1"""
        values |= {"tau_plus": plastic.tau_plus * ms, "tau_minus": plastic.tau_minus * ms}
        reset += "\ny += 1"
    group = brian.NeuronGroup(network.neurons, equations, threshold="v > V_th", reset=reset, refractory=n.t_ref * ms,
                              method="exact", namespace=values)
    low, high = network.potential
    group.v = f"{low}*mV + rand() * {high - low}*mV"
    return group


def _synapses(brian, network: networks.Network, group, projection: networks.Projection) -> list:
    mV, ms = brian.mV, brian.ms
    first = network.first(projection.source)
    source = group[first:first + network.size(projection.source)]
    begin = network.first(projection.targets[0])
    target = group[begin:begin + sum(network.size(name) for name in projection.targets)]
    variable = "v"
    if network.neuron.has_currents:
        variable = "g_ex" if projection.weight > 0 else "g_in"
    made = []
    if projection.stdp is None:
        synapses = brian.Synapses(source, target, on_pre=f"{variable}_post += J", delay=projection.delay * ms,
                                  namespace={"J": projection.weight * mV})
    else:
        s = projection.stdp
        synapses = brian.Synapses(
            source, target, "w : volt",
            on_pre="w = clip(w - depression * y_post, 0*volt, Wmax)\nv_post += w",
            on_post="w = clip(w + potentiation * x_pre, 0*volt, Wmax)",
            delay={"pre": projection.delay * ms},
            namespace={"Wmax": s.Wmax * mV, "potentiation": s.lambda_ * s.Wmax * mV,
                       "depression": s.alpha * s.lambda_ * s.Wmax * mV})
        trace = brian.Synapses(source, source, on_pre="x_post += 1", delay=projection.delay * ms)
        trace.connect(j="i")
        made.append(trace)
    if projection.indegree is not None:
        synapses.connect(i=f"k for k in sample(N_pre, size={projection.indegree})")
    else:
        synapses.connect(p=projection.probability)
    if projection.stdp is not None:
        synapses.w = projection.weight * mV
    return [synapses] + made


def _poisson(brian, network: networks.Network, group) -> list:
    """Brian draws the number of inputs of a step from a binomial distribution: 1000 trains make it nearly Poisson."""
    if network.drive is None:
        return []
    trains = 1000
    return [brian.PoissonInput(group, "v", N=trains, rate=network.drive.rate / trains * brian.Hz,
                               weight=network.drive.weight * brian.mV)]


def build(network: networks.Network, folder: str, settle: float, seconds: float, seed: int) -> None:
    warnings.simplefilter("ignore")  # of other packages' deprecations
    import brian2 as brian

    brian.set_device("cpp_standalone", build_on_run=False)
    brian.prefs.devices.cpp_standalone.openmp_threads = 0  # one thread, without OpenMP
    brian.seed(seed)
    brian.defaultclock.dt = 0.1 * brian.ms
    group = _group(brian, network)
    projections = [_synapses(brian, network, group, p) for p in network.projections]
    monitor = brian.SpikeMonitor(group, record=False)
    model = brian.Network(group, monitor, *sum(projections, []), *_poisson(brian, network, group))
    model.run(settle * brian.second)
    brian.device.insert_code("main", 'if (!std::getenv("SETTLE_ONLY")) {')
    model.run(seconds * brian.second)
    brian.device.insert_code("main", "}")
    brian.device.build(directory=folder, compile=True, run=False)
    files = {"count": brian.device.get_array_filename(monitor.variables["count"]),
             "sources": [brian.device.get_array_filename(made[0].variables["_synaptic_pre"]) for made in projections]}
    pathlib.Path(folder, MANIFEST).write_text(json.dumps(files))


def count(network: networks.Network, folder: str) -> dict:
    import numpy

    files = json.loads(pathlib.Path(folder, MANIFEST).read_text())
    spikes = numpy.fromfile(pathlib.Path(folder, files["count"]), numpy.int32).astype(numpy.int64)
    recurrent = 0
    for path in files["sources"]:
        sources = numpy.fromfile(pathlib.Path(folder, path), numpy.int32)
        recurrent += int(numpy.dot(numpy.bincount(sources, minlength=network.neurons), spikes))
    by_population = {p.name: int(spikes[network.first(p.name):network.first(p.name) + p.size].sum())
                     for p in network.populations}
    return {"spikes": by_population, "recurrent": recurrent}


def main(arguments: list[str]) -> None:
    network = networks.find(arguments[1])
    if arguments[0] == "build":
        build(network, arguments[2], float(arguments[3]), float(arguments[4]), int(arguments[5]))
    else:
        print(json.dumps(count(network, arguments[2])))


if __name__ == "__main__":
    main(sys.argv[1:])
