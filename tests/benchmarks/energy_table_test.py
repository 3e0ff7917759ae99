"""The table of benchmarks/energy_comparison.sh, from accounts made up here."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "benchmarks"))
import energy_table  # noqa: E402


def table(memory, joules, ratio, node=45, decisive=1):
    contests = [{"opponent": 0, "ratio": 1}, {"opponent": 1, "ratio": ratio}]
    return {"node_nm": node, "memory": memory, "decisive": decisive, "contests": contests,
            "spiking": {"modelled_joules_per_inference": joules}}


class EnergyTable(unittest.TestCase):
    def rows(self, tables):
        account = {"accuracy": 0.5, "spikes_per_synapse": 0.25, "tables": tables,
                   "opponents": [{"name": "other"}, {"name": "linear"}]}
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "energy"
            path.mkdir()
            (path / "energy.json").write_text(json.dumps(account))
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                energy_table.main([f"net={folder}"])
        return out.getvalue().splitlines()

    def test_ranges_over_the_tables_of_one_node(self):
        rows = self.rows([table("compute only", 2e-9, 0.5), table("compute only", 4e-9, 0.25),
                          table("compute only", 1, 9, node=22), table("with memory, reused", 5e-6, 3)])
        self.assertEqual(rows[2], "| net | 50.00 % | 0.25 | 2 nJ to 4 nJ | 0.25 to 0.5: wins | 5 uJ | 3: loses | linear |")

    def test_says_that_it_depends(self):
        rows = self.rows([table("compute only", 1e-9, 0.5), table("compute only", 1e-9, 2)])
        self.assertIn("0.5 to 2: depends", rows[2])

    def test_leaves_out_what_has_no_ratio(self):
        self.assertIn("| - | - | - | - |", self.rows([table("compute only", 1e-9, 1, decisive=None)])[2])


if __name__ == "__main__":
    unittest.main()
