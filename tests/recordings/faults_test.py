"""Every call of a run that changes a file is, in turn, its last one (kill, or half of the bytes and kill), or fails.

usage: faults_test.py SYNOP FAULTS.so [--every N]

After a kill the recordings must be the exact beginning of those of a run that was left alone, complete up to what they
say; nothing may be taken for whole that is not. A call that fails must end the program with 4 and a message that names
a file of the folder, and leave as much.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

import h5py

from recordings import Reference, committed_rows, run

SHORT = ["simulation.duration=300 ms", "output.commit_interval=0 ms", "output.csv=true"]


def check_folder(synop, folder, reference):
    """Sentences on what is wrong in the folder of a run that ended early; and the committed rows."""
    problems, rows, plain_failures = [], 0, []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".h5":
            with h5py.File(path) as file:
                if file.attrs["complete"] != 1:
                    problems.append(f"{path.name} has its name and is not complete")
                problems += reference.differences(file, path.name)
        if path.suffix in (".csv", ".json", ".svg", ".toml") and path.name != "result.json":
            if path.read_bytes() != (reference.folder / path.name).read_bytes():
                problems.append(f"{path.name} has its name and differs")
        if not path.name.endswith(".h5.part"):
            continue
        name = path.name[: -len(".part")]
        out = folder / "recovered.h5"
        recovered = subprocess.run([synop, "recover", path, "-o", out], capture_output=True, text=True)
        if recovered.returncode == 3 and "before its first commit" in recovered.stderr:
            continue
        if recovered.returncode != 0:
            problems.append(f"recover {path.name}: {recovered.stderr}")
            continue
        with h5py.File(out) as file:
            problems += reference.differences(file, name) + reference.missing(file, name)
            rows += sum(committed_rows(file).values())
            if file.attrs["complete"] != 1 and file.attrs["recovered"] != 1:
                problems.append(f"{name}: a recovered file does not say so")
        out.unlink()
        try:  # without the journal: right or refused, never wrong
            with h5py.File(path) as file:
                problems += [f"read in place: {p}" for p in reference.differences(file, name)]
        except (OSError, KeyError, RuntimeError, AttributeError) as error:
            plain_failures.append(f"{path.name}: {error}")
    if (folder / "result.json").exists() and (folder / "spikes.h5").exists() is False:
        problems.append("result.json is there without spikes.h5")
    return problems, rows, plain_failures


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("synop")
    arguments.add_argument("faults")
    arguments.add_argument("--every", type=int, default=1)
    arguments.add_argument("--kinds", default="kill,tear,full,error")
    a = arguments.parse_args()
    root = pathlib.Path(tempfile.mkdtemp(prefix="synop_faults_"))
    preload = {"LD_PRELOAD": a.faults, "ASAN_OPTIONS": "verify_asan_link_order=0"}
    whole = run(a.synop, root / "whole", *SHORT, env={**preload, "SYNOP_FAULT_COUNT": str(root / "count")})
    assert whole.returncode == 0, whole.err
    calls = int((root / "count").read_text())
    reference = Reference(root / "whole")
    failures = 0
    for kind in a.kinds.split(","):
        most, refused = 0, []
        for at in range(1, calls + 1, a.every):
            folder = root / f"{kind}_{at}"
            process = run(a.synop, folder, *SHORT, env={**preload, "SYNOP_FAULT": kind, "SYNOP_FAULT_AT": str(at)})
            problems, rows, plain_failures = check_folder(a.synop, folder, reference) if folder.exists() else ([], 0, [])
            most, refused = max(most, rows), refused + plain_failures
            code = -9 if kind in ("kill", "tear") else 4
            if process.returncode != code:
                problems.append(f"ended with {process.returncode}, not {code}: {process.err}")
            elif code == 4 and str(folder) not in process.err:
                problems.append(f"names no file: {process.err}")
            for problem in problems:
                print(f"{kind} at call {at}: {problem}")
            failures += len(problems)
            shutil.rmtree(folder, ignore_errors=True)
        print(f"{kind}: {len(range(1, calls + 1, a.every))} of {calls} calls, at most {most} rows, "
              f"{len(refused)} files that h5py refuses to read in place {sorted(set(refused))[:3]}")
    shutil.rmtree(root)
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
