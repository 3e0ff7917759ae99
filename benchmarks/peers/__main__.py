"""Compares whole networks in Synop, Brian 2 and NEURON; ../compare_with_peers.sh installs, builds and starts this.

For every simulator a network is run twice as a process of its own, `settle` and `settle` + `seconds` of biology long,
one thread each. The difference of processor times is what `seconds` cost, without start, building and compiling.
Simulators take turns within a repeat; medians over the repeats are printed.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import shutil
import sys
import tempfile

import networks
import spike_times
import table
from measure import Result, Run, summarise
from simulators import Brian, Neuron, Simulator, Synop

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPIKE_TIMES = "spike_times"


def parse(arguments: list[str]) -> argparse.Namespace:
    names = [n.name for n in networks.NETWORKS] + [SPIKE_TIMES]
    parser = argparse.ArgumentParser(prog="compare_with_peers.sh", formatter_class=argparse.RawDescriptionHelpFormatter,
                                     description=__doc__)
    parser.add_argument("--networks", nargs="+", default=names, choices=names, metavar="NAME",
                        help=f"of {', '.join(names)}; default: all")
    parser.add_argument("--simulators", nargs="+", default=["synop", "brian", "neuron"],
                        choices=["synop", "brian", "neuron"], metavar="NAME", help="of synop, brian, neuron")
    parser.add_argument("--repeats", type=int, default=3, help="default: 3")
    parser.add_argument("--duration", type=float, help="s of biology that are measured; default: each network's own")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--synop", type=pathlib.Path, default=ROOT / "build" / "release" / "synop", help="the program")
    parser.add_argument("--work", type=pathlib.Path, help="folder that keeps the generated programs and files")
    parser.add_argument("--out", type=pathlib.Path, help="folder for peers.json and peers.md")
    options = parser.parse_args(arguments)
    if options.repeats < 1:
        parser.error(f"--repeats is {options.repeats}; it must be 1 or more")
    if options.duration is not None and not options.duration > 0.0:
        parser.error(f"--duration is {options.duration} s; it must be greater than 0")
    if options.seed < 0:
        parser.error(f"--seed is {options.seed}; it must be 0 or more")
    return options


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measure(network: networks.Network, simulators: list[Simulator], seconds: float, repeats: int, seed: int,
            folder: pathlib.Path, skipped: dict[str, str]) -> dict[str, Result]:
    ready: list[Simulator] = []
    for simulator in simulators:
        place = folder / f"{network.name}_{simulator.name}"
        place.mkdir(parents=True, exist_ok=True)
        say(f"{network.name}: preparing {simulator.name}")
        try:
            simulator.prepare(network, place, seconds, seed)
            ready.append(simulator)
        except RuntimeError as error:
            skipped[f"{simulator.name} on {network.name}"] = str(error)
    pairs: dict[str, list[tuple[Run, Run]]] = {s.name: [] for s in ready}
    for repeat in range(repeats):
        for simulator in ready:
            if f"{simulator.name} on {network.name}" in skipped:
                continue
            say(f"{network.name}: {simulator.name}, {repeat + 1} of {repeats}")
            try:
                pairs[simulator.name].append((simulator.run(settle_only=True), simulator.run(settle_only=False)))
            except RuntimeError as error:
                skipped[f"{simulator.name} on {network.name}"] = str(error)
    return {name: summarise(runs, seconds) for name, runs in pairs.items()
            if runs and f"{name} on {network.name}" not in skipped}


def compare(options: argparse.Namespace, folder: pathlib.Path) -> int:
    skipped: dict[str, str] = {}
    usable: dict[str, Simulator] = {}
    for simulator in (Synop(options.synop.resolve()), Brian(), Neuron()):
        if simulator.name not in options.simulators:
            continue
        reason = simulator.missing()
        if reason is None:
            usable[simulator.name] = simulator
        else:
            skipped[simulator.name] = reason
            say(f"{simulator.name} is skipped: {reason}")
    results: dict[str, dict[str, Result]] = {}
    texts = [f"Machine: {table.machine()}\n"]
    titles = {name: s.title for name, s in usable.items()}
    agreements: list[spike_times.Agreement] = []

    def write() -> None:  # after every network, so that an interrupted comparison leaves what it has
        if options.out is None:
            return
        options.out.mkdir(parents=True, exist_ok=True)
        document = table.as_json(results, agreements, skipped)
        (options.out / "peers.json").write_text(json.dumps(document, indent=2) + "\n")
        (options.out / "peers.md").write_text("\n".join(texts))

    for network in networks.NETWORKS:
        chosen = [s for name, s in usable.items() if name in network.simulators]
        if network.name not in options.networks or not chosen:
            continue
        seconds = options.duration or network.seconds
        measured = measure(network, chosen, seconds, options.repeats, options.seed, folder, skipped)
        if measured:
            results[network.name] = measured
            texts.append(table.network_table(network, measured, titles))
            print(texts[-1], flush=True)
            write()
    if SPIKE_TIMES in options.networks and "synop" in usable and len(usable) > 1:
        say(f"spike_times: Synop, spike by spike with {' and '.join(sorted(usable.keys() - {'synop'}))}")
        agreements = spike_times.compare(options.synop.resolve(), set(usable), folder, options.seed)
        texts.append("\n".join(["## spike_times", ""] + [table.agreement_text(a, titles) for a in agreements]))
        print(texts[-1], flush=True)
    for what, why in skipped.items():
        texts.append(f"Skipped: {what}: {why}\n")
        print(texts[-1], flush=True)
    write()
    differ = any(a.first_difference is not None for a in agreements)
    return 0 if (results or agreements) and not differ else 1


def main() -> int:
    options = parse(sys.argv[1:])
    folder = options.work or pathlib.Path(tempfile.mkdtemp(prefix="synop_peers_"))
    try:
        return compare(options, folder.resolve())
    except (RuntimeError, OSError) as error:
        say(f"compare_with_peers: {error}")
        return 1
    except KeyboardInterrupt:
        say("compare_with_peers: interrupted")
        return 130
    finally:
        if options.work is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
