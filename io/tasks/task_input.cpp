#include "synop/io/tasks/task_input.hpp"

#include <algorithm>

namespace synop {

namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

// Hands over the spikes in [0, duration) of a sample, sorted, as from now on; returns how many are later.
std::uint64_t send(Simulation& simulation, PopulationId population, Delay duration, std::vector<Spike>& spikes) {
  const auto late = std::lower_bound(spikes.begin(), spikes.end(), Spike{Time{} + duration, 0});
  const auto left_out = static_cast<std::uint64_t>(spikes.end() - late);
  spikes.erase(late, spikes.end());
  const Delay shift = simulation.now() - Time{};
  for (Spike& spike : spikes) spike.time = spike.time + shift;
  simulation.set_spikes(population, spikes);
  return left_out;
}

// Samples that are frames or vectors: `Set` has pixel(sample, channel), a number whose `full` is intensity 1.
template <class Set>
class EncodedInput final : public TaskInput {
 public:
  EncodedInput(Set set, const Encoder& encoder, std::uint64_t seed)
      : set_(std::move(set)), encoder_(encoder), seed_(seed) {}

  const std::string& origin() const override { return set_.samples.origin; }
  std::uint64_t size() const override { return set_.samples.size(); }
  std::uint32_t channels() const override { return set_.channels(); }
  std::uint32_t label(std::uint64_t sample) const override { return set_.samples.labels.at(sample); }
  const ImageSet* images() const override { return set_.images(); }
  void check(std::uint64_t) const override {}

  std::uint64_t begin(Simulation& simulation, PopulationId population, const Showing& showing) const override {
    return std::visit(
        Overloaded{[&](const PoissonRate& e) { return set_rates(e, simulation, population, showing); },
                   [&](const RegularRate& e) { return send_regular(e, simulation, population, showing); },
                   [&](const Latency& e) { return send_first_spikes(e, simulation, population, showing); },
                   [&](const DirectCurrent&) { return add_currents(simulation, population, showing, 1.0); }},
        encoder_);
  }
  std::vector<double> currents(const Showing& showing) const override {
    const auto* const e = std::get_if<DirectCurrent>(&encoder_);
    if (e == nullptr) return {};
    std::vector<double> amplitudes(channels());
    for (std::uint32_t i = 0; i < amplitudes.size(); ++i)
      amplitudes[i] = e->amplitude(set_.pixel(showing.sample, i) / Set::full);
    return amplitudes;
  }
  void end(Simulation& simulation, PopulationId population, const Showing& showing) const override {
    if (std::holds_alternative<PoissonRate>(encoder_))
      simulation.set_values(population, "rate", std::vector<double>(channels(), 0.0));
    if (std::holds_alternative<DirectCurrent>(encoder_)) add_currents(simulation, population, showing, -1.0);
  }

 private:
  std::uint64_t set_rates(PoissonRate e, Simulation& simulation, PopulationId population,
                          const Showing& showing) const {
    e.max_rate += showing.raised_rate;
    std::vector<double> rates(channels());
    for (std::uint32_t i = 0; i < rates.size(); ++i) rates[i] = e.rate(set_.pixel(showing.sample, i), Set::full);
    simulation.set_values(population, "rate", rates);
    return 0;
  }
  std::uint64_t send_regular(RegularRate e, Simulation& simulation, PopulationId population,
                             const Showing& showing) const {
    e.max_rate += showing.raised_rate;
    std::vector<Spike> spikes;
    for (std::uint32_t i = 0; i < channels(); ++i) {
      RandomStream phase(seed_, Purpose::task, population.index, i);
      phase.seek(showing.trial);
      e.append(set_.pixel(showing.sample, i) / Set::full, i, showing.duration, phase, spikes);
    }
    std::sort(spikes.begin(), spikes.end());
    return send(simulation, population, showing.duration, spikes);
  }
  std::uint64_t send_first_spikes(const Latency& e, Simulation& simulation, PopulationId population,
                                  const Showing& showing) const {
    std::vector<Spike> spikes;
    for (std::uint32_t i = 0; i < channels(); ++i) e.append(set_.pixel(showing.sample, i) / Set::full, i, spikes);
    std::sort(spikes.begin(), spikes.end());
    return send(simulation, population, showing.duration, spikes);
  }
  std::uint64_t add_currents(Simulation& simulation, PopulationId population, const Showing& showing, double sign) const {
    std::vector<double> amplitudes = currents(showing);
    for (double& amplitude : amplitudes) amplitude *= sign;
    simulation.add_currents(population, amplitudes);
    return 0;
  }

  Set set_;
  Encoder encoder_;
  std::uint64_t seed_;
};

struct Images {
  static constexpr double full = 255.0;
  ImageSet samples;

  std::uint32_t channels() const { return static_cast<std::uint32_t>(samples.pixels_per_image()); }
  double pixel(std::uint64_t sample, std::uint32_t i) const { return samples.image(sample)[i]; }
  const ImageSet* images() const { return &samples; }
};

struct Vectors {
  static constexpr double full = 1.0;
  VectorSet samples;

  std::uint32_t channels() const { return samples.dimension; }
  double pixel(std::uint64_t sample, std::uint32_t i) const { return samples.vector(sample)[i]; }
  const ImageSet* images() const { return nullptr; }
};

class EventInput final : public TaskInput {
 public:
  explicit EventInput(std::unique_ptr<EventSet> set) : set_(std::move(set)) {}

  const std::string& origin() const override { return set_->origin(); }
  std::uint64_t size() const override { return set_->size(); }
  std::uint32_t channels() const override { return set_->channels(); }
  std::uint32_t label(std::uint64_t sample) const override { return set_->label(sample); }
  void check(std::uint64_t sample) const override { set_->check(sample); }
  std::uint64_t begin(Simulation& simulation, PopulationId population, const Showing& showing) const override {
    std::vector<Spike> events = set_->events(showing.sample);
    return send(simulation, population, showing.duration, events);
  }
  void end(Simulation&, PopulationId, const Showing&) const override {}

 private:
  std::unique_ptr<EventSet> set_;
};

}  // namespace

std::unique_ptr<TaskInput> encoded_images(ImageSet images, const Encoder& encoder, std::uint64_t seed) {
  return std::make_unique<EncodedInput<Images>>(Images{std::move(images)}, encoder, seed);
}

std::unique_ptr<TaskInput> encoded_vectors(VectorSet vectors, const Encoder& encoder, std::uint64_t seed) {
  return std::make_unique<EncodedInput<Vectors>>(Vectors{std::move(vectors)}, encoder, seed);
}

std::unique_ptr<TaskInput> event_input(std::unique_ptr<EventSet> events) {
  return std::make_unique<EventInput>(std::move(events));
}

}  // namespace synop
