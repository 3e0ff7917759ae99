// The window of spike-timing dependent plasticity, measured and in closed form: one presynaptic spike, and behind each
// of its synapses a neuron that fires dt later (or earlier). With --svg a picture of both.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/output_folder.hpp"
#include "synop/io/plot/curve_plot.hpp"
#include "synop/learning/plastic.hpp"
#include "synop/learning/stdp_synapse.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/one_to_one.hpp"

namespace {

using namespace synop;

// The additive rule, so that the change does not depend on the weight.
const StdpSynapse rule{
    .tau_plus = 20.0, .tau_minus = 40.0, .lambda = 0.01, .alpha = 0.5, .mu_plus = 0.0, .mu_minus = 0.0, .Wmax = 1.0};

// Change of a weight by a pair, in mV; dt = t_post - t_pre in ms.
double closed_form(double dt) {
  return dt > 0.0 ? rule.lambda * rule.Wmax * std::exp(-dt / rule.tau_plus)
                  : -rule.alpha * rule.lambda * rule.Wmax * std::exp(dt / rule.tau_minus);
}

// The same, measured at each dt.
std::vector<double> measured(const std::vector<double>& dt) {
  const auto size = static_cast<std::uint32_t>(dt.size());
  std::vector<std::vector<Time>> teacher_times;
  for (const double d : dt) teacher_times.push_back({Time::from_ms(100.0 + d)});

  NetworkBuilder builder;
  const std::vector<std::vector<Time>> pre_times{{Time::from_ms(100.0)}};
  const auto pre = builder.add_population("pre", 1, std::make_unique<SpikeGenerator>(pre_times));
  const auto teacher = builder.add_population("teacher", size, std::make_unique<SpikeGenerator>(teacher_times));
  const auto post = builder.add_population("post", size, IafPscDelta{});
  builder.connect(teacher, post, OneToOne(), {.weight = constant(30.0), .delay = constant(0.0)});  // one spike each
  const double w = 0.5;  // mV: too weak to make a neuron fire
  const ProjectionId synapses = builder.connect(
      pre, post, AllToAll(), {.weight = constant(w), .delay = constant(0.0), .plasticity = plastic(rule)});

  const Network network = builder.build();
  Simulation simulation(network);
  simulation.run(Delay::from_ms(200.0));
  const auto view = simulation.synapses(synapses);
  std::vector<double> changes(dt.size());
  for (std::size_t k = 0; k < view.targets.size(); ++k) changes[view.targets[k]] = view.weights[k] - w;
  return changes;
}

std::string picture(const std::vector<double>& dt, const std::vector<double>& changes) {
  Curve before{.name = "closed form"}, after;
  for (double d = 0.0; d <= 65.0; d += 0.5) {
    before.x.push_back(d - 65.0);
    before.y.push_back(closed_form(d - 65.0));
    after.x.push_back(d);
    after.y.push_back(closed_form(std::max(d, 1e-9)));
  }
  const std::vector<Curve> curves{before, after, {.name = "measured", .x = dt, .y = changes, .dots = true, .colour = 1}};
  return curve_svg(curves, {.title = "stdp_synapse: change of a weight by one pair of spikes",
                            .x_label = "t_post - t_pre (ms)",
                            .y_label = "change (mV)"});
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("The window of spike-timing dependent plasticity, measured and in closed form");
  std::string svg;
  app.add_option("--svg", svg, "file to which a picture of both is written");
  CLI11_PARSE(app, argc, argv);
  const std::vector<double> dt{-60, -40, -30, -20, -15, -10, -5, -2, -1, 1, 2, 5, 10, 15, 20, 30, 40, 60};  // ms
  const std::vector<double> changes = measured(dt);
  std::printf("dt (ms)   change (mV)   closed form\n");
  for (std::size_t k = 0; k < dt.size(); ++k)
    std::printf("%7.0f   %11.7f   %11.7f\n", dt[k], changes[k], closed_form(dt[k]));
  try {
    if (!svg.empty()) write_text_file(svg, picture(dt, changes));
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 4;
  }
  return 0;
}
