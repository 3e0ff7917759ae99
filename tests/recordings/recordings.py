"""What the tests of recordings share: a run that records everything, and comparison with its reference."""

import os
import pathlib
import subprocess

import h5py
import numpy

GROWING = {"timestamps", "node_ids", "ticks", "data", "counts", "weights"}
EXPERIMENT = pathlib.Path(__file__).parent / "recorded.toml"


def run(synop, folder, *overrides, env=None, wait=True):
    """The experiment in a process of its own; waits for its end unless told otherwise."""
    command = [synop, "run", EXPERIMENT, "-o", folder, "-q", "--overwrite"]
    for override in overrides:
        command += ["--set", override]
    process = subprocess.Popen(
        command, env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    if not wait:
        return process
    process.out, process.err = process.communicate()
    return process


def groups(file):
    """The groups of a result file that grow by rows, by path."""
    paths = [f"/{kind}/{name}" for kind in file if kind != "counts" for name in file[kind]]
    return {path: file[path] for path in paths if "committed" in file[path].attrs}


def columns(group, rows=None):
    """The growing datasets of a group as arrays."""
    committed = int(group.attrs["committed"])
    datasets = {name: group[name] for name in group if name in GROWING} if committed else {}
    return {n: d[: committed if rows is None else rows] for n, d in datasets.items() if len(d) >= committed}


class Reference:
    """The files of a run that was left alone."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.rows = {}
        for path in sorted(self.folder.glob("*.h5")):
            with h5py.File(path) as file:
                self.rows[path.name] = {name: columns(group) for name, group in groups(file).items()}

    def differences(self, file, name):
        """Sentences on what of an open file is not the beginning of the reference of that name."""
        problems = []
        for path, group in groups(file).items():
            committed = int(group.attrs["committed"])
            expected = self.rows[name][path]
            found = columns(group)
            if committed and set(found) != set(expected):
                problems.append(f"{path} has {sorted(found)}, not {sorted(expected)}")
            for column, values in found.items():
                if not numpy.array_equal(values, expected[column][:committed]):
                    problems.append(f"{path}/{column} differs within its {committed} rows")
        return problems

    def missing(self, file, name):
        """Sentences on spikes before committed_until that an open file does not have, and on others that it has."""
        until = file.attrs["committed_until"]
        problems = []
        for path, group in groups(file).items():
            if path.startswith("/spikes/"):
                expected = int(numpy.searchsorted(self.rows[name][path]["timestamps"], until))
                if int(group.attrs["committed"]) != expected:
                    problems.append(f"{path} has {group.attrs['committed']} of {expected} spikes before {until} ms")
        return problems


def committed_rows(file):
    return {path: int(group.attrs["committed"]) for path, group in groups(file).items()}
