#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "synop/core/error.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/plasticity_rules.hpp"
#include "synop/neurons/iaf_cond_exp.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_delta_adaptive.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"
#include "synop/neurons/parrot_neuron.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/poisson_population.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

constexpr double infinity = std::numeric_limits<double>::infinity();

// Setting of a model's parameters in the two ways experiments have: a params table, or keys of the section.
std::string experiment_with(const ModelEntry& model, const std::string& settings) {
  const std::string begin = "[simulation]\nduration = 1\n";
  const std::string exc = "[[population]]\nname = \"exc\"\nmodel = \"iaf_psc_delta\"\nsize = 2\n";
  switch (model.kind) {
    case ModelKind::neuron:
    case ModelKind::source:
      return fmt::format("{}[[population]]\nname = \"p\"\nmodel = \"{}\"\nsize = 1\nparams = {{ {} }}\n", begin,
                         model.name, settings);
    case ModelKind::synapse:
      return fmt::format(
          "{}{}[[projection]]\nsource = \"exc\"\ntarget = \"exc\"\nrule = \"all_to_all\"\nsynapse = \"{}\"\nparams = "
          "{{ {} }}\n",
          begin, exc, model.name, settings);
    default:
      return fmt::format("{}{}[[stimulus]]\nmodel = \"{}\"\ntarget = \"exc\"\n{}\n", begin, exc, model.name, settings);
  }
}

bool has_parameters(const ModelEntry& model) {
  return model.kind == ModelKind::neuron || model.kind == ModelKind::source || model.kind == ModelKind::synapse ||
         model.kind == ModelKind::stimulus;
}

// Values just outside each finite bound of the range.
std::vector<double> just_outside(const Range& range) {
  std::vector<double> values;
  if (std::isfinite(range.low)) values.push_back(range.low_open ? range.low : std::nextafter(range.low, -infinity));
  if (std::isfinite(range.high)) values.push_back(range.high_open ? range.high : std::nextafter(range.high, infinity));
  return values;
}

std::vector<std::string> bad_values(const ParameterInfo& info) {
  std::vector<std::string> values{"nan",         "inf", "-inf", "\"nan\"", info.unit == "ms" ? "\"1 mV\"" : "\"1 ms\"",
                                  "\"1 stone\"", "true"};
  for (const double value : just_outside(info.range)) values.push_back(fmt::format("{:.17e}", value));
  return values;
}

void expect_refused(const ModelEntry& model, const std::string& settings, const std::vector<std::string>& says) {
  const ExperimentFolder folder(experiment_with(model, settings));
  for (const CliCall& refused : {folder.check(), folder.run()}) {
    EXPECT_EQ(refused.code, 3) << model.name << ": " << settings << ": " << refused.err;
    EXPECT_THAT(refused.err, HasSubstr(folder.file() + ":")) << model.name << ": " << settings;
    for (const std::string& part : says) EXPECT_THAT(refused.err, HasSubstr(part)) << model.name << ": " << settings;
  }
  EXPECT_FALSE(std::filesystem::exists(folder.results()));
}

TEST(ModelParameters, RefuseEveryBadValueOfEveryParameterOfEveryModelByItsName) {
  int tried = 0;
  for (const ModelEntry& model : model_catalogue().models) {
    if (!has_parameters(model)) continue;
    for (const ParameterDefault& parameter : model.parameters)
      for (const std::string& value : bad_values(parameter.info)) {
        expect_refused(model, fmt::format("{} = {}", parameter.info.name, value),
                       {fmt::format("{}'", parameter.info.name)});
        ++tried;
      }
  }
  EXPECT_GT(tried, 200);
}

TEST(ModelParameters, AcceptTheirDefaultsWrittenOut) {
  for (const ModelEntry& model : model_catalogue().models) {
    if (!has_parameters(model) || model.name == "spike_generator" || model.name == "spike_train_injector")
      continue;  // they need spikes
    const char* const separator = model.kind == ModelKind::stimulus ? "\n" : ", ";
    std::string settings;
    for (const ParameterDefault& parameter : model.parameters)
      settings += fmt::format("{}{} = {}", settings.empty() ? "" : separator, parameter.info.name, parameter.default_value);
    for (const ParameterInfo& list : model.lists) settings += fmt::format("\n{} = []", list.name);
    const CliCall checked = ExperimentFolder(experiment_with(model, settings)).check();
    EXPECT_EQ(checked.code, 0) << model.name << ": " << checked.err;
  }
}

TEST(ModelParameters, OfACellWithoutUnitsAndWhatItReceivesAreNumbers) {
  const auto experiment = [](const std::string& potential, const std::string& weight, const std::string& stimulus) {
    return fmt::format(
        "[simulation]\nduration = \"50 ms\"\n[[population]]\nname = \"cells\"\nmodel = \"IntFire1\"\nsize = 5\nV_m = {}\n"
        "params = {{ tau = {{ uniform = [\"10 ms\", \"20 ms\"] }} }}\n"
        "[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = \"cells\"\nrate = \"2 kHz\"\nweight = {}\n{}"
        "[[recorder]]\nmodel = \"multimeter\"\nsource = \"cells\"\n",
        potential, weight, stimulus);
  };
  const CliCall run = ExperimentFolder(experiment("{ uniform = [0, 1] }", "0.2", "")).run();
  EXPECT_EQ(run.code, 0) << run.err;
  const auto refusal = [&](const std::string& text) {
    const CliCall refused = ExperimentFolder(text).check();
    EXPECT_EQ(refused.code, 3);
    return refused.err;
  };
  EXPECT_THAT(refusal(experiment("\"1 mV\"", "0.2", "")), HasSubstr("V_m'"));
  EXPECT_THAT(refusal(experiment("0", "\"0.2 mV\"", "")), HasSubstr("weight'"));
  EXPECT_THAT(refusal(experiment("0", "0.2", "[[stimulus]]\nmodel = \"dc_generator\"\ntarget = \"cells\"\namplitude = 1\n")),
              HasSubstr("no membrane"));
}

TEST(ModelParameters, ThatContradictEachOtherAreRefusedWithBothNames) {
  const Catalogue& catalogue = model_catalogue();
  for (const char* name : {"iaf_cond_exp", "iaf_psc_alpha", "iaf_psc_delta", "iaf_psc_delta_adaptive", "iaf_psc_exp", "if_psc_delta"}) {
    const ModelEntry& model = *catalogue.find(ModelKind::neuron, name);
    expect_refused(model, "V_reset = -50, V_th = -55", {name, "V_reset = -50 mV", "V_th = -55"});
    expect_refused(model, "V_reset = -55, V_th = -55", {name, "V_reset = -55 mV", "V_th = -55"});
  }
  const ModelEntry& exponential = *catalogue.find(ModelKind::neuron, "iaf_psc_exp");
  for (const char* tau : {"tau_syn_ex", "tau_syn_in"})
    expect_refused(exponential, fmt::format("tau_m = 10, {} = 10.0005", tau),
                   {tau, "10.0005 ms", "tau_m = 10 ms", "0.01 %"});
  expect_refused(*catalogue.find(ModelKind::synapse, "stdp_synapse"), "Wmax = 0", {"Wmax = 0"});
  expect_refused(*catalogue.find(ModelKind::synapse, "stdp_synapse"), "Wmax = 1e300", {"Wmax = 1e+300"});
}

TEST(ModelParameters, OfSynapsesThatHaveNoEffectAreRefusedOrSaid) {
  const auto checked = [](const std::string& synapse) {
    return ExperimentFolder("[simulation]\nduration = 1\n[[population]]\nname = \"exc\"\nmodel = \"iaf_psc_delta\"\nsize = 2\n"
                            "[[projection]]\nname = \"p\"\nsource = \"exc\"\ntarget = \"exc\"\nrule = \"all_to_all\"\n" +
                            synapse)
        .check();
  };
  const CliCall split = checked("synapse = \"tsodyks2_synapse\"\ndelay_split = \"axonal\"\n");
  EXPECT_EQ(split.code, 3);
  EXPECT_THAT(split.err, testing::AllOf(HasSubstr("delay_split"), HasSubstr("no effect on tsodyks2_synapse")));
  const CliCall short_term = checked("synapse = \"tsodyks2_synapse\"\n");
  EXPECT_EQ(short_term.code, 0) << short_term.err;
  EXPECT_THAT(short_term.out, testing::Not(HasSubstr("dendritic")));
  const CliCall rewarded = checked("synapse = \"stdp_dopamine_synapse\"\n");
  EXPECT_EQ(rewarded.code, 0) << rewarded.err;
  EXPECT_THAT(rewarded.out, testing::AllOf(HasSubstr("projection 'p': no reward is given"), HasSubstr("dendritic")));
}

// What model_from<M>() says to one value, or to several.
template <class M>
std::string refusal(const std::vector<NamedValue>& values) {
  try {
    (void)model_from<M>(values);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    return error.what();
  }
  return "";
}

template <class M>
class ModelInCpp : public testing::Test {};
using AllModels =
    testing::Types<IafCondExp, IafPscDelta, IafPscDeltaAdaptive, IafPscExp, ParrotNeuron, PoissonPopulation, StdpSynapse,
                   StdpNnSymmSynapse, StdpPlSynapseHom, StdpTripletSynapse, VogelsSprekelerSynapse, DiehlCookSynapse,
                   DiehlCookTripletSynapse, StdpDecaySynapse, StdpDopamineSynapse, Tsodyks2Synapse>;
TYPED_TEST_SUITE(ModelInCpp, AllModels);

TYPED_TEST(ModelInCpp, RefusesTheSameValues) {
  for (const auto& parameter : TypeParam::parameter_table()) {
    std::vector<double> bad = just_outside(parameter.info.range);
    for (const double value : {infinity, -infinity, std::nan("")}) bad.push_back(value);
    for (const double value : bad)
      EXPECT_THAT(refusal<TypeParam>({{std::string(parameter.info.name), value}}),
                  testing::AllOf(HasSubstr(std::string(TypeParam::name)), HasSubstr(std::string(parameter.info.name))))
          << value;
  }
  EXPECT_THAT(refusal<TypeParam>({{"tau_x", 1.0}}), HasSubstr("tau_x"));
  EXPECT_EQ(refusal<TypeParam>({}), "");
}

template <class M>
class ThresholdModelInCpp : public testing::Test {};
using ThresholdModels = testing::Types<IafCondExp, IafPscDelta, IafPscDeltaAdaptive, IafPscExp>;
TYPED_TEST_SUITE(ThresholdModelInCpp, ThresholdModels);

TYPED_TEST(ThresholdModelInCpp, RefusesAResetThatIsNotBelowTheThreshold) {
  EXPECT_THAT(refusal<TypeParam>({{"V_reset", -55.0}, {"V_th", -55.0}}), HasSubstr("V_reset"));
  EXPECT_EQ(refusal<TypeParam>({{"V_reset", -55.001}, {"V_th", -55.0}}), "");
}

TEST(ModelParameters, OfAnExponentialModelMayBeEqualButNotNearlyEqualTimeConstants) {
  EXPECT_THAT(refusal<IafPscExp>({{"tau_m", 10.0}, {"tau_syn_ex", 10.0005}}), HasSubstr("tau_syn_ex"));
  EXPECT_EQ(refusal<IafPscExp>({{"tau_m", 10.0}, {"tau_syn_ex", 10.0}}), "");
  EXPECT_EQ(refusal<IafPscExp>({{"tau_m", 10.0}, {"tau_syn_ex", 10.01}}), "");
}

TEST(ModelParameters, OfAPoissonGeneratorAreRefusedInCppToo) {
  for (const double rate : {-1e-9, 1.1e9, infinity, std::nan("")}) {
    PoissonGenerator generator(rate);
    EXPECT_THAT(message_of([&] { generator.validate(); }), HasSubstr("rate")) << rate;
  }
}

}  // namespace
}  // namespace synop
