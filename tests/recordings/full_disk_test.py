"""A disk that is really full, a tmpfs of a few hundred kilobytes in a namespace of its own: exit code 4, the file is named, and
what was committed is exactly the beginning of a whole run's.

usage: full_disk_test.py SYNOP     exits with 77 where no such file system can be made
"""

import pathlib
import shlex
import subprocess
import sys
import tempfile

import h5py

from recordings import EXPERIMENT, Reference, committed_rows, run

OVERRIDES = ["simulation.duration=1 s", "output.commit_interval=0 ms", "output.csv=true"]


def in_small_disk(kilobytes, mount_point, command):
    script = f"mount -t tmpfs -o size={kilobytes}k none {shlex.quote(str(mount_point))} && {command}"
    return subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True)


def main():
    with tempfile.TemporaryDirectory(prefix="synop_full_disk_") as root:
        return check(sys.argv[1], pathlib.Path(root))


def check(synop, root):
    disk = root / "disk"
    disk.mkdir()
    if in_small_disk(100, disk, "true").returncode != 0:
        print("a tmpfs in a namespace of one's own is not allowed here")
        return 77
    whole = run(synop, root / "whole", *OVERRIDES)
    assert whole.returncode == 0, whole.err
    reference, most = Reference(root / "whole"), 0
    for kilobytes in (8, 40, 100, 300, 600, 900, 1200):
        kept = root / f"kept_{kilobytes}"
        settings = " ".join(f"--set {shlex.quote(o)}" for o in OVERRIDES)
        made = in_small_disk(
            kilobytes, disk,
            f"{synop} run {EXPERIMENT} -q -o {disk}/run {settings}; code=$?; cp -r {disk}/run {kept}; exit $code"
        )
        assert made.returncode == 4, (kilobytes, made.returncode, made.stderr)
        assert f"{disk}/run/" in made.stderr and "No space left" in made.stderr, made.stderr
        assert not (kept / "result.json").exists()
        for path in kept.glob("*.h5.part"):
            recovered = subprocess.run([synop, "recover", path, "-o", kept / "out.h5"], capture_output=True, text=True)
            if recovered.returncode == 3:
                continue
            assert recovered.returncode == 0, recovered.stderr
            with h5py.File(kept / "out.h5") as file:
                name = path.name.removesuffix(".part")
                assert not reference.differences(file, name) and not reference.missing(file, name)
                most = max(most, sum(committed_rows(file).values()))
            (kept / "out.h5").unlink()
    print(f"at most {most} rows recovered")
    assert most > 10_000
    return 0


if __name__ == "__main__":
    sys.exit(main())
