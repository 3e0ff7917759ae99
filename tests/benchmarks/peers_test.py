"""The parts of compare_with_peers.sh that need no other simulator."""

import pathlib
import sys
import tomllib
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "benchmarks" / "peers"))

import networks  # noqa: E402
import spike_times  # noqa: E402
import table  # noqa: E402
from measure import Run, summarise  # noqa: E402
from synop_experiment import experiment  # noqa: E402


class Summary(unittest.TestCase):
    def test_what_settling_cost_and_counted_is_taken_off(self):
        short = [Run(cpu, 10, {"exc": 3}, 100, 50) for cpu in (1.0, 1.1, 1.2)]
        long = [Run(cpu, 20, {"exc": 13}, 400, 150) for cpu in (3.0, 3.4, 9.0)]
        result = summarise(list(zip(short, long)), 2.0)
        self.assertAlmostEqual(result.cpu_seconds, 2.3)
        self.assertEqual((result.spikes, result.recurrent, result.external), ({"exc": 10}, 300, 100))
        self.assertAlmostEqual(result.ns_per_event, 2.3e9 / 400)
        self.assertEqual(result.peak_bytes, 20)

    def test_a_table_has_a_column_for_each_simulator_and_ratios_to_synop(self):
        network = networks.find("cuba")
        run = [(Run(0.0, 0, {"exc": 0, "inh": 0}, 0, 0), Run(cpu, 10, {"exc": 32, "inh": 8}, 100, 0))
               for cpu in (1.0, 3.0)]
        text = table.network_table(network, {"synop": summarise(run[:1], 1.0), "brian": summarise(run[1:], 1.0)},
                                   {"synop": "Synop", "brian": "Brian 2"})
        self.assertIn("Brian 2", text)
        self.assertRegex(text, r"ratio to Synop +\| 1.00 +\| 3.00")


class Experiments(unittest.TestCase):
    def test_every_network_is_an_experiment_with_all_its_projections(self):
        for network in networks.NETWORKS:
            document = tomllib.loads(experiment(network, 1))
            self.assertEqual(len(document["projection"]), sum(len(p.targets) for p in network.projections))
            self.assertEqual(sum(p["size"] for p in document["population"]), network.neurons)

    def test_a_small_brunel_network_has_the_mean_input_of_the_large_one(self):
        large, small = networks.find("brunel"), networks.find("brunel_small")
        for of_large, of_small in zip(large.projections, small.projections):
            self.assertAlmostEqual(of_large.indegree * of_large.weight, of_small.indegree * of_small.weight)
        self.assertAlmostEqual(large.drive.rate * large.drive.weight, small.drive.rate * small.drive.weight)


class SpikeTimes(unittest.TestCase):
    case = spike_times.CASES[0]

    def test_equal_spikes_agree_in_any_order(self):
        result = spike_times.agreement(self.case, [(1.0, 0), (2.0, 1)], [(2.0, 1), (1.0 + 1e-12, 0)])
        self.assertEqual((result.agreeing, result.first_difference), (2, None))

    def test_a_shifted_spike_differs_and_what_came_before_agrees(self):
        result = spike_times.agreement(self.case, [(1.0, 0), (2.0, 0), (3.0, 1)], [(1.0, 0), (2.1, 0), (3.0, 1)])
        self.assertEqual((result.agreeing, result.first_difference), (1, 2.0))

    def test_a_missing_spike_differs(self):
        result = spike_times.agreement(self.case, [(1.0, 0), (5.0, 0)], [(1.0, 0)])
        self.assertEqual((result.agreeing, result.first_difference), (1, 5.0))


if __name__ == "__main__":
    unittest.main()
