"""Prints reports of `synop deploy --json` of one task as a Markdown table."""

import json
import sys


def row(report):
    task = report["task"]
    readout = report["populations"][0]
    return (f"| {report['weights']} | {report['state']} | {report['step_ms']:g} ms | {report['flash_bytes']:,} | {report['ram_bytes']:,} | "
            f"{100 * task['accuracy_deployed']:.2f} % | {100 * task['accuracy_float32']:.2f} % | {100 * task['same_answer']:.2f} % | "
            f"{readout['spikes_deployed'] / task['samples']:.2f} | {readout['float32_deployed']['share']:.3f} |")


def main(paths):
    reports = []
    for path in paths:
        with open(path) as file:
            reports.append(json.load(file))
    if not reports:
        sys.exit(__doc__)
    task = reports[0]["task"]
    spikes = reports[0]["populations"][0]["spikes_exact"] / task["samples"]
    print(f"exact: {100 * task['accuracy_exact']:.2f} % of {task['samples']:,} samples, {spikes:.2f} spikes of the readout per sample\n")
    print("| weights | state | step | flash (bytes) | RAM (bytes) | accuracy | in float32 | same answer as exact | "
          "spikes per sample | coincidences with float32 |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for report in reports:
        print(row(report))


if __name__ == "__main__":
    main(sys.argv[1:])
