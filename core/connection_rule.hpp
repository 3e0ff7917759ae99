#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "synop/core/positions.hpp"

namespace synop {

// What a rule connects: `sources` x `targets` neurons, counted from 0 within the slices of the projection.
struct ConnectionContext {
  std::uint32_t sources = 0;
  std::uint32_t targets = 0;
  std::uint64_t seed = 0;
  std::uint32_t projection = 0;  // numbers the projections of a network
  // Source i and target i + autapse_shift are the same neuron (a projection within one population).
  bool same_population = false;
  std::int64_t autapse_shift = 0;
  // Where the neurons of the two populations are (null: they have no positions), and the first ones of the slices.
  const Positions* source_positions = nullptr;
  const Positions* target_positions = nullptr;
  std::uint32_t source_first = 0;
  std::uint32_t target_first = 0;

  const Point& source_place(std::uint32_t source) const { return source_positions->points[source_first + source]; }
  const Point& target_place(std::uint32_t target) const { return target_positions->points[target_first + target]; }
  double distance(std::uint32_t source, std::uint32_t target) const {
    return length(source_positions->displacement(source_place(source), target_place(target)));
  }

  bool is_autapse(std::uint32_t source, std::uint32_t target) const {
    return same_population && static_cast<std::int64_t>(source) + autapse_shift == static_cast<std::int64_t>(target);
  }
  // Whether the target is one of the sources.
  bool has_autapse(std::uint32_t target) const {
    const std::int64_t source = static_cast<std::int64_t>(target) - autapse_shift;
    return same_population && source >= 0 && source < static_cast<std::int64_t>(sources);
  }
  // Whether any target is one of the sources.
  bool has_autapses() const { return autapses_before(targets) > 0; }
  // How many of the targets [0, end) are among the sources.
  std::uint64_t autapses_before(std::uint32_t end) const {
    if (!same_population) return 0;
    const std::int64_t low = std::max<std::int64_t>(0, autapse_shift);
    const std::int64_t high = std::min<std::int64_t>(end, autapse_shift + std::int64_t{sources});
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, high - low));
  }
  // Takes the source itself out of its ascending targets, if it is among them.
  void remove_autapse(std::uint32_t source, std::vector<std::uint32_t>& row) const {
    const std::int64_t itself = std::int64_t{source} + autapse_shift;
    if (!same_population || itself < 0 || itself >= std::int64_t{targets}) return;
    const auto at = std::lower_bound(row.begin(), row.end(), static_cast<std::uint32_t>(itself));
    if (at != row.end() && *at == static_cast<std::uint32_t>(itself)) row.erase(at);
  }
};

// A connection rule says, for every target, which sources it has. It is a pure function of the context and the
// target, so synapses are generated in parallel and twice (count, then fill) without being held in between.
class ConnectionRule {
 public:
  virtual ~ConnectionRule() = default;
  virtual std::string_view name() const = 0;
  // Throws Error(model) when the rule cannot be kept between these neurons.
  virtual void check(const ConnectionContext& context) const = 0;
  // Called once, after check(), before everything else: what takes time and does not depend on a target.
  virtual void prepare(const ConnectionContext&) {}
  virtual double expected_synapses(const ConnectionContext& context) const = 0;
  // Replaces `sources` by the sources of `target`; the k-th is the target's synapse k. Repeated sources are multapses.
  virtual void sources_of(const ConnectionContext& context, std::uint32_t target,
                          std::vector<std::uint32_t>& sources) const = 0;
  // The position of a target's synapse k in a list of values per synapse; nullopt if the rule has no such order.
  virtual std::optional<std::uint64_t> list_position(const ConnectionContext&, std::uint32_t /*target*/,
                                                     std::uint32_t /*k*/) const {
    return std::nullopt;
  }

  // Whether the rule can also say which targets a source has, which procedural synapses need.
  virtual bool has_rows() const { return false; }
  // Weights that several synapses share and that are kept once; 0 if every synapse has its own. Sources that are summed
  // before they are weighted, as a pooling does.
  virtual std::uint64_t shared_weights() const { return 0; }
  virtual std::uint64_t pooled_sources() const { return 1; }
  // Replaces `targets` by those of `source` among the targets [first, end), ascending; multapses repeat. A pure function of
  // the arguments; it may depend on `first`, where a block of targets begins, so that each block is generated alone.
  // The synapses need not be those of sources_of(): they are another realisation with the same distribution.
  virtual void targets_of(const ConnectionContext&, std::uint32_t /*source*/, std::uint32_t /*first*/,
                          std::uint32_t /*end*/, std::vector<std::uint32_t>& targets) const {
    targets.clear();
  }

  // Whether the rule also knows the weight of every synapse, given by weighted_row(). Such synapses are always procedural.
  virtual bool has_weights() const { return false; }
  struct RowRequest {
    std::uint32_t source = 0;
    bool inhibitory = false;  // synapses of this sign: below 0, or not
    std::uint32_t first = 0;  // among the targets [first, end)
    std::uint32_t end = 0;
    std::uint32_t shift = 0;  // added to every target, modulo 2^32
  };
  struct RowBuffer {
    std::vector<std::uint32_t> targets;
    std::vector<double> weights;
  };
  struct WeightedRow {  // valid until the buffer is used again
    std::span<const std::uint32_t> targets;  // ascending
    const double* weights = nullptr;         // as many
  };
  virtual std::uint64_t bytes() const { return 0; }  // of what it keeps
  virtual WeightedRow weighted_row(const ConnectionContext&, const RowRequest&, RowBuffer&) const { return {}; }

  // Whether the draws belong to no single target, so that those of many targets are generated together, by pairs_of().
  virtual bool draws_blocks() const { return false; }
  struct Pair {
    std::uint32_t source = 0;
    std::uint32_t target = 0;
  };
  using PairSink = std::function<void(std::span<const Pair>)>;
  // Gives the sink every synapse onto the targets [first, end), in pieces. The sources of a target come in an order that
  // does not depend on the range. Called twice; a pure function of the arguments.
  virtual void pairs_of(const ConnectionContext&, std::uint32_t /*first*/, std::uint32_t /*end*/,
                        const PairSink& /*sink*/) const {}
};

// A rule whose draws belong to no single target: its sources_of() asks for the block of that target alone.
class BlockwiseRule : public ConnectionRule {
 public:
  bool draws_blocks() const final { return true; }
  void sources_of(const ConnectionContext& context, std::uint32_t target,
                  std::vector<std::uint32_t>& sources) const final {
    sources.clear();
    pairs_of(context, target, target + 1, [&](std::span<const Pair> pairs) {
      for (const Pair& pair : pairs) sources.push_back(pair.source);
    });
  }

 protected:
  // Hands pairs to a sink, many at a time.
  class Batch {
   public:
    explicit Batch(const PairSink& sink) : sink_(sink) { pairs_.reserve(most); }
    void add(std::uint32_t source, std::uint32_t target) {
      pairs_.push_back({source, target});
      if (pairs_.size() == most) flush();
    }
    void flush() {
      sink_(pairs_);
      pairs_.clear();
    }

   private:
    static constexpr std::size_t most = 1024;
    const PairSink& sink_;
    std::vector<Pair> pairs_;
  };
};

}  // namespace synop
