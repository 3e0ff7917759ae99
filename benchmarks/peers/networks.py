"""The networks that are compared, described once for all simulators: times in ms, potentials in mV, rates in Hz."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Neuron:
    """Leaky integrate-and-fire. Inputs are jumps of the potential, or of an exponential current if tau_syn is given."""

    tau_m: float
    E_L: float
    V_th: float
    V_reset: float
    t_ref: float
    tau_syn_ex: float | None = None
    tau_syn_in: float | None = None

    @property
    def has_currents(self) -> bool:
        return self.tau_syn_ex is not None


@dataclass(frozen=True)
class Population:
    name: str
    size: int


@dataclass(frozen=True)
class Stdp:
    """All pairs, additive: dw = lambda Wmax x at a postsynaptic spike, -alpha lambda Wmax y when a presynaptic one
    arrives; x and y decay with tau_plus and tau_minus. The delay lies before the synapse."""

    tau_plus: float
    tau_minus: float
    lambda_: float
    alpha: float
    Wmax: float


@dataclass(frozen=True)
class Projection:
    """Either a fixed in-degree or a probability. A weight is a jump of V, or of R I where synapses have currents."""

    source: str
    targets: tuple[str, ...]
    weight: float
    delay: float
    indegree: int | None = None
    probability: float | None = None
    stdp: Stdp | None = None


@dataclass(frozen=True)
class Drive:
    """An independent Poisson train for every neuron of the network."""

    rate: float
    weight: float


@dataclass(frozen=True)
class Network:
    name: str
    title: str
    neuron: Neuron
    populations: tuple[Population, ...]
    projections: tuple[Projection, ...]
    potential: tuple[float, float]  # initial, uniform
    simulators: tuple[str, ...]
    settle: float  # s; a run of this length is subtracted, with all set-up
    seconds: float  # s measured, unless asked otherwise
    drive: Drive | None = None

    @property
    def neurons(self) -> int:
        return sum(p.size for p in self.populations)

    def first(self, name: str) -> int:
        """The first neuron of a population, counted over the network."""
        position = 0
        for population in self.populations:
            if population.name == name:
                return position
            position += population.size
        raise KeyError(name)

    def size(self, name: str) -> int:
        return next(p.size for p in self.populations if p.name == name)


def _brunel(name: str, title: str, scale: float, V_reset: float, simulators: tuple[str, ...], settle: float,
            seconds: float, stdp: Stdp | None = None) -> Network:
    """Brunel (2000), g = 5, eta = 2. With in-degrees scaled down, weights grow so that the mean input stays."""
    J, g, tau, theta = 0.1 / scale, 5.0, 20.0, 20.0
    exc, inh = round(10000 * scale), round(2500 * scale)
    K_exc, K_inh = round(1000 * scale), round(250 * scale)
    both = ("exc", "inh")
    if stdp is None:
        from_exc = (Projection("exc", both, J, 1.5, indegree=K_exc),)
    else:
        from_exc = (Projection("exc", ("exc",), J, 1.5, indegree=K_exc, stdp=stdp),
                    Projection("exc", ("inh",), J, 1.5, indegree=K_exc))
    return Network(name, title, Neuron(tau, 0.0, theta, V_reset, 2.0), (Population("exc", exc), Population("inh", inh)),
                   from_exc + (Projection("inh", both, -g * J, 1.5, indegree=K_inh),), (0.0, theta), simulators, settle,
                   seconds, Drive(2.0 * theta / (J * tau) * 1e3, J))


def _self_sustained(name: str, title: str, neuron: Neuron, w_exc: float, w_inh: float, delay: float) -> Network:
    """Benchmarks 2 and 4 of Brette et al. (2007): no input, neurons rest above threshold."""
    both = ("exc", "inh")
    return Network(name, title, neuron, (Population("exc", 3200), Population("inh", 800)),
                   (Projection("exc", both, w_exc, delay, probability=0.02),
                    Projection("inh", both, w_inh, delay, probability=0.02)),
                   (-60.0, -50.0), ("synop", "brian"), 1.0, 10.0)


NETWORKS = (
    _brunel("brunel", "Brunel, 12,500 neurons, 15.6 million synapses", 1.0, 10.0, ("synop", "brian"), 0.2, 1.0),
    _self_sustained("cuba", "Vogels & Abbott CUBA, 4,000 neurons, exponential currents",
                    Neuron(20.0, -49.0, -50.0, -60.0, 5.0, tau_syn_ex=5.0, tau_syn_in=10.0), 1.62, -9.0, 0.8),
    _self_sustained("benchmark4", "Benchmark 4 of Brette et al., 4,000 neurons, jumps, rest above threshold",
                    Neuron(20.0, -49.0, -50.0, -60.0, 5.0), 0.25, -2.25, 0.1),
    _brunel("brunel_stdp", "Brunel with pair STDP, E to E (10 million plastic synapses)", 1.0, 10.0,
            ("synop", "brian"), 0.2, 1.0, Stdp(20.0, 20.0, 1e-3, 1.05, 0.2)),
    _brunel("brunel_small", "Brunel, 2,500 neurons, 625,000 synapses, reset to rest as IntFire1 has it", 0.2, 0.0,
            ("synop", "brian", "neuron"), 0.2, 2.0),
)


def find(name: str) -> Network:
    for network in NETWORKS:
        if network.name == name:
            return network
    raise ValueError(f"there is no network '{name}'; there are: {', '.join(n.name for n in NETWORKS)}")
