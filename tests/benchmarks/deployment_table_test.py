"""The table of benchmarks/deployment_comparison.sh, from reports made up here."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "benchmarks"))
import deployment_table  # noqa: E402


def report(weights, accuracy):
    return {"weights": weights, "state": "int32", "step_ms": 0.1, "flash_bytes": 315504, "ram_bytes": 2208,
            "task": {"samples": 1000, "accuracy_exact": 0.75, "accuracy_float32": 0.74, "accuracy_deployed": accuracy,
                     "same_answer": 0.9},
            "populations": [{"spikes_exact": 8500, "spikes_deployed": 7000, "float32_deployed": {"share": 0.9175}}]}


class DeploymentTable(unittest.TestCase):
    def test_has_a_row_for_each_report(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for weights, accuracy in (("int8", 0.735), ("int16", 0.7412)):
                paths.append(f"{folder}/{weights}.json")
                pathlib.Path(paths[-1]).write_text(json.dumps(report(weights, accuracy)))
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                deployment_table.main(paths)
        lines = out.getvalue().splitlines()
        self.assertEqual(lines[0], "exact: 75.00 % of 1,000 samples, 8.50 spikes of the readout per sample")
        self.assertEqual(lines[-2], "| int8 | int32 | 0.1 ms | 315,504 | 2,208 | 73.50 % | 74.00 % | 90.00 % | 7.00 | 0.917 |")
        self.assertTrue(lines[-1].startswith("| int16 |"))

    def test_refuses_nothing(self):
        with self.assertRaises(SystemExit):
            deployment_table.main([])


if __name__ == "__main__":
    unittest.main()
