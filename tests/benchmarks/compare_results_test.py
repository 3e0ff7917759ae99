"""The comparing part of compare_revisions.sh, with files of Google Benchmark and with programs that pretend."""

import contextlib
import io
import json
import pathlib
import re
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "benchmarks"))

import compare_results  # noqa: E402


def canned(name: str) -> dict:
    return json.loads((HERE / "data" / f"{name}.json").read_text())


def times(*documents: dict) -> compare_results.Times:
    made: compare_results.Times = {}
    for document in documents:
        compare_results.add(made, document)
    return made


# Writes the next of its times (the last again and again) as the result of a benchmark called "loop".
PRETENDER = """#!{interpreter}
import json, pathlib, re, sys
times = {times}
here = pathlib.Path(sys.argv[0])
calls = here.with_suffix(".calls")
call = int(calls.read_text()) if calls.exists() else 0
calls.write_text(str(call + 1))
given = dict(a[2:].split("=", 1) for a in sys.argv[1:])
runs = [{{"name": "loop", "run_type": "iteration", "cpu_time": times[min(call, len(times) - 1)], "time_unit": "ns"}}]
if not re.search(given.get("benchmark_filter", ""), "loop"): runs = []
pathlib.Path(given["benchmark_out"]).write_text(json.dumps({{"benchmarks": runs}}) if runs else "")
"""


class Files(unittest.TestCase):
    def test_times_are_processor_times_in_ns_without_aggregates_and_failures(self):
        self.assertEqual(compare_results.cpu_times(canned("before")),
                         {"steady/16": 100.0, "slows/16": 2000.0, "hastens<int>/16": 3e6, "removed": 5.0})

    def test_ratios_and_benchmarks_of_one_revision_only(self):
        comparison = compare_results.compare(times(canned("before")), times(canned("after")))
        self.assertEqual({name: round(ratio, 3) for name, (_, _, ratio) in comparison.ratios.items()},
                         {"steady/16": 1.09, "slows/16": 1.1, "hastens<int>/16": 0.5})
        self.assertEqual(comparison.only_a, ["removed"])
        self.assertEqual(comparison.only_b, ["failed", "added"])

    def test_the_threshold_itself_is_slower(self):
        comparison = compare_results.compare(times(canned("before")), times(canned("after")))
        self.assertEqual(comparison.slower(0.10), ["slows/16"])
        self.assertEqual(comparison.slower(0.09), ["steady/16", "slows/16"])
        self.assertEqual(comparison.slower(0.11), [])

    def test_one_outlier_of_three_runs_does_not_move_the_median(self):
        slow = canned("after")
        comparison = compare_results.compare(times(canned("before"), canned("before"), canned("before")),
                                             times(canned("before"), slow, canned("before")))
        self.assertEqual(comparison.slower(0.01), [])

    def test_a_filter_of_names_matches_these_names_alone(self):
        names = ["hold<Ring>/100", "a.b", "x*(y)|z"]
        pattern = compare_results.exactly(names)
        for name in names:
            self.assertTrue(re.search(pattern, name))
        for name in ["hold<Ring>/1000", "aXb", "x*(y)", "z"]:
            self.assertFalse(re.search(pattern, name))


class Programs(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)

    def pretend(self, revision: str, name: str, values: list) -> pathlib.Path:
        folder = pathlib.Path(self._folder.name, revision)
        folder.mkdir(exist_ok=True)
        program = folder / name
        program.write_text(PRETENDER.format(interpreter=sys.executable, times=values))
        program.chmod(0o755)
        return folder

    def compare(self, a: list, b: list, *options: str):
        folders = [str(self.pretend("a", "loop_benchmark", a)), str(self.pretend("b", "loop_benchmark", b))]
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = compare_results.main([*folders, "--repeats=3", *options])
        return code, out.getvalue()

    def test_equal_programs_pass(self):
        code, text = self.compare([100.0], [101.0])
        self.assertEqual(code, 0, text)
        self.assertIn("1 benchmarks compared, 0 slower", text)

    def test_a_benchmark_that_is_slower_twice_fails(self):
        code, text = self.compare([100.0], [115.0])
        self.assertEqual(code, 1, text)
        self.assertIn("slower by 10 % or more, twice: loop_benchmark loop", text)

    def test_noise_of_the_first_round_is_rejected_by_the_second(self):
        code, text = self.compare([100.0], [150.0, 150.0, 150.0, 100.0])
        self.assertEqual(code, 0, text)
        self.assertIn("again", text)

    def test_the_threshold_is_an_option(self):
        self.assertEqual(self.compare([100.0], [115.0], "--threshold=20")[0], 0)

    def test_programs_of_one_revision_only_are_listed(self):
        self.pretend("b", "new_benchmark", [1.0])
        code, text = self.compare([100.0], [100.0])
        self.assertEqual(code, 0, text)
        self.assertIn("only in B: new_benchmark", text)

    def test_nothing_to_compare_is_an_error(self):
        code, text = self.compare([100.0], [100.0], "--filter=absent")
        self.assertEqual(code, 2, text)
        self.assertIn("nothing was compared", text)

    def test_an_unknown_program_is_an_error_that_names_those_there_are(self):
        code, text = self.compare([100.0], [100.0], "--programs=lop")
        self.assertEqual(code, 2, text)
        self.assertIn("there are: loop_benchmark", text)

    def test_a_program_that_fails_is_an_error(self):
        folder = self.pretend("a", "loop_benchmark", [100.0])
        (folder / "loop_benchmark").write_text("#!/bin/sh\necho broken >&2\nexit 3\n")
        with self.assertRaisesRegex(RuntimeError, "failed with 3: broken"):
            compare_results.run_program(folder / "loop_benchmark", "", [])


if __name__ == "__main__":
    unittest.main()
