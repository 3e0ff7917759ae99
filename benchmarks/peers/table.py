"""Results side by side, as text and as JSON."""

from __future__ import annotations

import dataclasses
import os
import platform

from measure import Result
from networks import Network
from spike_times import Agreement

Rows = list[tuple[str, list[str]]]


def _millions(count: int) -> str:
    return f"{count / 1e6:,.2f} million"


def _rows(network: Network, results: dict[str, Result]) -> Rows:
    columns = list(results.values())
    rows: Rows = [
        ("processor s per s of biology", [f"{r.cpu_seconds / r.seconds:.4g}" for r in columns]),
        ("  least and most", [" - ".join(f"{s / r.seconds:.4g}" for s in r.cpu_spread) for r in columns]),
        ("recurrent events", [_millions(r.recurrent) for r in columns]),
        ("external events", [_millions(r.external) for r in columns]),
        ("ns per event", [f"{r.ns_per_event:.3g}" for r in columns]),
        ("spikes", [f"{sum(r.spikes.values()):,}" for r in columns]),
    ]
    for population in network.populations:
        rows.append((f"rate of {population.name} (Hz)",
                     [f"{r.spikes[population.name] / population.size / r.seconds:.2f}" for r in columns]))
    rows += [("set-up and settling (s)", [f"{r.setup_seconds:.3g}" for r in columns]),
             ("peak memory (MB)", [f"{r.peak_bytes / 1e6:.0f}" for r in columns])]
    if "synop" in results:
        own = results["synop"]
        rows += [("processor time, ratio to Synop", [f"{r.cpu_seconds / own.cpu_seconds:.2f}" for r in columns]),
                 ("ns per event, ratio to Synop", [f"{r.ns_per_event / own.ns_per_event:.2f}" for r in columns])]
    return rows


def network_table(network: Network, results: dict[str, Result], titles: dict[str, str]) -> str:
    """A table of markdown, one column for each simulator."""
    seconds = next(iter(results.values())).seconds
    lines = [f"## {network.name}: {network.title}; {seconds:g} s of biology", ""]
    heads = [titles[name] for name in results]
    body = [["", *heads]] + [[label, *cells] for label, cells in _rows(network, results)]
    widths = [max(len(row[i]) for row in body) for i in range(len(heads) + 1)]
    for number, row in enumerate(body):
        lines.append("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            lines.append("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"


def agreement_text(agreement: Agreement, titles: dict[str, str]) -> str:
    """What was compared, how many spikes agree, and the last that do side by side."""
    case, (synop, other) = agreement.case, agreement.spikes
    title = titles[case.peer].split(",")[0]
    text = (f"{case.name} ({case.title}), {case.until:g} ms: {synop:,} spikes of Synop, {other:,} of {title}; "
            f"{agreement.agreeing:,} agree one by one, to {agreement.largest_difference:.1g} ms")
    if agreement.first_difference is None:
        text += "; none differs\n"
    else:
        text += f"; THE FIRST DIFFERENCE is at {agreement.first_difference:.3f} ms\n"
    lines = [f"| neuron | Synop, ms | {title}, ms |", "|---|---|---|"]
    lines += [f"| {neuron} | {s:.9f} | {t:.9f} |" for neuron, s, t in agreement.last]
    return "\n".join([text, *lines]) + "\n"


def machine() -> str:
    name = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            name = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{name}, {os.cpu_count()} cores, {platform.platform()}, load {os.getloadavg()[0]:.1f}"


def as_json(results: dict[str, dict[str, Result]], agreements: list[Agreement], skipped: dict[str, str]) -> dict:
    networks = {network: {name: dataclasses.asdict(r) | {"ns_per_event": r.ns_per_event} for name, r in by.items()}
                for network, by in results.items()}
    return {"schema": "synop.peers", "schema_version": 1, "machine": machine(), "networks": networks,
            "spike_times": [dataclasses.asdict(a) for a in agreements], "skipped": skipped}
