#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synop/core/break_even.hpp"
#include "synop/core/energy.hpp"
#include "synop/core/energy_comparison.hpp"
#include "synop/io/energy/carbon.hpp"
#include "synop/io/energy/equivalents.hpp"
#include "synop/io/energy/views/views.hpp"

namespace synop {

struct EnergyOptions {
  std::vector<PriceTable> tables;
  Code code;
  double tolerance = 0.01;           // of accuracies that count as equal
  std::vector<AnnResult> anns;       // beside those of the result
  std::vector<EnergyResult> others;  // other spiking networks that did the same job
  std::optional<Grid> grid;
  Pue pue;
};

// What one network costs per inference, and in training.
struct Cost {
  std::optional<double> joules;  // empty: refused
  std::string refusal;
  std::vector<UncoveredCount> uncovered;
  std::optional<double> training_joules;  // of the whole training; empty: not known, or refused ...
  std::string training_refusal;           // ... because of this
  std::map<Operation, double> shares;     // of `joules`, by class of operation
};

// How the ratio answers to one price: d ln(ratio) / d ln(price).
struct Sensitivity {
  Operation operation;
  double elasticity = 0.0;
  double ratio_if_doubled = 0.0;
};

struct LifeCycle {
  std::optional<double> inferences;  // until what training cost more is repaid; empty: never, or not known
  std::string text;
};

// The spiking network against one other, by one table and way to charge memory.
struct Contest {
  std::size_t opponent = 0;  // index in EnergyAccount::opponents
  Cost cost;
  std::optional<double> ratio;  // spiking / other
  Verdict verdict = Verdict::undecided;
  std::vector<Sensitivity> sensitivities;  // the two prices that matter most
  LifeCycle life;
};

struct TableAccount {
  PriceTable table;
  Traffic traffic = Traffic::none;
  bool memory_included = false;  // the table's prices contain it
  Cost spiking;
  std::optional<double> break_even;  // S* against (a), dense and feed-forward
  std::string no_break_even;         // why there is none
  std::vector<Contest> contests;
  std::optional<std::size_t> decisive;  // the opponent that the verdict is about, see EnergyAccount::verdicts
};

struct Span {
  double low = 0.0, high = 0.0;
};

// Over the tables of one process node; nodes are never mixed.
struct NodeSummary {
  double node_nm = 0.0;
  Traffic traffic = Traffic::none;
  std::size_t opponent = 0;
  std::vector<std::string> tables;
  std::vector<Evidence> evidence;
  Span spiking, other, ratio;
  std::string verdict;  // "spiking wins", ..., or "depends on the table"
};

struct ThresholdStanding {
  Threshold threshold;
  Standing standing = Standing::marginal;
};

struct Opponent {
  std::string kind;  // "same topology", ..., "spiking"
  std::string name;
  std::string remark;
  std::optional<double> accuracy;
  std::optional<double> int8_accuracy;  // with weights of 8 bits
  std::uint64_t macs = 0;               // per inference
};

struct EnergyAccount {
  EnergyResult result;
  EnergyOptions options;
  double spikes_per_synapse = 0.0;   // S
  double steps = 0.0;                // T per inference
  double activation_sparsity = 0.0;  // 1 - spikes / (neurons x steps)
  double connection_sparsity = 0.0;  // 1 - synapses other than zero / all pairs
  unsigned bits = 0;                 // of the bit-matched network
  std::vector<View> views;
  std::vector<Opponent> opponents;
  std::vector<TableAccount> tables;
  std::vector<NodeSummary> summaries;
  std::vector<ThresholdStanding> thresholds;
  // One sentence per process node and way to charge memory: against the cheapest network of equal accuracy if there is
  // one, else the cheapest bit-matched one, else the cheapest of the same topology.
  std::vector<std::string> verdicts;
  std::vector<std::string> remarks;  // what is missing, and why
};

// Prices a result. Error(input) when an opponent did another job; Error(model) for an accuracy out of range.
EnergyAccount energy_account(EnergyResult result, EnergyOptions options);

// The tables taken where the user names none.
std::vector<PriceTable> default_tables();

}  // namespace synop
