#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/sonata/detail/config_sections.hpp"

namespace synop::sonata {

namespace {

constexpr double pA_per_nA = 1000.0;

void read_current(const JsonObject& input, SonataInput& out, std::vector<std::string>& assumptions) {
  const std::string module = input.text("module").value_or("IClamp");
  if (module != "IClamp")
    input.refuse("module", fmt::format("'{}' is not a module of current_clamp; allowed: IClamp", module));
  const auto amp = input.number("amp");
  if (!amp) input.refuse("amp", "this key is missing: the current in nA");
  const auto duration = input.number("duration");
  if (!duration) input.refuse("duration", "this key is missing: how long the current flows, in ms");
  const auto delay = input.number("delay");
  if (!delay) input.refuse("delay", "this key is missing: when the current begins, in ms");
  out.amplitude_pA = *amp * pA_per_nA;
  out.start = time_of(input, "delay", *delay);
  out.stop = out.start + (time_of(input, "duration", *duration) - Time{});
  assumptions.push_back(fmt::format("input '{}': amp = {} is taken in nA, as SONATA defines it: {} pA", out.name,
                                            *amp, out.amplitude_pA));
}

SonataInput read_input(const ConfigFile& file, const JsonObject& input, const std::string& name,
                       std::vector<std::string>& assumptions) {
  SonataInput result;
  result.name = name;
  result.where = input.where();
  const std::string type = input.required_text("input_type");
  result.node_set = node_set_of(input, "node_set");
  if (type == "current_clamp") {
    result.kind = SonataInput::Kind::current_clamp;
    read_current(input, result, assumptions);
    return result;
  }
  constexpr std::string_view types[] = {"spikes", "current_clamp"};
  if (type != "spikes")
    input.refuse("input_type", fmt::format("'{}' is not supported{}", type, did_you_mean(type, types)));
  constexpr std::string_view modules[] = {"h5", "hdf5", "sonata", "csv", "nwb"};
  const std::string module = input.required_text("module");
  if (std::find(std::begin(modules), std::end(modules), module) == std::end(modules))
    input.refuse("module", fmt::format("'{}' is not supported{}", module, did_you_mean(module, modules)));
  result.csv = module == "csv";
  result.file = existing(input, "input_file", file.manifest, input.required_text("input_file"));
  return result;
}

}  // namespace

void read_inputs(const ConfigFile& file, SonataConfig& config, std::vector<std::string>& unread) {
  const auto inputs = file.object.object("inputs");
  if (!inputs) return;
  for (const auto& item : inputs->json().items()) {
    const JsonObject input = *inputs->object(item.key());
    const bool enabled = input.flag("enabled").value_or(true);
    if (!enabled) {
      config.assumptions.push_back(fmt::format("input '{}' is left out, as its 'enabled': false says", item.key()));
      continue;
    }
    config.inputs.push_back(read_input(file, input, item.key(), config.assumptions));
    note_unread(input, unread);
  }
}

}  // namespace synop::sonata
