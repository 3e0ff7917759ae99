#include "synop/io/energy/account_file.hpp"

#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "synop/io/energy/account_json.hpp"
#include "synop/io/energy/detail/ledger_json.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"
#include "synop/io/hdf5/detail/dataset.hpp"
#include "synop/io/hdf5/detail/result_file.hpp"
#include "synop/io/version.hpp"

namespace synop {

namespace {

using Json = nlohmann::ordered_json;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

// Names of rows: attributes name_0, name_1, ... of the group.
void write_names(const hdf5::Object& group, const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) hdf5::write_attribute(group, fmt::format("name_{}", i), names[i]);
}

// Every count of the rows of a ledger as a column.
void write_counts(const hdf5::Object& parent, const std::string& name, const Json& rows) {
  const hdf5::Object group = hdf5::create_group(parent, name);
  std::vector<std::string> names;
  for (const Json& row : rows) names.push_back(row.at("name").get<std::string>());
  write_names(group, names);
  if (rows.empty()) return;
  for (const auto& [key, value] : rows.at(0).items()) {
    if (!value.is_number()) continue;
    std::vector<std::uint64_t> column;
    for (const Json& row : rows) column.push_back(row.at(key).get<std::uint64_t>());
    hdf5::create_array(group, key, std::span<const std::uint64_t>(column));
  }
}

struct EnergyColumns {
  std::vector<std::uint32_t> table, memory, opponent;
  std::vector<double> spiking, other, ratio, break_even;

  void add(std::size_t t, const TableAccount& account, const Contest& c) {
    table.push_back(static_cast<std::uint32_t>(t));
    memory.push_back(static_cast<std::uint32_t>(account.traffic));
    opponent.push_back(static_cast<std::uint32_t>(c.opponent));
    spiking.push_back(account.spiking.joules.value_or(nothing));
    other.push_back(c.cost.joules.value_or(nothing));
    ratio.push_back(c.ratio.value_or(nothing));
    break_even.push_back(account.break_even.value_or(nothing));
  }
};

void write_energy(const hdf5::Object& root, const EnergyAccount& account) {
  const hdf5::Object group = hdf5::create_group(root, "energy");
  std::vector<std::string> names;
  EnergyColumns columns;
  for (const TableAccount& t : account.tables) {
    if (names.empty() || names.back() != t.table.name) names.push_back(t.table.name);
    for (const Contest& c : t.contests) columns.add(names.size() - 1, t, c);
  }
  write_names(group, names);
  const hdf5::Object opponents = hdf5::create_group(root, "opponents");
  names.clear();
  for (const Opponent& opponent : account.opponents) names.push_back(opponent.kind + ": " + opponent.name);
  write_names(opponents, names);
  for (const auto& [name, column] :
       {std::pair{"table", &columns.table}, {"memory", &columns.memory}, {"opponent", &columns.opponent}})
    hdf5::create_array(group, name, std::span<const std::uint32_t>(*column));
  for (const auto& [name, column] : {std::pair{"modelled_joules_spiking", &columns.spiking},
                                     {"modelled_joules_other", &columns.other},
                                     {"ratio", &columns.ratio},
                                     {"break_even", &columns.break_even}})
    hdf5::create_array(group, name, std::span<const double>(*column));
}

void write_measured(const hdf5::Object& root, const MeasuredEnergy& m) {
  const hdf5::Object group = hdf5::create_group(root, "measured");
  hdf5::write_attribute(group, "joules", m.joules.value_or(nothing));
  hdf5::write_attribute(group, "dram_joules", m.dram_joules.value_or(nothing));
  hdf5::write_attribute(group, "seconds", m.seconds);
  hdf5::write_attribute(group, "synaptic_events", m.synaptic_events);
  hdf5::write_attribute(group, "microjoules_per_synaptic_event", m.microjoules_per_event().value_or(nothing));
  hdf5::write_attribute(group, "domains", fmt::format("{}", fmt::join(m.domains, ", ")));
  hdf5::write_attribute(group, "not_measured", m.not_measured);
  const hdf5::Object published = hdf5::create_group(root, "published_simulations");
  std::vector<std::string> names;
  std::vector<double> factors, each;
  for (const PublishedSimulation& row : published_simulations()) {
    names.push_back(fmt::format("{}: {}", row.study, row.platform));
    factors.push_back(row.real_time_factor);
    each.push_back(row.microjoules_per_event);
  }
  write_names(published, names);
  hdf5::create_array(published, "real_time_factor", std::span<const double>(factors));
  hdf5::create_array(published, "microjoules_per_synaptic_event", std::span<const double>(each));
}

}  // namespace

void write_account_file(const EnergyAccount& account, const std::filesystem::path& path,
                        const std::string& command_line) {
  hdf5::ResultFile file(path, {.experiment_text = "",
                               .command_line = command_line,
                               .version = std::string(version()),
                               .start = Time{},
                               .stop = Time{} + account.result.ledger.simulated});
  {
    const hdf5::Object& root = file.root();
    hdf5::write_attribute(root, "schema", "synop.energy");
    hdf5::write_attribute(root, "schema_version", std::uint64_t{energy_schema_version});
    const Json ledger = detail::ledger_json(account.result.ledger);
    const hdf5::Object group = hdf5::create_group(root, "ledger");
    hdf5::write_attribute(group, "inferences", account.result.ledger.inferences);
    write_counts(group, "populations", ledger.at("populations"));
    write_counts(group, "projections", ledger.at("projections"));
    write_energy(root, account);
    write_measured(root, account.result.measured);
  }
  file.finish({}, {});
}

}  // namespace synop
