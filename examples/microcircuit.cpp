// The cortical microcircuit of Potjans & Diesmann (2014) at full scale, 77,169 neurons and 298.9 million synapses,
// beside what others have published about it:
//
//   example_microcircuit --time 10000 --threads 2 --output result.json
//   example_microcircuit --scale 0.1               a tenth of the neurons with a tenth of the synapses each
//   example_microcircuit --help
//
// The model is in potjans_diesmann.hpp. The full network takes about 2.5 GB, with continuous delays 6 GB.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "potjans_diesmann.hpp"
#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/progress.hpp"
#include "synop/io/statistics/spike_trains.hpp"
#include "synop/io/stopwatch.hpp"
#include "synop/io/version.hpp"

using namespace synop;
namespace pd = synop::potjans_diesmann;

namespace {

constexpr std::uint32_t correlated_neurons = 250;  // of each population
constexpr Delay correlation_bin{2 * ticks_per_ms};
constexpr std::uint32_t synchronous_neurons = 1000;
constexpr Delay synchrony_bin{3 * ticks_per_ms};

struct Arguments {
  pd::Options model;
  std::string drive = "poisson";
  double time = 1000.0;      // ms, after ...
  double transient = 500.0;  // ms, which are left out
  int threads = 0;
  std::string output;
  std::string spikes;
};

struct PopulationResult {
  double rate = 0.0;
  IntervalCv cv;
  double synchrony = 0.0;
  Correlation correlation;
};

// What others have found for a population.
struct Published {
  double rate, cv, synchrony;
};

Published published(const pd::Options& options, std::size_t p) {
  if (!options.poisson_drive) return {pd::published_rates[p], pd::published_cv_dc[p], pd::published_synchrony_dc[p]};
  return {pd::published_rates[p], pd::published_cv_poisson[p], pd::published_synchrony_poisson[p]};
}

struct Result {
  double build_seconds = 0.0, build_cpu = 0.0;
  double seconds = 0.0, cpu = 0.0;  // of the recorded time
  std::uint64_t synapses = 0, synapse_bytes = 0, peak_bytes = 0;
  std::uint64_t recurrent = 0, external = 0;  // synaptic events
  std::uint64_t spike_hash = 0;
  std::array<PopulationResult, pd::populations> populations;
};

Arguments parse(CLI::App& app, int argc, char** argv) {
  Arguments a;
  const CLI::Range positive(1e-3, 1e9);
  app.add_option("--drive", a.drive, "external input: poisson or dc")
      ->check(CLI::IsMember({"poisson", "dc"}))
      ->capture_default_str();
  app.add_option("--time", a.time, "recorded time in ms")->check(positive)->capture_default_str();
  app.add_option("--transient", a.transient, "time before it that is left out, in ms")
      ->check(CLI::Range(0.0, 1e9))
      ->capture_default_str();
  app.add_option("--seed", a.model.seed, "of every random number")->capture_default_str();
  app.add_option("--block-size", a.model.block_size, "most neurons of a block; 0: chosen from the network")
      ->capture_default_str();
  app.add_option("--threads", a.threads, "0: all cores")->check(CLI::Range(0, most_threads))->capture_default_str();
  app.add_option("--scale", a.model.scale, "of the numbers of neurons and of synapses per neuron")
      ->check(CLI::Range(1e-3, 1.0))
      ->capture_default_str();
  app.add_flag("--continuous-delays", a.model.continuous_delays, "delays are not rounded to 0.1 ms");
  app.add_option("--output", a.output, "JSON file for the results");
  app.add_option("--spikes", a.spikes, "HDF5 file for the recorded spikes");
  app.parse(argc, argv);
  a.model.poisson_drive = a.drive == "poisson";
  return a;
}

void run(Simulation& simulation, const std::string& label, Delay span) {
  const Time start = simulation.now();
  const Delay step{10 * ticks_per_ms};
  Progress progress(std::cerr, label, static_cast<std::uint64_t>(span.ticks), {.terminal = isatty(STDERR_FILENO) != 0});
  for (Delay done{}; done < span;) {
    done = std::min(done + step, span);
    simulation.run_until(start + done);
    progress.update(static_cast<std::uint64_t>(done.ticks));
  }
  progress.finish();
}

void count_events(const Simulation& simulation, Result& result) {
  const Network& network = simulation.network();
  for (std::uint32_t p = 0; p < network.projections().size(); ++p)
    result.recurrent += simulation.counters(ProjectionId{p}).deliveries;
  for (std::uint32_t p = 0; p < pd::populations; ++p)
    result.external += simulation.counters(PopulationId{p}).drive_deliveries;
}

void write_spikes(const Arguments& a, const Network& network,
                  const std::vector<std::unique_ptr<SpikeRecorder>>& recorders, Time start, Time stop) {
  std::vector<SpikeFilePopulation> populations;
  for (const Population& p : network.populations()) populations.push_back({.name = p.name, .size = p.size});
  SpikeFileWriter writer(a.spikes, populations,
                         {.experiment_text = "",
                          .command_line = "example_microcircuit",
                          .version = std::string(version()),
                          .seed = a.model.seed,
                          .start = start,
                          .stop = stop});
  for (std::size_t p = 0; p < pd::populations; ++p) writer.append(p, recorders[p]->spikes());
  writer.finish();
}

// In a small network the current alone may stay below threshold: who gets no other input is silent.
void warn_of_silence(const pd::Options& options) {
  if (options.poisson_drive) return;
  for (std::size_t p = 0; p < pd::populations; ++p)
    if (const double current = pd::constant_current(p, options); current * pd::tau_m / pd::C_m < pd::V_th - pd::E_L)
      fmt::print(stderr, "note: the current of {:.1f} pA into {} does not reach threshold at this scale\n", current,
                 pd::names[p]);
}

Result simulate(const Arguments& a) {
  Result result;
  warn_of_silence(a.model);
  const Stopwatch building;
  const Network network = pd::describe(a.model).build(pd::build_options(a.model, a.threads));
  result.build_seconds = building.seconds();
  result.build_cpu = building.cpu_seconds();
  result.synapses = network.synapse_count();
  result.synapse_bytes = network.bytes();
  fmt::print("built in {} ({} of processor time): {} neurons, {} synapses, {:.2f} bytes each\n",
             duration_text(result.build_seconds), duration_text(result.build_cpu), network.neuron_count(),
             result.synapses, static_cast<double>(result.synapse_bytes) / static_cast<double>(result.synapses));
  std::fflush(stdout);

  Simulation simulation(network, {.threads = a.threads});
  run(simulation, "transient", Delay::from_ms(a.transient));
  simulation.reset_counters();
  const Time start = simulation.now();
  SpikeHash hash;
  simulation.attach(hash);
  std::vector<std::unique_ptr<SpikeRecorder>> recorders;
  for (std::uint32_t p = 0; p < pd::populations; ++p) {
    recorders.push_back(std::make_unique<SpikeRecorder>(PopulationId{p}));
    simulation.attach(*recorders.back());
  }
  const Delay span = Delay::from_ms(a.time);
  const Stopwatch running;
  run(simulation, "recorded", span);
  result.seconds = running.seconds();
  result.cpu = running.cpu_seconds();
  result.peak_bytes = peak_memory();
  result.spike_hash = hash.value();
  count_events(simulation, result);
  for (std::size_t p = 0; p < pd::populations; ++p) {
    const std::vector<Spike>& spikes = recorders[p]->spikes();
    const std::uint32_t neurons = network.populations()[p].size;
    result.populations[p] = {
        .rate = mean_rate(spikes, neurons, span),
        .cv = interval_cv(spikes, neurons),
        .synchrony = synchrony(spikes, std::min(neurons, synchronous_neurons), start, span, synchrony_bin),
        .correlation =
            pairwise_correlation(spikes, std::min(neurons, correlated_neurons), start, span, correlation_bin)};
  }
  if (!a.spikes.empty()) write_spikes(a, network, recorders, start, simulation.now());
  return result;
}

void print(const Arguments& a, const Result& r) {
  const double biology = a.time * 1e-3;
  const double events = static_cast<double>(r.recurrent + r.external);
  const auto column = [](double x, double other) {
    return fmt::format("{:>9.3f}{:>8.3f}{:>+7.1f}%", x, other, 100.0 * (x / other - 1.0));
  };
  fmt::print("\n{:<6}{:>8} |{:^24} |{:^24} |{:^24} |{:>12}\n", "", "", "rate (/s)", "CV of intervals", "synchrony",
             "correlation");
  fmt::print("{:<6}{:>8} |", "", "neurons");
  for (int i = 0; i < 3; ++i) fmt::print("{:>9}{:>8}{:>7} |", "here", "publ.", "");
  fmt::print("\n");
  for (std::size_t p = 0; p < pd::populations; ++p) {
    const PopulationResult& x = r.populations[p];
    const Published other = published(a.model, p);
    fmt::print("{:<6}{:>8} |{} |{} |{} |{:>12.5f}\n", pd::names[p], pd::size(p, a.model.scale),
               column(x.rate, other.rate), column(x.cv.mean, other.cv), column(x.synchrony, other.synchrony),
               x.correlation.mean);
  }
  fmt::print(
      "\npublished: rates of a run of the NEST model (github.com/INM-6/microcircuit-PD14-model, Poisson input); CV "
      "and\n"
      "synchrony of 60 s at full scale (Romaro et al. 2021). CV: mean over neurons with 3 spikes or more; recordings\n"
      "below 10 s lower it. Synchrony: variance / mean of the spikes of {} neurons in 3 ms. Correlation: of counts\n"
      "in 2 ms, mean over the pairs of {} neurons.\n\n",
      synchronous_neurons, correlated_neurons);
  fmt::print("recorded            {} s after {} s, {} input\n", biology, a.transient * 1e-3, a.drive);
  fmt::print("events              {:.4g} recurrent, {:.4g} external\n", static_cast<double>(r.recurrent),
             static_cast<double>(r.external));
  fmt::print("processor time      {:.2f} s per second of biology, {:.2f} ns per event\n", r.cpu / biology,
             r.cpu * 1e9 / events);
  fmt::print("time                {:.2f} s per second of biology\n", r.seconds / biology);
  fmt::print("memory at the most  {:.2f} GB\n", static_cast<double>(r.peak_bytes) * 1e-9);
  fmt::print("spike hash          {:016x}\n", r.spike_hash);
}

// A number, or null where there is none.
nlohmann::json number(double x) {
  return std::isnan(x) ? nlohmann::json() : nlohmann::json(x);
}

void write_json(const Arguments& a, const Result& r) {
  nlohmann::ordered_json populations = nlohmann::ordered_json::array();
  for (std::size_t p = 0; p < pd::populations; ++p) {
    const PopulationResult& x = r.populations[p];
    const Published other = published(a.model, p);
    populations.push_back({{"name", pd::names[p]},
                           {"neurons", pd::size(p, a.model.scale)},
                           {"rate_hz", x.rate},
                           {"published_rate_hz", other.rate},
                           {"cv", number(x.cv.mean)},
                           {"cv_neurons", x.cv.neurons},
                           {"published_cv", other.cv},
                           {"synchrony", number(x.synchrony)},
                           {"published_synchrony", other.synchrony},
                           {"correlation", number(x.correlation.mean)},
                           {"correlation_neurons", x.correlation.neurons}});
  }
  const nlohmann::ordered_json document{
      {"version", version()},
      {"drive", a.drive},
      {"scale", a.model.scale},
      {"seed", a.model.seed},
      {"continuous_delays", a.model.continuous_delays},
      {"threads", resolved_threads(a.threads)},
      {"transient_ms", a.transient},
      {"time_ms", a.time},
      {"synapses", r.synapses},
      {"bytes_per_synapse", static_cast<double>(r.synapse_bytes) / static_cast<double>(r.synapses)},
      {"peak_bytes", r.peak_bytes},
      {"build_seconds", r.build_seconds},
      {"build_cpu_seconds", r.build_cpu},
      {"seconds", r.seconds},
      {"cpu_seconds", r.cpu},
      {"recurrent_events", r.recurrent},
      {"external_events", r.external},
      {"spike_hash", fmt::format("{:016x}", r.spike_hash)},
      {"populations", populations}};
  std::ofstream file(a.output);
  file << document.dump(2) << '\n';
  if (!file.flush()) throw Error(ErrorKind::file, fmt::format("{}: cannot be written", a.output));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("The cortical microcircuit of Potjans & Diesmann (2014)");
  try {
    const Arguments arguments = parse(app, argc, argv);
    if (!arguments.output.empty() && !std::ofstream(arguments.output, std::ios::app))  // before the work, not after it
      throw Error(ErrorKind::file, fmt::format("{}: cannot be written", arguments.output));
    const Result result = simulate(arguments);
    print(arguments, result);
    if (!arguments.output.empty()) write_json(arguments, result);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const Error& error) {
    std::cerr << "error: " << error.what() << '\n';
    return 1;
  }
}
