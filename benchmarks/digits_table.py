"""The table of benchmarks/digits_accuracy.sh: mean and spread over the seeds of each network, as Markdown.

usage: digits_table.py FOLDER NAME...    results are in FOLDER/NAME.SEED/result.json, and those of kernels that were
                                         learned before in FOLDER/NAME.SEED.features/result.json
"""

import json
import pathlib
import statistics
import sys


def of_role(result, role):
    return [phase for phase in result["phases"] if phase["role"] == role]


def numbers(folder):
    runs = [json.loads((part / "result.json").read_text()) for part in (folder.with_name(folder.name + ".features"), folder)
            if (part / "result.json").exists()]
    if not all(run["complete"] for run in runs):
        return None
    train = [phase for run in runs for phase in of_role(run, "train")]
    test = of_role(runs[-1], "test")[-1]
    return {
        "accuracy": 100 * test["accuracy"],
        "operations": test["operations"]["synaptic_add"] / test["samples"],
        "spikes": test["spikes"] / test["samples"],
        "train": sum(phase["samples"] for phase in train) / sum(phase["seconds"] for phase in train),
        "test": test["samples_per_second"],
        "minutes": sum(run["seconds"] for run in runs) / 60,
    }


def main(folder, names):
    print("| network | seeds | accuracy, % | of each seed | synaptic ops per image | spikes per image | trained, images/s, the most | tested, images/s, the most | minutes, the shortest |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in names:
        folders = sorted(path.parent for path in pathlib.Path(folder).glob(f"{name}.[0-9]*/result.json"))
        runs = [run for run in map(numbers, (each for each in folders if each.suffix != ".features")) if run]
        if not runs:
            continue
        mean = {key: statistics.mean(run[key] for run in runs) for key in runs[0]}
        fastest = {key: max(run[key] for run in runs) for key in ("train", "test")}
        spread = f" +- {statistics.stdev(run['accuracy'] for run in runs):.2f}" if len(runs) > 1 else ""
        each = ", ".join(f"{run['accuracy']:.2f}" for run in runs)
        print(f"| {name} | {len(runs)} | {mean['accuracy']:.2f}{spread} | {each} | {mean['operations'] / 1e6:.2f} M "
              f"| {mean['spikes']:.1f} | {fastest['train']:.0f} | {fastest['test']:.0f} | {min(run['minutes'] for run in runs):.0f} |")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
