// The one place that knows every stimulus by its type.
#include "synop/io/experiment/detail/stimuli.hpp"

#include <algorithm>

#include "synop/core/error.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/neurons/current_generators.hpp"
#include "synop/neurons/gamma_sup_generator.hpp"
#include "synop/neurons/inhomogeneous_poisson_generator.hpp"
#include "synop/neurons/mip_generator.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/pulsepacket_generator.hpp"
#include "synop/neurons/sinusoidal_poisson_generator.hpp"

namespace synop::detail {

namespace {

// What the section gives, else the default of the catalogue.
class Given {
 public:
  explicit Given(const StimulusSection& section)
      : section_(section), entry_(*model_catalogue().find(ModelKind::stimulus, section.model)) {}

  double operator()(std::string_view name) const {
    for (const NamedValue& value : section_.parameters)
      if (value.name == name) return value.value;
    for (const ParameterDefault& parameter : entry_.parameters)
      if (parameter.info.name == name) return parameter.default_value;
    throw Error(ErrorKind::internal, "a stimulus is asked for a parameter that the catalogue does not list");
  }
  std::vector<double> list(std::string_view name) const {
    for (const NamedList& list : section_.lists)
      if (list.name == name) return list.values;
    return {};
  }
  std::vector<Time> times(std::string_view name) const {
    std::vector<Time> times;
    for (const double ms : list(name)) times.push_back(Time::from_ms(ms));
    return times;
  }

 private:
  const StimulusSection& section_;
  const ModelEntry& entry_;
};

std::unique_ptr<DriveModel> poisson(const StimulusSection& section, const Given& given) {
  auto model = std::make_unique<PoissonGenerator>(given("rate"));
  model->start = section.start.ms();
  if (section.stop != Time::never()) model->stop = section.stop.ms();
  model->validate();
  return model;
}

template <class Model>
std::unique_ptr<Model> active_in(const StimulusSection& section, Model model) {
  model.active = {section.start, section.stop};
  model.validate();
  return std::make_unique<Model>(std::move(model));
}

std::unique_ptr<DriveModel> make_drive(const StimulusSection& section, const Given& given) {
  if (section.model == PoissonGenerator::name_) return poisson(section, given);
  if (section.model == InhomogeneousPoissonGenerator::name_) {
    InhomogeneousPoissonGenerator model;
    model.rate_times = given.times("rate_times");
    model.rate_values = given.list("rate_values");
    return active_in(section, std::move(model));
  }
  if (section.model == SinusoidalPoissonGenerator::name_) {
    SinusoidalPoissonGenerator model;
    model.rate = given("rate"), model.amplitude = given("amplitude");
    model.frequency = given("frequency"), model.phase = given("phase");
    return active_in(section, model);
  }
  if (section.model == GammaSupGenerator::name_) {
    GammaSupGenerator model;
    model.rate = given("rate"), model.gamma_shape = given("gamma_shape"), model.n_proc = given("n_proc");
    return active_in(section, model);
  }
  if (section.model == MipGenerator::name_) {
    MipGenerator model;
    model.rate = given("rate"), model.p_copy = given("p_copy");
    return active_in(section, model);
  }
  PulsepacketGenerator model;
  model.pulse_times = given.times("pulse_times");
  model.activity = given("activity"), model.sdev = given("sdev");
  return active_in(section, std::move(model));
}

std::unique_ptr<CurrentModel> make_current(const StimulusSection& section, const Given& given) {
  if (section.model == StepCurrentGenerator::name_) {
    StepCurrentGenerator model;
    model.amplitude_times = given.times("amplitude_times");
    model.amplitude_values = given.list("amplitude_values");
    return active_in(section, std::move(model));
  }
  if (section.model == AcGenerator::name_) {
    AcGenerator model;
    model.amplitude = given("amplitude"), model.offset = given("offset");
    model.frequency = given("frequency"), model.phase = given("phase"), model.dt = given("dt");
    return active_in(section, model);
  }
  NoiseGenerator model;
  model.mean = given("mean"), model.std = given("std"), model.dt = given("dt");
  return active_in(section, model);
}

}  // namespace

void add_stimulus(const StimulusSection& section, const Neurons& targets, NetworkBuilder& builder) {
  const Given given(section);
  if (section.model == "dc_generator")
    builder.add_current(targets, given("amplitude"), section.start, section.stop);
  else if (section.injects_current)
    builder.add_current(targets, make_current(section, given));
  else
    builder.drive(targets, make_drive(section, given), section.weight, section.delay, section.name);
}

}  // namespace synop::detail
