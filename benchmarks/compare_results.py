"""Runs the benchmark programs of two builds in turns and compares medians of processor time.

    compare_results.py BUILD_A BUILD_B [options]          see --help; started by compare_revisions.sh

A benchmark counts as slower only if it is by the threshold or more in all its runs, and again in runs made for it alone:
what was noise the first time is rarely noise twice. Exit code: 0, or 1 if a benchmark is slower, or 2 if nothing could
be compared.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from statistics import median

Times = dict[str, list[float]]  # by benchmark, ns of processor time per iteration

NS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


@dataclass(frozen=True)
class Comparison:
    ratios: dict[str, tuple[float, float, float]]  # median of A, of B (ns), B / A
    only_a: list[str]
    only_b: list[str]

    def slower(self, threshold: float) -> list[str]:
        return [name for name, (_, _, ratio) in self.ratios.items() if ratio >= 1.0 + threshold]


def cpu_times(document: dict) -> dict[str, float]:
    """Of one file of Google Benchmark: processor time per iteration in ns, without aggregates and failed benchmarks."""
    times: dict[str, list[float]] = {}
    for run in document.get("benchmarks", []):
        if run.get("run_type", "iteration") != "iteration" or run.get("error_occurred"):
            continue
        times.setdefault(run["name"], []).append(run["cpu_time"] * NS[run.get("time_unit", "ns")])
    return {name: median(values) for name, values in times.items()}


def add(times: Times, document: dict) -> None:
    for name, value in cpu_times(document).items():
        times.setdefault(name, []).append(value)


def compare(a: Times, b: Times) -> Comparison:
    ratios = {}
    for name in a:
        if name in b:
            of_a, of_b = median(a[name]), median(b[name])
            ratios[name] = (of_a, of_b, of_b / of_a if of_a > 0.0 else 1.0)
    return Comparison(ratios, [n for n in a if n not in b], [n for n in b if n not in a])


def exactly(names: list[str]) -> str:
    """A filter for these benchmarks and no other."""
    return "^(" + "|".join(re.sub(r"([.^$*+?()\[\]{}|\\])", r"\\\1", name) for name in names) + ")$"


def run_program(program: pathlib.Path, filter_: str, extra: list[str]) -> dict:
    with tempfile.TemporaryDirectory(prefix="synop_benchmark_") as folder:
        out = pathlib.Path(folder, "out.json")
        command = [str(program), f"--benchmark_out={out}", "--benchmark_out_format=json", *extra]
        if filter_:
            command.append(f"--benchmark_filter={filter_}")
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed with {done.returncode}: {done.stderr.strip()[-500:]}")
        text = out.read_text() if out.exists() else ""
        return json.loads(text) if text.strip() else {}  # a filter that matches nothing leaves an empty file


def take_turns(programs: tuple[pathlib.Path, pathlib.Path], repeats: int, filter_: str,
               extra: list[str]) -> tuple[Times, Times]:
    times: tuple[Times, Times] = ({}, {})
    for _ in range(repeats):
        for program, of in zip(programs, times):
            add(of, run_program(program, filter_, extra))
    return times


def programs_in(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    return {p.name: p for p in sorted(folder.glob("*_benchmark")) if p.is_file()}


def report(program: str, comparison: Comparison, threshold: float) -> None:
    for name, (a, b, ratio) in comparison.ratios.items():
        mark = " slower?" if ratio >= 1.0 + threshold else ""
        print(f"{program:22} {name:60} {a:14.1f} {b:14.1f} {ratio:7.3f}{mark}", flush=True)


def compare_program(program: str, pair: tuple[pathlib.Path, pathlib.Path],
                    options: argparse.Namespace) -> tuple[Comparison, list[str]]:
    """The comparison, and the benchmarks that are slower in both rounds."""
    extra = [f"--benchmark_min_time={options.min_time}"] if options.min_time else []
    first = compare(*take_turns(pair, options.repeats, options.filter, extra))
    report(program, first, options.threshold)
    suspicious = first.slower(options.threshold)
    if not suspicious:
        return first, []
    second = compare(*take_turns(pair, options.repeats, exactly(suspicious), extra))
    print(f"{program:22} again, those that were slower:")
    report(program, second, options.threshold)
    return first, [name for name in second.slower(options.threshold) if name in suspicious]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("a", type=pathlib.Path, help="folder of the programs of revision A")
    parser.add_argument("b", type=pathlib.Path)
    parser.add_argument("--repeats", type=int, default=5, help="runs of each program; default: 5")
    parser.add_argument("--threshold", type=float, default=10.0, help="slower by so many %%; default: 10")
    parser.add_argument("--filter", default="", help="regular expression: only benchmarks that it matches")
    parser.add_argument("--programs", default="", help="names of programs, such as delivery,queue; default: all")
    parser.add_argument("--min-time", default="", help="s per benchmark; default: Google Benchmark's own")
    options = parser.parse_args(arguments)
    if options.repeats < 1:
        parser.error(f"--repeats is {options.repeats}; it must be 1 or more")
    if not options.threshold > 0.0:
        parser.error(f"--threshold is {options.threshold} %; it must be greater than 0")
    options.threshold /= 100.0
    return options


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    of_a, of_b = programs_in(options.a), programs_in(options.b)
    wanted = {name if name.endswith("_benchmark") else f"{name}_benchmark"
              for name in options.programs.split(",") if name}
    unknown = wanted - of_a.keys() - of_b.keys()
    if unknown:
        print(f"there is no program {', '.join(sorted(unknown))}; there are: "
              f"{', '.join(sorted(of_a.keys() | of_b.keys()))}", file=sys.stderr)
        return 2
    print(f"{'program':22} {'benchmark':60} {'A (ns)':>14} {'B (ns)':>14} {'B / A':>7}")
    compared = 0
    slower: list[str] = []
    unmatched: list[str] = []
    for name in sorted(of_a.keys() | of_b.keys()):
        if wanted and name not in wanted:
            continue
        if name not in of_a or name not in of_b:
            unmatched.append(f"only in {'A' if name in of_a else 'B'}: {name}, the program")
            continue
        comparison, slow = compare_program(name, (of_a[name], of_b[name]), options)
        compared += len(comparison.ratios)
        slower += [f"{name} {benchmark}" for benchmark in slow]
        unmatched += [f"only in A: {name} {b}" for b in comparison.only_a]
        unmatched += [f"only in B: {name} {b}" for b in comparison.only_b]
    for line in unmatched:
        print(line)
    if compared == 0:
        print("nothing was compared: no benchmark is in both revisions and matches the filter", file=sys.stderr)
        return 2
    for name in slower:
        print(f"slower by {options.threshold * 100.0:g} % or more, twice: {name}")
    print(f"{compared} benchmarks compared, {len(slower)} slower")
    return 1 if slower else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except RuntimeError as error:
        print(f"compare_results: {error}", file=sys.stderr)
        sys.exit(2)
