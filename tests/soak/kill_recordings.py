"""Kills the program at random moments and compares what its recordings hold with those of a run that was left alone.

usage: kill_recordings.py SYNOP [--kills 300] [--seed 1] [--folder DIR]

Each time: start a run that records spikes of two populations, potentials, rates and weights, with commits as often as it
can make them; read it in place with h5py once or more, as docs/file_formats.md says; SIGKILL at a random moment; recover
every file it left. Counted as failures:

    lost         a row that a reader saw committed is not there after the kill
    wrong        a value that differs from the reference, at a reader's or after recovery
    gap          a spike before committed_until that is not there, or one behind it that is
    false whole  a file that has its name or says complete = 1 and is not the whole reference
    refused      a file that cannot be recovered although a reader saw something committed
"""

import argparse
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import h5py

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "recordings"))
from recordings import Reference, committed_rows, groups, run  # noqa: E402

OVERRIDES = ["simulation.duration=20 s", "output.commit_interval=0 ms", "output.plots=false"]


def read_in_place(path, reference, seen, problems, refusals):
    """What the documented way of reading gives, twice opened; updates `seen`, the most rows by group."""
    name = path.name.removesuffix(".part")
    try:
        with h5py.File(path) as file:
            rows = committed_rows(file)
        with h5py.File(path) as file:
            for group, n in rows.items():
                for column, expected in reference.rows[name][group].items() if n else ():
                    if not (file[group][column][:n] == expected[:n]).all():
                        problems.append(f"wrong: {name} {group}/{column} within {n} rows, read in place")
    except (OSError, KeyError, RuntimeError):
        refusals.append(path.name)
        return
    for group, n in rows.items():
        seen[name, group] = max(n, seen.get((name, group), 0))


def check_whole(path, reference, problems):
    with h5py.File(path) as file:
        problems += [f"wrong: {p}" for p in reference.differences(file, path.name)]
        whole = {g: max((len(c) for c in columns.values()), default=0) for g, columns in reference.rows[path.name].items()}
        if file.attrs["complete"] != 1 or committed_rows(file) != whole:
            problems.append(f"false whole: {path.name}")


def check_recovered(synop, path, reference, seen, problems):
    """The number of rows recovered."""
    name, out = path.name.removesuffix(".part"), path.parent / "recovered.h5"
    made = subprocess.run([synop, "recover", path, "-o", out], capture_output=True, text=True)
    before = {group: n for (file, group), n in seen.items() if file == name and n > 0}
    if made.returncode != 0:
        if made.returncode != 3 or before:
            problems.append(f"refused: {made.stderr}")
        return 0
    with h5py.File(out) as file:
        complete = file.attrs["complete"] == 1
        rows = committed_rows(file)
        problems += [f"wrong: {p}" for p in reference.differences(file, name)]
        problems += [f"gap: {p}" for p in reference.missing(file, name)]
        problems += [f"lost: {name} {g} has {rows.get(g)} of {n}" for g, n in before.items() if rows.get(g, -1) < n]
        if not complete and file.attrs.get("recovered") != 1:
            problems.append(f"false whole: {name} does not say that it was recovered")
    if complete:
        shutil.copy(out, path.parent / f"check_{name}")
        check_whole((path.parent / f"check_{name}").rename(path.parent / name), reference, problems)
    out.unlink()
    return sum(rows.values())


def one_kill(synop, folder, reference, seconds, dice):
    problems, refusals, seen = [], [], {}
    process = run(synop, folder, *OVERRIDES, wait=False)
    end = time.monotonic() + dice.uniform(0, seconds)
    reads = 0
    while time.monotonic() < end and process.poll() is None:
        for path in folder.glob("*.h5.part"):
            read_in_place(path, reference, seen, problems, refusals)
            reads += 1
        time.sleep(max(0, min(end - time.monotonic(), dice.uniform(0, 0.02))))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    rows = 0
    for path in sorted(folder.glob("*.h5")):
        check_whole(path, reference, problems)
    for path in sorted(folder.glob("*.h5.part")):
        rows += check_recovered(synop, path, reference, seen, problems)
    return problems, rows, reads, len(refusals), process.returncode == -signal.SIGKILL


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("synop")
    arguments.add_argument("--kills", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--folder")
    a = arguments.parse_args()
    dice = random.Random(a.seed)
    root = pathlib.Path(tempfile.mkdtemp(prefix="synop_kills_", dir=a.folder))
    begin = time.monotonic()
    whole = run(a.synop, root / "whole", *OVERRIDES)
    assert whole.returncode == 0, whole.err
    seconds = time.monotonic() - begin
    reference = Reference(root / "whole")
    totals = {"killed": 0, "ended before": 0, "rows recovered": 0, "reads": 0, "reads refused": 0}
    failures = 0
    for kill in range(a.kills):
        folder = root / f"run_{kill}"
        problems, rows, reads, refused, killed = one_kill(a.synop, folder, reference, 1.8 * seconds, dice)
        for problem in problems:
            print(f"kill {kill}: {problem}", flush=True)
        failures += len(problems)
        totals["killed" if killed else "ended before"] += 1
        totals["rows recovered"] += rows
        totals["reads"] += reads
        totals["reads refused"] += refused
        shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(root)
    print(f"a whole run takes {seconds:.2f} s; {totals}; {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
