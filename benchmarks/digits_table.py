"""The table of benchmarks/digits_accuracy.sh: mean and spread over the seeds of each network, as Markdown.

usage: digits_table.py FOLDER NAME...    results are in FOLDER/NAME.SEED/result.json
"""

import json
import pathlib
import statistics
import sys


def of_role(result, role):
    return [phase for phase in result["phases"] if phase["role"] == role]


def numbers(result):
    train, test = of_role(result, "train"), of_role(result, "test")[-1]
    seconds = sum(phase["seconds"] for phase in train)
    return {
        "accuracy": 100 * test["accuracy"],
        "operations": test["operations"]["synaptic_add"] / test["samples"],
        "spikes": test["spikes"] / test["samples"],
        "train": sum(phase["samples"] for phase in train) / seconds,
        "test": test["samples_per_second"],
        "seconds": result["seconds"],
    }


def main(folder, names):
    print("| network | seeds | accuracy, % | of each seed | synaptic ops per image | spikes per image | trained, images/s | tested, images/s |")
    print("|---|---|---|---|---|---|---|---|")
    for name in names:
        paths = sorted(pathlib.Path(folder).glob(f"{name}.*/result.json"))
        results = [json.loads(path.read_text()) for path in paths]
        runs = [numbers(result) for result in results if result["complete"]]
        if not runs:
            continue
        mean = {key: statistics.mean(run[key] for run in runs) for key in runs[0]}
        spread = f" +- {statistics.stdev(run['accuracy'] for run in runs):.2f}" if len(runs) > 1 else ""
        each = ", ".join(f"{run['accuracy']:.2f}" for run in runs)
        print(f"| {name} | {len(runs)} | {mean['accuracy']:.2f}{spread} | {each} | {mean['operations'] / 1e6:.2f} M "
              f"| {mean['spikes']:.1f} | {mean['train']:.0f} | {mean['test']:.0f} |")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
