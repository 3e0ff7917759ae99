"""Writes a network as an experiment file of Synop."""

from __future__ import annotations

from networks import Network, Neuron, Projection

C_m = 200.0  # pF; cancels, since weights of currents are given as R I


def _neuron(neuron: Neuron) -> str:
    params = {"tau_m": neuron.tau_m, "E_L": neuron.E_L, "V_th": neuron.V_th, "V_reset": neuron.V_reset,
              "t_ref": neuron.t_ref}
    if neuron.has_currents:
        params |= {"C_m": C_m, "tau_syn_ex": neuron.tau_syn_ex, "tau_syn_in": neuron.tau_syn_in}
    return "{ " + ", ".join(f"{key} = {value}" for key, value in params.items()) + " }"


def _projection(network: Network, projection: Projection, target: str) -> list[str]:
    weight = projection.weight
    if network.neuron.has_currents:
        weight *= C_m / network.neuron.tau_m  # R I in mV to I in pA
    lines = ["[[projection]]", f'source = "{projection.source}"', f'target = "{target}"', f"weight = {weight}",
             f"delay = {projection.delay}"]
    if projection.indegree is not None:
        lines += ['rule = "fixed_indegree"', f"indegree = {projection.indegree}"]
    else:
        lines += ['rule = "pairwise_bernoulli"', f"p = {projection.probability}"]
    if projection.stdp is not None:
        s = projection.stdp
        lines += ['synapse = "stdp_synapse"', 'delay_split = "axonal"',
                  f"params = {{ tau_plus = {s.tau_plus}, tau_minus = {s.tau_minus}, lambda = {s.lambda_}, "
                  f"alpha = {s.alpha}, mu_plus = 0, mu_minus = 0, Wmax = {s.Wmax} }}"]
    return lines


def experiment(network: Network, seed: int) -> str:
    """The text of the file; the duration is left to --set."""
    lines = [f'name = "{network.name}"', f"seed = {seed}", "[simulation]", 'duration = "1 s"', "threads = 1",
             "[output]", "spikes = false", "plots = false"]
    for population in network.populations:
        low, high = network.potential
        model = "iaf_psc_exp" if network.neuron.has_currents else "iaf_psc_delta"
        lines += ["[[population]]", f'name = "{population.name}"', f'model = "{model}"', f"size = {population.size}",
                  f"params = {_neuron(network.neuron)}", f"V_m = {{ uniform = [{low}, {high}] }}"]
    for projection in network.projections:
        for target in projection.targets:
            lines += _projection(network, projection, target)
    if network.drive is not None:
        for population in network.populations:
            lines += ["[[stimulus]]", f'name = "drive_{population.name}"', 'model = "poisson_generator"',
                      f'target = "{population.name}"', f"rate = {network.drive.rate}",
                      f"weight = {network.drive.weight}"]
    return "\n".join(lines) + "\n"
