#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/bad_experiment.hpp"

namespace synop {
namespace {

using namespace test;

// The text that gives one parameter of one model.
std::string with_parameter(const ModelEntry& model, std::string_view name, const std::string& value) {
  const std::string setting = fmt::format("{} = {}", name, value);
  switch (model.kind) {
    case ModelKind::neuron:
    case ModelKind::source:
      return fmt::format("{}[[population]]\nname = \"p\"\nmodel = \"{}\"\nsize = 1\nparams = {{ {} }}\n", simulation,
                         model.name, setting);
    case ModelKind::synapse:
      return fmt::format(
          "{}{}[[projection]]\nsource = \"exc\"\ntarget = \"exc\"\nrule = \"all_to_all\"\nsynapse = \"{}\"\n"
          "params = {{ {} }}\n",
          simulation, exc_population, model.name, setting);
    default:
      return fmt::format("{}{}[[stimulus]]\nmodel = \"{}\"\ntarget = \"exc\"\n{}\n", simulation, exc_population,
                         model.name, setting);
  }
}

std::vector<std::string> bad_values(const ParameterInfo& info) {
  std::vector<std::string> values = {
      "nan",           "inf",  "-inf", "\"nan\"", "\"inf\"",
      "\"1 furlong\"", "true", "[1]",  "\"\"",    info.unit == "ms" ? "\"1 mV\"" : "\"1 ms\""};
  const Range& range = info.range;
  if (std::isfinite(range.low)) values.push_back(fmt::format("{}", range.low_open ? range.low : range.low - 1.0));
  if (std::isfinite(range.high)) values.push_back(fmt::format("{}", range.high_open ? range.high : range.high + 1.0));
  return values;
}

TEST(ParameterErrors, RefuseEveryBadValueOfEveryParameterOfEveryModelByName) {
  int tried = 0;
  for (const ModelEntry& model : fake_catalogue().models)
    for (const ParameterDefault& parameter : model.parameters)
      for (const std::string& value : bad_values(parameter.info)) {
        const std::string error = error_of(with_parameter(model, parameter.info.name, value));
        EXPECT_NE(error.find(fmt::format("{}'", parameter.info.name)), std::string::npos)
            << model.name << " " << parameter.info.name << " = " << value << ": " << error;
        EXPECT_EQ(error.find('\n'), std::string::npos) << error;
        ++tried;
      }
  EXPECT_GT(tried, 150);
}

TEST(ParameterErrors, AcceptTheDefaultOfEveryParameterOfEveryModel) {
  for (const ModelEntry& model : fake_catalogue().models)
    for (const ParameterDefault& parameter : model.parameters)
      EXPECT_EQ(error_of(with_parameter(model, parameter.info.name,
                                        parameter.info.unit.empty()
                                            ? fmt::format("{}", parameter.default_value)
                                            : fmt::format("\"{} {}\"", parameter.default_value, parameter.info.unit))),
                "no error")
          << model.name << " " << parameter.info.name;
}

}  // namespace
}  // namespace synop
