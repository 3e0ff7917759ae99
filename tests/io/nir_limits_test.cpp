// What exact mode refuses: everything that has no events, by the name of its node.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/nir_file.hpp"
#include "synop/core/error.hpp"
#include "synop/io/nir/exact_network.hpp"

namespace synop {
namespace {

using namespace synop::literals;
using nir::Graph;
using nir::Options;
using test::array;
using test::impulses;
using test::NirFile;
using test::one_neuron;
using test::scalar;
using test::small_nir;
using testing::HasSubstr;

TEST(NirExact, NamesTheNodeWhoseModelRefusesItsParameters) {
  NirFile file = one_neuron("CubaLI", {{"tau_syn", scalar(0.010000001)},
                                       {"tau_mem", scalar(0.01)},
                                       {"r", scalar(3.0)},
                                       {"v_leak", scalar(0.1)},
                                       {"w_in", scalar(1.5)}});
  const Graph graph = read(file);
  EXPECT_THAT(message_of([&] { make_exact_network(graph, impulses(), nir::InputSpikes(graph.nodes.size())); }),
              testing::AllOf(HasSubstr("node 'neuron' (CubaLI)"), HasSubstr("tau_syn")));
}

// Every reason has the name of its node.
TEST(NirExact, RefusesWhatHasNoEventsByName) {
  struct Case {
    std::function<void(NirFile&, Options&)> change;
    std::vector<const char*> says;
  };
  const std::vector<Case> cases{
      {[](NirFile& f, Options&) {
         f.node("rec", "Linear", {{"weight", array({3, 3}, std::vector<double>(9, 0.1))}}).chain({"lif", "rec", "lif"});
       },
       {"node 'lif' (LIF)", "'rec' closes a loop without a Delay", "recurrent_delay"}},
      {[](NirFile& f, Options&) {
         f.node("li", "LI", {{"tau", scalar(0.01)}, {"r", scalar(1.0)}, {"v_leak", scalar(0.0)}})
             .node("more", "Linear", {{"weight", array({3, 3}, std::vector<double>(9, 0.1))}});
         f.chain({"lif", "li", "more", "lif"});
       },
       {"node 'more' (Linear)", "'li' (LI) gives it a graded signal"}},
      {[](NirFile& f, Options&) {
         f.node("above", "Threshold", {{"threshold", scalar(0.5)}}).chain({"lif", "above"});
       },
       {"node 'above' (Threshold)"}},
      {[](NirFile& f, Options&) {
         f.chain({"fc", "output"});
       },
       {"node 'output' (Output)", "'fc' (Affine)", "weighted spikes"}},
      {[](NirFile& f, Options&) { f.of("lif", "r").values[1] = -1.0; }, {"node 'lif' (LIF)", "r = -1 of neuron 1"}},
      {[](NirFile& f, Options&) { f.of("lif", "v_reset") = scalar(0.7); },
       {"node 'lif' (LIF)", "v_reset = 0.7 of neuron 2", "v_threshold = 0.5"}},
      {[](NirFile& f, Options&) {
         f.node("late", "Delay", {{"delay", scalar(0.001)}}).edges = {
             {"input", "fc"}, {"fc", "late"}, {"late", "lif"}, {"lif", "output"}};
       },
       {"node 'late' (Delay)", "bias"}},
      {[](NirFile&, Options& o) { o.reset = nir::Reset::by_subtraction; }, {"node 'lif' (LIF)", "subtraction"}},
      {[](NirFile& f, Options& o) {
         o.spike = nir::SpikeMeaning::pulse, o.dt = 1_ms;
         f.node("next", "IF", {{"r", scalar(1.0)}, {"v_threshold", scalar(1.0)}}).chain({"lif", "next"});
       },
       {"node 'next' (IF)", "pulses between neurons", "spike_area = dt"}},
      {[](NirFile& f, Options&) {
         f.node("round", "Linear", {{"weight", array({2, 2}, {1, 0, 0, 1})}})
             .node("turn", "Delay", {{"delay", scalar(0.001)}});
         f.edges = {{"input", "round"}, {"round", "turn"}, {"turn", "round"},
                    {"round", "fc"},    {"fc", "lif"},     {"lif", "output"}};
       },
       {"closes a loop without a neuron"}},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    NirFile file = small_nir();
    Options options = impulses();
    cases[i].change(file, options);
    const Graph graph = read(file);
    const std::string message =
        message_of([&] { make_exact_network(graph, options, nir::InputSpikes(graph.nodes.size())); });
    for (const char* part : cases[i].says) EXPECT_THAT(message, HasSubstr(part)) << "case " << i;
    EXPECT_THAT(message, HasSubstr("clocked")) << "case " << i;
  }
}

}  // namespace
}  // namespace synop
