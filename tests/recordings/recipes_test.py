"""The recipes of docs/file_formats.md give what the files hold.

usage: recipes_test.py SYNOP DOCUMENT RECIPE     exits with 77 where a package it needs is not installed
"""

import importlib.util
import os
import pathlib
import re
import sys
import tempfile
import time

import h5py
import numpy

from recordings import run


def recipe(document, name):
    return re.search(rf"<!-- recipe: {name} -->\n```python\n(.*?)```", document, re.DOTALL).group(1)


def csv_spikes(folder):
    """(ms, population, neuron) of the run's other output."""
    lines = (folder / "spikes.csv").read_text().splitlines()[1:]
    return [(float(t), p, int(i)) for t, p, i in (line.split(",") for line in lines)]


def of_exc(folder):
    spikes = [(t, i) for t, p, i in csv_spikes(folder) if p == "exc"]
    return numpy.array([t for t, _ in spikes]), numpy.array([i for _, i in spikes])


def check_spikes(folder, got):
    times, neurons = of_exc(folder)
    assert len(times) > 100 and numpy.array_equal(got["times"], times) and numpy.array_equal(got["neurons"], neurons)
    assert (got["t_start"], got["t_stop"], got["n"]) == (20, 300, 400)


def check_neo(folder, got):
    times, neurons = of_exc(folder)
    assert len(got["trains"]) == 400
    for i, train in enumerate(got["trains"]):
        assert numpy.array_equal(train.magnitude, times[neurons == i]) and train.t_stop.magnitude == 300


def check_arrays(folder, got):
    times, neurons = of_exc(folder)
    assert len(got["seconds"]) == 400
    for i, train in enumerate(got["seconds"]):
        assert numpy.array_equal(train, times[neurons == i] / 1000)


def check_bmtk(folder, got):
    assert sorted(map(tuple, got["table"].tolist())) == sorted(csv_spikes(folder))
    with h5py.File(folder / "spikes.h5") as file:  # what libsonata insists on
        assert file.attrs["magic"] == 0x0A7A and list(file.attrs["version"]) == [0, 1]
        for group in file["spikes"].values():
            assert h5py.check_enum_dtype(group.attrs.get_id("sorting").dtype) == {"none": 0, "by_id": 1, "by_time": 2}
            assert group["timestamps"].attrs["units"] == "ms" and group["timestamps"].dtype == "f8"
            assert group["node_ids"].dtype == "u8"


def live(synop, folder, code):
    """Runs the recipe again and again beside a run, then compares with what that run wrote in the end."""
    process = run(synop, folder, "simulation.duration=20 s", "output.commit_interval=0 ms", wait=False)
    readings, refused = [], 0
    while process.poll() is None:
        got = {}
        try:
            exec(code, got)
            readings.append((int(got["n"]), got["times"], got["neurons"]))
        except (OSError, KeyError):
            refused += 1
        time.sleep(0.005)
    assert process.returncode == 0, process.stderr.read()
    with h5py.File("spikes.h5") as file:
        times, neurons = file["/spikes/exc/timestamps"][:], file["/spikes/exc/node_ids"][:]
    for n, some_times, some_neurons in readings:
        assert len(some_times) == n and numpy.array_equal(some_times, times[:n]), n
        assert numpy.array_equal(some_neurons, neurons[:n]), n
    assert len({n for n, _, _ in readings}) > 3, (len(readings), refused)
    print(f"{len(readings)} readings of {readings[0][0]} to {readings[-1][0]} spikes, {refused} to be repeated")


def main():
    synop, document, name = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).read_text(), sys.argv[3]
    if name == "neo" and importlib.util.find_spec("neo") is None:
        print("python3-neo is not installed")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if name == "live":
            folder.joinpath("run").mkdir()
            os.chdir(folder / "run")
            live(synop, folder / "run", recipe(document, "live"))
            return 0
        whole = run(synop, folder, "simulation.duration=300 ms", "output.csv=true")
        assert whole.returncode == 0, whole.err
        os.chdir(folder)
        got = {}
        exec(recipe(document, "spikes"), got)
        if name != "spikes":
            exec(recipe(document, name), got)
        {"spikes": check_spikes, "neo": check_neo, "arrays": check_arrays, "bmtk": check_bmtk}[name](folder, got)
    return 0


if __name__ == "__main__":
    sys.exit(main())
