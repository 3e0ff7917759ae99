"""compare_batches.py without Brian: what Synop gives for its input is what a plain loop over steps gives.

    compare_batches_test.py SYNOP
"""

import importlib.util
import pathlib
import sys
import tempfile

import numpy

script = pathlib.Path(__file__).resolve().parents[2] / "benchmarks/compare_batches.py"
spec = importlib.util.spec_from_file_location("compare_batches", script)
batches = importlib.util.module_from_spec(spec)
spec.loader.exec_module(batches)


def stepped(spikes, weights) -> list[tuple[int, int]]:
    """Decay, inputs, threshold, step by step; potentials from rest."""
    decay = numpy.exp(-batches.STEP_MS / batches.TAU_M)
    height = batches.V_TH - batches.E_L
    refractory = round(batches.T_REF / batches.STEP_MS)
    fired = []
    for sample, (steps, units) in enumerate(spikes):
        v = numpy.zeros(batches.NEURONS)
        last = numpy.full(batches.NEURONS, -refractory)
        for step in range(batches.STEPS):
            v *= decay
            free = step - last >= refractory
            v[free] += weights[units[steps == step]][:, free].sum(axis=0)
            up = v >= height
            v[up], last[up] = 0.0, step
            fired += [(sample * batches.STEPS + step, int(neuron)) for neuron in numpy.nonzero(up)[0]]
    return fired


def main() -> int:
    spikes = batches.input_spikes(batches.intensities(3, None))
    weights = batches.random_weights()
    with tempfile.TemporaryDirectory() as folder:
        _, ours, phase = batches.run_synop(sys.argv[1], batches.write_synop(pathlib.Path(folder), spikes, weights))
    expected = stepped(spikes, weights)
    assert len(expected) > 1000, len(expected)
    assert [tuple(row) for row in ours.tolist()] == expected
    assert phase["samples"] == 3 and phase["spikes"] == len(expected)
    assert phase["operations"]["synaptic_add"] == batches.NEURONS * sum(len(steps) for steps, _ in spikes)
    print(f"{len(expected)} spikes agree")
    return 0


if __name__ == "__main__":
    sys.exit(main())
