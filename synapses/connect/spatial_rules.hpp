#pragma once

#include "synop/synapses/connect/neighbourhood.hpp"

namespace synop {

// The rules pairwise_bernoulli, fixed_indegree and fixed_outdegree between populations with positions. Mask and
// probability are around the target, with displacements that lead from it to the source; of fixed_outdegree around the
// source, with displacements that lead from it to the target. Only neurons within the mask and the reach of the
// probability are looked at, cell by cell.

// Every pair within the mask is connected with the probability of its distance. Within a cell candidates are drawn with
// the largest probability that any pair of it has, by geometric steps, and kept in proportion: the work is per synapse
// and cell.
class SpatialBernoulli final : public ConnectionRule {
 public:
  explicit SpatialBernoulli(const Neighbourhood& near, bool allow_autapses = true)
      : pool_(near, Pool::Role::sources), allow_autapses_(allow_autapses) {}

  std::string_view name() const override { return "pairwise_bernoulli"; }
  void check(const ConnectionContext&) const override {}
  void prepare(const ConnectionContext& context) override;
  double expected_synapses(const ConnectionContext&) const override { return expected_; }
  void sources_of(const ConnectionContext& context, std::uint32_t target,
                  std::vector<std::uint32_t>& sources) const override;

 private:
  Pool pool_;
  bool allow_autapses_;
  double expected_ = 0.0;
};

// Draws `degree` partners for a driver, each in proportion to its probability: with replacement if multapses are
// allowed, else one after the other among those that are left. Throws Error(model) where there are too few.
class SpatialDegree {
 public:
  SpatialDegree(const Neighbourhood& near, Pool::Role role, std::uint32_t degree, bool allow_autapses,
                bool allow_multapses)
      : pool_(near, role), degree_(degree), allow_autapses_(allow_autapses), allow_multapses_(allow_multapses) {}

  void prepare(const ConnectionContext& context, const char* rule) { pool_.prepare(context, rule); }
  std::uint32_t degree() const { return degree_; }
  void draw(const ConnectionContext& context, std::uint32_t driver, const char* rule,
            std::vector<std::uint32_t>& partners) const;

 private:
  struct Candidate {
    double weight;  // its probability; then the sum up to it, or the time at which it is drawn
    std::uint32_t partner;
  };
  std::vector<Candidate> candidates_of(const ConnectionContext& context, std::uint32_t driver) const;

  Pool pool_;
  std::uint32_t degree_;
  bool allow_autapses_;
  bool allow_multapses_;
};

class SpatialIndegree final : public ConnectionRule {
 public:
  SpatialIndegree(const Neighbourhood& near, std::uint32_t indegree, bool allow_autapses = true,
                  bool allow_multapses = true)
      : degree_(near, Pool::Role::sources, indegree, allow_autapses, allow_multapses) {}

  std::string_view name() const override { return "fixed_indegree"; }
  void check(const ConnectionContext&) const override {}
  void prepare(const ConnectionContext& context) override { degree_.prepare(context, "fixed_indegree"); }
  double expected_synapses(const ConnectionContext& context) const override {
    return static_cast<double>(degree_.degree()) * context.targets;
  }
  void sources_of(const ConnectionContext& context, std::uint32_t target,
                  std::vector<std::uint32_t>& sources) const override {
    degree_.draw(context, target, "fixed_indegree", sources);
  }
  std::optional<std::uint64_t> list_position(const ConnectionContext&, std::uint32_t target,
                                             std::uint32_t k) const override {
    return std::uint64_t{target} * degree_.degree() + k;
  }

 private:
  SpatialDegree degree_;
};

class SpatialOutdegree final : public BlockwiseRule {
 public:
  SpatialOutdegree(const Neighbourhood& near, std::uint32_t outdegree, bool allow_autapses = true,
                   bool allow_multapses = true)
      : degree_(near, Pool::Role::targets, outdegree, allow_autapses, allow_multapses) {}

  std::string_view name() const override { return "fixed_outdegree"; }
  void check(const ConnectionContext&) const override {}
  void prepare(const ConnectionContext& context) override { degree_.prepare(context, "fixed_outdegree"); }
  double expected_synapses(const ConnectionContext& context) const override {
    return static_cast<double>(degree_.degree()) * context.sources;
  }
  void pairs_of(const ConnectionContext& context, std::uint32_t first, std::uint32_t end,
                const PairSink& sink) const override;

 private:
  SpatialDegree degree_;
};

}  // namespace synop
