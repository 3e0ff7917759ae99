#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/experiment/check_data_file.hpp"
#include "synop/io/experiment/detail/sections.hpp"
#include "synop/io/nir/nir_experiment.hpp"

namespace synop::detail {

namespace {

constexpr Range above_nothing{.low = 0.0, .high = time_span.high, .low_open = true};

// One list of times for each neuron of the Input.
std::vector<std::vector<Time>> read_trains(const Value& value) {
  std::vector<std::vector<Time>> trains;
  const auto items = value.items(0, "an array of arrays of times, one for each neuron of the Input");
  if (!items) return trains;
  for (const Value& item : *items) {
    const auto times = item.items(0, "an array of times, for example [1.0, \"2.5 ms\"]");
    if (!times) return trains;
    trains.emplace_back();
    for (const Value& time : *times) {
      const std::optional<Time> t = time.time();
      if (!t) return trains;
      if (!trains.back().empty() && *t < trains.back().back())
        time.report(fmt::format("value {} ms comes before the one ahead of it; allowed: sorted times", t->ms()));
      trains.back().push_back(*t);
    }
  }
  return trains;
}

void read_options(TableReader& table, nir::Options& options) {
  table.choice<nir::Mode>(table.required("mode"), options.mode,
                          {{"exact", nir::Mode::exact}, {"clocked", nir::Mode::clocked}});
  table.choice<nir::SpikeMeaning>(table.required("spike"), options.spike,
                                  {{"pulse", nir::SpikeMeaning::pulse}, {"delta", nir::SpikeMeaning::delta}});
  table.choice<nir::Reset>("reset", options.reset,
                           {{"value", nir::Reset::to_value}, {"subtract", nir::Reset::by_subtraction}});
  table.choice<nir::CubaCurrent>("current", options.current,
                                 {{"previous", nir::CubaCurrent::previous}, {"updated", nir::CubaCurrent::updated}});
  table.delay("dt", options.dt, above_nothing);
  table.delay("spike_area", options.spike_area, above_nothing);
  if (options.spike == nir::SpikeMeaning::pulse)
    table.refuse("spike_area", "this key has no effect on pulses, whose area is dt");
  Delay recurrent;
  if (table.delay("recurrent_delay", recurrent, above_nothing)) options.recurrent_delay = recurrent;
  if (options.mode == nir::Mode::clocked)
    table.refuse("recurrent_delay",
                 "this key has no effect with mode = \"clocked\", where such an edge takes one step");
  if (options.mode == nir::Mode::exact) table.refuse("current", "this key has no effect with mode = \"exact\"");
}

void read_input(TableReader& table, const ReadContext& context, NirSection& nir) {
  int given = 0;
  for (const std::string_view key : {"spike_file", "spike_times", "rate"}) given += table.has(key) ? 1 : 0;
  if (given > 1) table.report("spike_file", "at most one of the keys spike_file, spike_times and rate may be given");
  read_path(table, "spike_file", context, nir.spike_file);
  if (const auto times = table.find("spike_times")) nir.spike_times = read_trains(*times);
  table.quantity("rate", nir.rate, "Hz", Range{.low = 0.0, .high = 1e9});
}

}  // namespace

void read_nir(const Value& value, ReadContext& context) {
  TableReader table(value);
  NirSection nir;
  nir.where = table.where();
  read_path(table, table.required("file"), context, nir.file);
  read_options(table, nir.options);
  read_input(table, context, nir);
  table.finish();
  table.log().throw_if_any();  // the network is only asked for when it is clear which
  try {
    check_options(nir.options);
  } catch (const Error& error) {
    value.report(error.what());
  }
  table.log().throw_if_any();
  check_data_file(nir.where.at("file"), nir.file);
  add_nir(nir, context.experiment);
  context.experiment.nir = std::move(nir);
}

}  // namespace synop::detail
