#include "synop/core/simulation.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

#include <fmt/format.h>
#include <omp.h>

#include "synop/core/archive.hpp"
#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"

namespace synop {

namespace {

// Work in a window below which one thread does it all. Benchmark networks with 40e-6 s of it were not made faster by two
// threads (benchmarks/README.md), because waking them is dear where other programs keep the cores busy.
constexpr double least_parallel_seconds = 200e-6;
constexpr std::uint32_t windows_per_measurement = 128;
constexpr Delay longest_refractory_time{1'000'000 * ticks_per_ms};  // the bound of t_ref

}  // namespace

Simulation::Simulation(const Network& network, const SimulationOptions& options)
    : network_(network),
      schedule_(make_schedule(network)),
      threads_(resolved_threads(options.threads)) {
  logs_.resize(network.populations().size());
  level_work_.resize(schedule_.levels.size());
  sent_.resize(network.projections().size());
  out_degree_.resize(network.projections().size());
  for (std::size_t p = 0; p < out_degree_.size(); ++p) {
    const auto& counted = network.projections()[p].out_degree;
    out_degree_[p].assign(counted.begin(), counted.end());
  }
  for (const Shard& shard : network.shards()) {
    if (shard.is_procedural()) continue;
    auto& degrees = out_degree_[shard.projection.index];
    degrees.resize(shard.sources.count);
    for (std::uint32_t row = 0; row < shard.sources.count; ++row)
      degrees[row] += shard.row_size(row);
  }
  make_blocks();
}

Simulation::~Simulation() = default;

void Simulation::attach(Observer& observer) { observers_.push_back(&observer); }
void Simulation::detach(Observer& observer) { std::erase(observers_, &observer); }

// Between the parts of a window every block has read all spikes that were known when the part began. A block reads
// only what was collected before its level started, so blocks of one level never wait for each other.
void Simulation::run_until(Time end) {
  if (end < now_)
    throw Error(ErrorKind::usage, fmt::format("cannot run back from {} ms to {} ms", now_.ms(), end.ms()));
  refuse_beyond_range(end);
  const std::int64_t window = schedule_.window.ticks;
  while (now_ < end) {
    const Time quiet_until = std::min(next_event(), end);
    const std::int64_t index = std::max(now_, quiet_until).ticks / window;
    const Time begin = std::max(now_, Time{index * window});
    if (begin >= end) break;
    const Time window_end{(index + 1) * window};
    const std::int64_t searched = schedule_.horizon.ticks;
    const std::int64_t search = begin.ticks / searched;
    run_part({begin, std::min(end, window_end), Time{(search + 1) * searched}, begin.ticks == index * window,
              begin.ticks == search * searched});
  }
  now_ = end;
}

// What is planned before `end` lies at most a delay, a window or a refractory time after it.
void Simulation::refuse_beyond_range(Time end) const {
  Delay delay;
  for (const Projection& projection : network_.projections()) delay = std::max(delay, projection.largest_delay);
  const Delay reach = std::max({delay, schedule_.window, longest_refractory_time});
  if (end <= Time::never() - reach) return;
  throw Error(ErrorKind::model,
              fmt::format("cannot run until {} ms: spikes may arrive up to {} ms later, and time ends at {} ms", end.ms(),
                          reach.ms(), Time::never().ms()));
}

void Simulation::run_part(const WindowPart& part) {
  for (SpikeLog& log : logs_) log.known = log.end();
  for (std::size_t level = 0; level < schedule_.levels.size(); ++level) {
    run_level(level, part);
    for (const PopulationId population : schedule_.populations[level]) collect(population);
  }
  if (!multimeters_.empty()) collect_samples();
  forget_read_spikes();
  now_ = part.until;
}

void Simulation::run_level(std::size_t level, const WindowPart& part) {
  const std::vector<BlockId>& blocks = schedule_.levels[level];
  const auto count = static_cast<std::int64_t>(blocks.size());
  if (threads_ == 1 || count == 1) {
    for (const BlockId id : blocks) run_block(*blocks_[id.index], part);
    return;
  }
  // Threads pay only if the work of a window is large against waking them: below that, one thread does it all. Now and
  // then it does anyway, to measure the work. This decides who works; what is computed is the same.
  LevelWork& work = level_work_[level];
  if (work.seconds >= least_parallel_seconds && ++work.windows % windows_per_measurement != 0)
    return run_blocks_in_parallel(blocks, part);
  const auto begin = std::chrono::steady_clock::now();
  for (const BlockId id : blocks) run_block(*blocks_[id.index], part);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  work.seconds += (elapsed.count() - work.seconds) / 4.0;
}

void Simulation::run_blocks_in_parallel(const std::vector<BlockId>& blocks, const WindowPart& part) {
  const auto count = static_cast<std::int64_t>(blocks.size());
  std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads_)
  for (std::int64_t i = 0; i < count; ++i) {
    try {
      run_block(*blocks_[blocks[static_cast<std::size_t>(i)].index], part);
    } catch (...) {  // only memory can run out here
#pragma omp critical(synop_run_failure)
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

void Simulation::run_block(Block& block, const WindowPart& part) {
  for (Incoming& incoming : block.incoming()) {
    const SpikeLog& log = logs_[network_.projection(incoming.shard->projection).source.index];
    block.read_spikes(incoming, log.spikes, log.first);
    if (incoming.plasticity && part.opens) incoming.plasticity->settle(part.begin);
  }
  block.run(part);
}

void Simulation::collect(PopulationId population) {
  merged_.clear();
  for (const std::uint32_t b : blocks_of_[population.index]) {
    std::vector<Spike>& spikes = blocks_[b]->spikes();
    merged_.insert(merged_.end(), spikes.begin(), spikes.end());
    spikes.clear();
  }
  if (merged_.empty()) return;
  if (blocks_of_[population.index].size() > 1) std::sort(merged_.begin(), merged_.end());
  if (spike_grid_.ticks > 0) round_merged();
  for (std::size_t p = 0; p < sent_.size(); ++p) {
    const Projection& projection = network_.projections()[p];
    if (projection.source != population) continue;
    for (const Spike& spike : merged_)
      if (spike.neuron >= projection.sources.first && spike.neuron < projection.sources.end())
        sent_[p] += out_degree_[p][spike.neuron - projection.sources.first];
  }
  if (!network_.shards_from(population).empty()) {
    SpikeLog& log = logs_[population.index];
    log.spikes.insert(log.spikes.end(), merged_.begin(), merged_.end());
  }
  for (Observer* const observer : observers_) observer->on_spikes(population, merged_);
}

// Upwards, so that no spike leaves before it is fired and nothing arrives in a part of a window that is over.
void Simulation::round_merged() {
  const std::int64_t grid = spike_grid_.ticks;
  for (Spike& spike : merged_) {
    const std::int64_t beyond = spike.time.ticks % grid;
    if (beyond != 0) spike.time = spike.time + Delay{grid - beyond};
  }
  std::sort(merged_.begin(), merged_.end());
}

void Simulation::forget_read_spikes() {
  for (SpikeLog& log : logs_) {
    const auto read = static_cast<std::ptrdiff_t>(log.known - log.first);
    if (read == 0) continue;
    log.spikes.erase(log.spikes.begin(), log.spikes.begin() + read);
    log.first = log.known;
  }
}

// A lower bound of the next instant at which anything happens, so that silence costs nothing.
Time Simulation::next_event() const {
  for (const SpikeLog& log : logs_)
    if (!log.spikes.empty()) return now_;
  Time earliest = Time::never();
  for (const auto& block : blocks_) {
    earliest = std::min(earliest, block->next_event());
    if (earliest <= now_) break;
  }
  return earliest;
}

void Simulation::restart(std::uint64_t trial) {
  if (trial >= std::uint64_t{1} << 36)
    throw Error(ErrorKind::usage, fmt::format("trial {} is outside the allowed range [0, 2^36)", trial));
  for (std::uint32_t p = 0; p < sent_.size(); ++p) sent_[p] -= std::min(sent_[p], in_flight({p}));  // dropped
  for (const auto& block : blocks_) {
    forget_pairs(*block, [](const Incoming& incoming) { return incoming.changes; }, Time{});
    block->restart(now_, trial);
  }
  for (SpikeLog& log : logs_) log = {};
  for (std::size_t m = 0; m < multimeters_.size(); ++m) restart_samplers(multimeters_[m]);
  now_ = {};
}

void Simulation::freeze_plasticity(bool frozen) {
  for (const auto& block : blocks_) {
    if (block->plasticity_frozen() == frozen) continue;
    forget_pairs(*block, [](const Incoming& incoming) { return incoming.plasticity->learns(); }, now_);
    block->freeze_plasticity(frozen);
  }
}

// The weights as they stand at the synapses now. Spikes that left their sources in the last part of a run and have
// not been read by the block may have arrived already, so they are read first. Frozen weights are those of the freezing.
auto Simulation::plastic_weights(Block& block, Incoming& incoming) const -> PlasticWeights {
  const SpikeLog& log = logs_[network_.projection(incoming.shard->projection).source.index];
  block.read_spikes(incoming, log.spikes, log.first);
  PlasticWeights now{std::vector<float>(incoming.shard->synapse_count()), {}};
  if (incoming.changes)
    now.made = incoming.plasticity->weights_at(now_, now.weights);
  else
    std::copy_n(incoming.plasticity->weights(), now.weights.size(), now.weights.begin());
  return now;
}

// Keeps the plastic weights as they stand now and starts the traces of those that match anew, at `from`.
template <class Match>
void Simulation::forget_pairs(Block& block, Match match, Time from) {
  for (Incoming& incoming : block.incoming()) {
    if (!incoming.plasticity || !match(incoming)) continue;
    const PlasticWeights now = plastic_weights(block, incoming);
    incoming.plasticity->restart(now.weights, from, now.made);
  }
}

void Simulation::freeze_adaptation(bool frozen) {
  for (const auto& block : blocks_) block->freeze_adaptation(frozen, now_);
}

template <class Archive>
void Simulation::serialize(Archive& archive) {
  archive(now_, sent_);
  for (SpikeLog& log : logs_) archive(log.spikes, log.first);
}

std::vector<std::byte> Simulation::save_state() {
  StateWriter writer;
  serialize(writer);
  for (const auto& block : blocks_) block->save(writer);
  return writer.take();
}

void Simulation::load_state(std::span<const std::byte> bytes) {
  StateReader reader(bytes);
  serialize(reader);
  for (const auto& block : blocks_) block->load(reader);
  if (!reader.at_end()) throw Error(ErrorKind::input, "the saved state belongs to another network");
}

}  // namespace synop
