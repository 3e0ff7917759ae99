"""Prints accounts of `synop energy` as one Markdown table: NAME=RESULTS_FOLDER ..., each with energy/energy.json in it."""

import json
import sys

NODE = 45
MEMORY = ["compute only", "with memory, every use", "with memory, reused"]


def joules(value):
    for factor, unit in ((1, "J"), (1e-3, "mJ"), (1e-6, "uJ"), (1e-9, "nJ")):
        if value >= factor * 0.9995:
            return f"{value / factor:.3g} {unit}"
    return f"{value / 1e-12:.3g} pJ"


def span(values, text):
    low, high = min(values), max(values)
    return text(low) if text(low) == text(high) else f"{text(low)} to {text(high)}"


def cells_of(account, memory):
    """Energy of the spiking network, and its ratio to the network that decides, over the tables of one node."""
    tables = [t for t in account["tables"]
              if t["node_nm"] == NODE and t["memory"] == memory and t["decisive"] is not None]
    if not tables:
        return "-", "-", set()
    contests = [t["contests"][t["decisive"]] for t in tables]
    opponents = {account["opponents"][c["opponent"]]["name"] for c in contests}
    energy = span([t["spiking"]["modelled_joules_per_inference"] for t in tables], joules)
    ratios = [c["ratio"] for c in contests]
    verdict = "wins" if max(ratios) < 0.9 else "loses" if min(ratios) > 1.1 else "depends"
    return energy, f"{span(ratios, lambda x: f'{x:.2g}')}: {verdict}", opponents


def main(arguments):
    rows = []
    for argument in arguments:
        name, folder = argument.split("=", 1)
        with open(f"{folder}/energy/energy.json") as file:
            account = json.load(file)
        row = [name, f"{100 * account['accuracy']:.2f} %", f"{account['spikes_per_synapse']:.2f}"]
        opponents = set()
        for memory in (MEMORY[0], MEMORY[2]):
            energy, ratio, names = cells_of(account, memory)
            row += [energy, ratio]
            opponents |= names
        rows.append(row + ["; ".join(sorted(opponents))])
    head = ["spiking network", "accuracy", "S", "compute only", "ratio", "with memory, reused", "ratio",
            "cheapest of equal accuracy"]
    for row in [head, ["---"] * len(head)] + rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main(sys.argv[1:])
