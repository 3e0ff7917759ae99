"""A limit of the size of files (ulimit -f): the signal of the system does not end the program; exit code 4, the file is named, and
what was committed is exactly the beginning of a whole run's.

usage: file_size_test.py SYNOP
"""

import pathlib
import resource
import subprocess
import sys
import tempfile

import h5py

from recordings import EXPERIMENT, Reference, committed_rows, run

OVERRIDES = ["simulation.duration=6 s", "output.commit_interval=0 ms", "output.csv=true"]


def limited(synop, folder, kilobytes):
    command = [synop, "run", EXPERIMENT, "-q", "-o", folder]
    for override in OVERRIDES:
        command += ["--set", override]
    size = kilobytes * 1024
    return subprocess.run(command, capture_output=True, text=True,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))


def check(synop, root):
    whole = run(synop, root / "whole", *OVERRIDES)
    assert whole.returncode == 0, whole.err
    reference, most = Reference(root / "whole"), 0
    largest = max(path.stat().st_size for path in (root / "whole").glob("*.h5")) // 1024
    for kilobytes in (1, 300, 1000, largest // 2, largest * 3 // 4, largest * 9 // 10):
        folder = root / f"limit_{kilobytes}"
        made = limited(synop, folder, kilobytes)
        assert made.returncode == 4, (kilobytes, made.returncode, made.stderr)
        assert f"{folder}/" in made.stderr and "File too large" in made.stderr, made.stderr
        assert not (folder / "result.json").exists()
        for path in folder.glob("*.h5.part"):
            recovered = subprocess.run([synop, "recover", path, "-o", folder / "out.h5"], capture_output=True, text=True)
            if recovered.returncode == 3:  # nothing was committed
                continue
            assert recovered.returncode == 0, recovered.stderr
            with h5py.File(folder / "out.h5") as file:
                name = path.name.removesuffix(".part")
                assert not reference.differences(file, name) and not reference.missing(file, name)
                most = max(most, sum(committed_rows(file).values()))
            (folder / "out.h5").unlink()
    print(f"at most {most} rows recovered")
    assert most > 1_000
    return 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="synop_file_size_") as folder:
        sys.exit(check(sys.argv[1], pathlib.Path(folder)))
