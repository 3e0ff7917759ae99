// A network on a small device: an experiment becomes an image of integers that lies in a fixed piece of memory, as in
// the flash of a microcontroller, and runs in another of a few hundred bytes. Nothing is allocated while it runs.
//
//   example_deployment [EXPERIMENT.toml]      default: 40 neurons that 100 sources excite, weights of 8 bits
#include <array>
#include <cstdio>
#include <exception>
#include <memory_resource>

#include "synop/io/deployment/deployable.hpp"
#include "synop/io/deployment/deployed_network.hpp"
#include "synop/io/deployment/footprint.hpp"
#include "synop/io/model_catalogue.hpp"

namespace {

using namespace synop;

constexpr const char* small_network = R"(
seed = 1
[simulation]
duration = "1 s"
[[population]]
name = "in"
model = "poisson_population"
size = 100
params = { rate = "20 Hz" }
[[population]]
name = "out"
model = "iaf_psc_delta"
size = 40
params = { tau_m = "20 ms", E_L = "0 mV", V_th = "15 mV", V_reset = "0 mV", t_ref = "2 ms" }
[[projection]]
source = "in"
target = "out"
rule = "all_to_all"
weight = { uniform = ["0 mV", "1 mV"] }
delay = "1 ms"
)";

// What the device has. Whoever asks for more than there is gets std::bad_alloc: there is no heap behind them.
std::array<std::byte, 1 << 20> flash;
std::array<std::byte, 320 << 10> sram;

int run(const Experiment& experiment) {
  const Deployable deployable(experiment, 1);
  const StepNetwork network = deployable.steps(Delay{ticks_per_ms});
  const Precision precision{WeightType::int8, StateType::int32};
  const Footprint needed = footprint(network, precision);
  std::printf("flash %llu bytes, RAM %llu bytes\n", static_cast<unsigned long long>(needed.bytes(Memory::flash)),
              static_cast<unsigned long long>(needed.bytes(Memory::ram)));
  for (const std::string& sentence : refusal(network, needed, {flash.size(), sram.size()}))
    std::printf("%s\n", sentence.c_str());

  std::pmr::monotonic_buffer_resource in_flash(flash.data(), flash.size(), std::pmr::null_memory_resource());
  std::pmr::monotonic_buffer_resource in_sram(sram.data(), sram.size(), std::pmr::null_memory_resource());
  const Buffer image = make_image(network, quantise(network, precision), &in_flash);
  Buffer state(header_of(image.bytes()).ram_bytes, &in_sram);
  DeployedNetwork device(image.bytes(), state.bytes());

  std::uint64_t spikes = 0;
  for (std::uint32_t k = 0; k < 1000; ++k) {
    for (std::uint32_t p = 0; p < network.populations.size(); ++p)
      if (network.populations[p].source)  // every 50 steps, one after the other: where a sensor would be asked
        for (std::uint32_t i = k % 50; i < network.populations[p].size; i += 50) device.set_spike(p, i);
    device.step();
    for (std::uint32_t p = 0; p < network.populations.size(); ++p)
      if (!network.populations[p].source) device.for_each_spike(p, [&](std::uint32_t) { ++spikes; });
  }
  std::printf("%u steps, %llu spikes, %u additions saturated\n", device.steps(),
              static_cast<unsigned long long>(spikes), device.saturations());
  return spikes > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc > 1 ? open_deployable(argv[1], {})
                        : parse_experiment(small_network, "small.toml", model_catalogue()));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "example_deployment: %s\n", error.what());
    return 1;
  }
}
