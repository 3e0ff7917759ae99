// What does recording cost?
//
//   brunel_recorded   Brunel's network with every spike recorded by the program's recorder into a file, beside the same
//                     network without: both advance in turns of 100 ms, `overhead_%` is what recording adds (target 5),
//                     `in_recorder_%` the part of it that is spent inside the recorder
//   spike_stream      spikes appended to a SpikeFileWriter as fast as it takes them, by the number of spikes of an
//                     append; `of_write` is the ratio to writing the same bytes with pwrite (target: 1e7 spikes/s)
//   counting          what counters cost in Brunel's network (target 2 %), see below
//   spike_tally       what counting spikes by neuron and making the ledger of a run of 1 s add to that (target 2 % in all)
//
// `of_bound` is the ratio of the cost of an event to a bare scatter-add. Files go to the folder for temporary files.

#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "scatter_add.hpp"
#include "synop/core/random.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/run/ledger_of.hpp"
#include "synop/io/run/recording.hpp"

namespace {

using namespace synop;

// A folder that is removed with all it holds.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "synop_recording_XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::filesystem::filesystem_error("mkdtemp", std::error_code());
    path_ = pattern;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Brunel's network of examples/ with recorders of all neurons and no other recorder.
Experiment brunel_experiment() {
  const std::vector<std::string> overrides{"recorder[0].source=exc", "recorder[1].source=inh"};
  Experiment experiment =
      read_experiment(std::string(SYNOP_SOURCE_DIR) + "/examples/brunel.toml", overrides, model_catalogue());
  std::erase_if(experiment.recorders,
                [](const RecorderSection& recorder) { return recorder.kind != RecorderSection::Kind::spike_recorder; });
  return experiment;
}

struct Counts {
  double spikes = 0.0;
  double groups = 0.0;  // of synapses that were delivered
  double recurrent = 0.0;
  double external = 0.0;
  double attended = 0.0;
  double events() const { return recurrent + external; }
};

Counts counts_of(const Simulation& simulation) {
  Counts counts;
  const Network& network = simulation.network();
  for (std::uint32_t p = 0; p < network.projections().size(); ++p) {
    const ProjectionCounters c = simulation.counters(ProjectionId{p});
    counts.recurrent += static_cast<double>(c.deliveries);
    counts.groups += static_cast<double>(c.queue_operations) / 2.0;  // one entry, one removal
  }
  for (std::uint32_t p = 0; p < network.populations().size(); ++p) {
    const PopulationCounters c = simulation.counters(PopulationId{p});
    counts.spikes += static_cast<double>(c.spikes);
    counts.external += static_cast<double>(c.drive_deliveries);
    counts.attended += static_cast<double>(c.attended);
  }
  return counts;
}

const std::vector<std::uint16_t>& random_targets() {
  static const std::vector<std::uint16_t> targets = [] {
    std::vector<std::uint16_t> made(std::size_t{1} << 21);
    RandomStream random(1, Purpose::task, 0);
    for (std::uint16_t& target : made) target = static_cast<std::uint16_t>(random.below(4096));
    return made;
  }();
  return targets;
}

double seconds_of(Simulation& simulation, Delay span) {
  const double start = thread_seconds();
  simulation.run(span);
  return thread_seconds() - start;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Measures the time a recorder takes while it is called, which is less noisy than the difference of two runs but leaves
// out what it does to the caches.
class TimedObserver final : public Observer {
 public:
  explicit TimedObserver(Observer& observed) : observed_(observed) {}
  void on_spikes(PopulationId population, std::span<const Spike> spikes) override {
    const double start = thread_seconds();
    observed_.on_spikes(population, spikes);
    seconds_ += thread_seconds() - start;
  }
  double seconds() const { return seconds_; }

 private:
  Observer& observed_;
  double seconds_ = 0.0;
};

void brunel_recorded(benchmark::State& state) {
  const Experiment experiment = brunel_experiment();
  const Network network = compose(experiment).build(build_options(experiment, 1));
  const ScratchFolder folder;
  Simulation silent(network);
  Simulation recorded(network);
  silent.run(Delay::from_ms(200.0));
  recorded.run(Delay::from_ms(200.0));
  Provenance provenance;
  provenance.start = recorded.now();
  provenance.stop = Time::from_ms(1e6);
  Recording recording(experiment, recorded, folder.path(), provenance);
  recorded.detach(recording);
  TimedObserver timed(recording);
  recorded.attach(timed);
  silent.reset_counters();
  const Delay turn = Delay::from_ms(100.0);
  std::vector<double> without;
  std::vector<double> with;
  std::vector<double> added;
  double commits = 0.0;
  for (auto _ : state) {
    const bool silent_first = without.size() % 2 == 0;  // whoever follows finds warmer or colder caches
    if (silent_first) without.push_back(seconds_of(silent, turn));
    const double advanced = seconds_of(recorded, turn);
    const double start = thread_seconds();
    recording.advance(recorded.now());  // commits, as the program does after each piece of a run
    commits += thread_seconds() - start;
    with.push_back(advanced + thread_seconds() - start);
    if (!silent_first) without.push_back(seconds_of(silent, turn));
    added.push_back((with.back() - without.back()) / without.back());
  }
  double last_writes = thread_seconds();
  recording.finish(recorded.now(), {});
  last_writes = thread_seconds() - last_writes;
  const Counts counts = counts_of(silent);
  const double turns = static_cast<double>(without.size());
  const double plain = median(without);
  const double ns = plain * turns * 1e9 / counts.events();
  state.counters["overhead_%"] = median(added) * 100.0;
  state.counters["in_recorder_%"] = (timed.seconds() + commits) / (plain * turns) * 100.0;
  state.counters["finish_%"] = last_writes / (plain * turns) * 100.0;  // files completed, plots drawn
  state.counters["spikes/turn"] = counts.spikes / turns;
  state.counters["ns/event"] = ns;
  state.counters["of_bound"] = ns / scatter_add_ns<std::uint16_t>(random_targets(), 4096);
}

// The median of five new files of 64 MB.
double pwrite_ns_per_byte(const std::filesystem::path& path) {
  const std::vector<char> chunk(512 << 10, 'x');
  constexpr std::size_t bytes = 64 << 20;
  std::vector<double> passes;
  for (int pass = 0; pass < 5; ++pass) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return 0.0;
    const double start = thread_seconds();
    for (std::size_t written = 0; written < bytes; written += chunk.size())
      if (::pwrite(file, chunk.data(), chunk.size(), static_cast<off_t>(written)) < 0) break;
    passes.push_back((thread_seconds() - start) * 1e9 / bytes);
    ::close(file);
    std::filesystem::remove(path);
  }
  return median(passes);
}

// Arguments: spikes of an append; whether exact ticks are stored too.
void spike_stream(benchmark::State& state) {
  const auto length = static_cast<std::size_t>(state.range(0));
  const bool with_ticks = state.range(1) != 0;
  constexpr std::size_t spikes = 4'000'000;  // in a file: 64 or 96 MB
  constexpr std::uint32_t neurons = 10'000;
  std::vector<Spike> batch(length);
  RandomStream random(1, Purpose::task, 0);
  for (Spike& spike : batch) spike.neuron = static_cast<std::uint32_t>(random.below(neurons));
  const ScratchFolder folder;
  Provenance provenance;
  provenance.stop = Time::from_ms(1e5);
  double cpu = 0.0;
  double written = 0.0;
  for (auto _ : state) {
    const double start = thread_seconds();
    SpikeFileWriter writer(folder.path() / "spikes.h5", {{"cells", neurons}}, provenance,
                           with_ticks ? Ticks::always : Ticks::when_needed);
    std::int64_t ticks = 0;
    for (std::size_t done = 0; done < spikes; done += length) {
      for (Spike& spike : batch) spike.time = Time{ticks += 2'000};
      writer.append(0, batch);
      writer.advance(Time{ticks});
      written += static_cast<double>(length);
    }
    writer.finish();
    cpu += thread_seconds() - start;
    state.PauseTiming();
    std::filesystem::remove(folder.path() / "spikes.h5");
    state.ResumeTiming();
  }
  const double bytes = with_ticks ? 24.0 : 16.0;
  const double ns = cpu * 1e9 / written;
  state.counters["spikes/s"] = benchmark::Counter(written, benchmark::Counter::kIsRate);  // by the clock
  state.counters["ns/spike"] = ns;
  state.counters["of_write"] = ns / (bytes * pwrite_ns_per_byte(folder.path() / "bare"));
  state.counters["of_bound"] = ns / scatter_add_ns<std::uint16_t>(random_targets(), 4096);
}

// A delivery counts groups, not synapses: two queue operations and one addition of the group's size, in memory. A spike
// and a neuron that is looked at count once each. An event of a drive adds to a register. Each is priced here by a loop
// that does nothing else and cannot be optimised away, so the sum is an upper bound of what the engine pays: there
// they overlap with the waiting for memory.
double memory_increment_ns() {
  constexpr int increments = 10'000'000;
  ProjectionCounters c;
  const double start = thread_seconds();
  for (int i = 0; i < increments / 2; ++i) {
    ++c.queue_operations;
    c.deliveries += 100;
    benchmark::DoNotOptimize(c);
    benchmark::ClobberMemory();
  }
  return (thread_seconds() - start) * 1e9 / increments;
}

double register_increment_ns() {
  const std::vector<std::uint16_t>& targets = random_targets();
  std::vector<double> x(4096);
  const auto pass = [&](bool count) {
    std::uint64_t events = 0;
    const double start = thread_seconds();
    for (const std::uint16_t target : targets) {
      x[target] += 1e-12;
      if (count) {
        ++events;
        benchmark::DoNotOptimize(events);
      }
    }
    return (thread_seconds() - start) * 1e9 / static_cast<double>(targets.size());
  };
  std::vector<double> differences;
  for (int k = 0; k < 21; ++k) differences.push_back(pass(true) - pass(false));
  return std::max(0.0, median(differences));
}

void counting(benchmark::State& state) {
  const Experiment experiment = brunel_experiment();
  const Network network = compose(experiment).build(build_options(experiment, 1));
  Simulation simulation(network);
  simulation.run(Delay::from_ms(200.0));
  simulation.reset_counters();
  double cpu = 0.0;
  for (auto _ : state) cpu += seconds_of(simulation, Delay::from_ms(100.0));
  const Counts counts = counts_of(simulation);
  const double in_memory = 3.0 * counts.groups + counts.attended + counts.spikes;
  const double memory_ns = memory_increment_ns();
  const double register_ns = register_increment_ns();
  state.counters["memory_increments/event"] = in_memory / counts.events();
  state.counters["ns/memory_increment"] = memory_ns;
  state.counters["ns/register_increment"] = register_ns;
  state.counters["cost_%"] = (in_memory * memory_ns + counts.external * register_ns) / (cpu * 1e9) * 100.0;
  const double ns = cpu * 1e9 / counts.events();
  state.counters["ns/event"] = ns;
  state.counters["of_bound"] = ns / scatter_add_ns<std::uint16_t>(random_targets(), 4096);
}

void spike_tally(benchmark::State& state) {
  const Experiment experiment = brunel_experiment();
  const Network network = compose(experiment).build(build_options(experiment, 1));
  Simulation simulation(network);
  SpikeTally tally(network);
  TimedObserver timed(tally);
  simulation.attach(timed);
  double cpu = 0.0;
  for (auto _ : state) cpu += seconds_of(simulation, Delay::from_ms(100.0));
  const double start = thread_seconds();
  tally.end_inference();
  benchmark::DoNotOptimize(ledger_of(simulation, tally));
  state.counters["in_tally_%"] = timed.seconds() / cpu * 100.0;
  state.counters["ledger_%"] = (thread_seconds() - start) / cpu * 100.0;
}

BENCHMARK(brunel_recorded)->Iterations(30)->Unit(benchmark::kMillisecond);
BENCHMARK(spike_stream)
    ->ArgsProduct({{64, 1024, 65536}, {0, 1}})
    ->ArgNames({"append", "ticks"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(counting)->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK(spike_tally)->Iterations(10)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
