#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "synop/io/experiment/detail/table_reader.hpp"
#include "synop/io/experiment/experiment.hpp"

namespace synop::detail {

// What the readers of sections share. Sections are read in the order populations, projections, the rest, whatever
// their order in the file, because later ones refer to earlier ones.
struct ReadContext {
  const Catalogue& catalogue;
  std::filesystem::path folder;  // relative paths of data files start here
  Experiment& experiment;
};

// One array of tables each, whose elements are appended to the experiment.
void read_populations(const Value& array, ReadContext& context);
void read_projections(const Value& array, ReadContext& context);
void read_stimuli(const Value& array, ReadContext& context);
void read_rewards(const Value& array, ReadContext& context);
void read_recorders(const Value& array, ReadContext& context);
void read_task(const Value& table, ReadContext& context);
// Before all others: what it names is there for them.
void read_nir(const Value& table, ReadContext& context);

// Shared by them.

// Letters, digits, _, - and the characters of `also`, at least one.
bool is_name(std::string_view text, std::string_view also = "");
// The names of an array's elements, after reporting malformed and duplicate ones.
std::vector<std::string> checked_names(std::string_view section, const Value& array);
// The values given for the model's parameters, in the model's units.
void read_parameters(TableReader& table, const ModelEntry& model, std::vector<NamedValue>& out);
// The same for a key `params` that holds a table.
void read_parameter_table(TableReader& table, const ModelEntry& model, std::vector<NamedValue>& out);
// The same for a population, whose neurons may differ in some parameters.
void read_neuron_parameters(TableReader& table, const ModelEntry& model, PopulationSection& population);
// "exc" or "exc[0:100]". False, after reporting, when it cannot be resolved.
bool read_slice(TableReader& table, std::string_view key, const ReadContext& context, PopulationSlice& out);
// The index of the population or projection that is named.
bool read_population_name(TableReader& table, std::string_view key, const ReadContext& context, std::uint32_t& out);
bool read_projection_name(TableReader& table, std::string_view key, const ReadContext& context, std::uint32_t& out);
// One integer for both axes, or [rows, columns], in [limits.first, limits.second]; true if the key is not there.
bool read_pair(TableReader& table, std::string_view key, std::pair<std::int64_t, std::int64_t> limits, std::uint32_t& rows,
               std::uint32_t& columns);
// A path, resolved against the experiment's folder.
bool read_path(TableReader& table, std::string_view key, const ReadContext& context, std::filesystem::path& out);
// The unit of weights onto the target; reports, and gives nothing, when the target is a source of spikes.
std::optional<std::string> weight_unit(TableReader& table, const PopulationSlice& target, const ReadContext& context);

// The key `positions` of a population.
void read_positions(TableReader& table, const ReadContext& context, PopulationSection& population);
// { gaussian = {..} } and the like; with `cutoff` it is a probability. False after reporting.
bool read_distance_function(const Value& value, std::string_view unit, double* cutoff, DistanceFunction& out);
// The key `mask` of a projection. False when it is not given, or after reporting.
bool read_mask(TableReader& table, Mask& out);

// The rule of a projection and its keys; source and target are null when they could not be read. False after reporting.
bool read_connection_rule(TableReader& table, const ReadContext& context, const PopulationSlice* source,
                          const PopulationSlice* target, ConnectionRuleSection& out);
// The table `convolution` of a rule, and whether it joins these neurons. False after reporting.
bool read_convolution(TableReader& table, const PopulationSlice* source, const PopulationSlice* target,
                      ConvolutionShape& shape);
// How many weights the rule takes (synapses, or elements of a kernel), where that is not left to chance or to a file.
std::optional<std::uint64_t> synapse_count(const ConnectionRuleSection& rule, const PopulationSlice& source,
                                           const PopulationSlice& target);

}  // namespace synop::detail
