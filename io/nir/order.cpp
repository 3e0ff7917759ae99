#include "synop/io/nir/order.hpp"

#include <algorithm>

namespace synop::nir {

namespace {

class Walk {
 public:
  Walk(const Graph& graph, const std::function<bool(const Node&)>& delays)
      : graph_(graph), leaving_(graph.nodes.size()), state_(graph.nodes.size(), State::unseen) {
    order_.closes_loop.resize(graph.edges.size());
    for (std::uint32_t e = 0; e < graph.edges.size(); ++e)
      if (!delays(graph.nodes[graph.edges[e].source])) leaving_[graph.edges[e].source].push_back(e);
  }

  Order run() {
    for (const std::uint32_t input : graph_.nodes_of(NodeKind::input)) visit(input);
    for (std::uint32_t n = 0; n < graph_.nodes.size(); ++n) visit(n);
    std::reverse(order_.nodes.begin(), order_.nodes.end());
    return std::move(order_);
  }

 private:
  enum class State : std::uint8_t { unseen, on_the_way, done };

  // Nodes are appended when all that they lead to is done.
  void visit(std::uint32_t first) {
    if (state_[first] != State::unseen) return;
    struct Step {
      std::uint32_t node;
      std::size_t next;
    };
    std::vector<Step> way{{first, 0}};
    state_[first] = State::on_the_way;
    while (!way.empty()) {
      Step& step = way.back();
      if (step.next == leaving_[step.node].size()) {
        state_[step.node] = State::done;
        order_.nodes.push_back(step.node);
        way.pop_back();
        continue;
      }
      const std::uint32_t edge = leaving_[step.node][step.next++];
      const std::uint32_t target = graph_.edges[edge].target;
      if (state_[target] == State::on_the_way) order_.closes_loop[edge] = true;
      if (state_[target] != State::unseen) continue;
      state_[target] = State::on_the_way;
      way.push_back({target, 0});
    }
  }

  const Graph& graph_;
  std::vector<std::vector<std::uint32_t>> leaving_;
  std::vector<State> state_;
  Order order_;
};

}  // namespace

Order order_of(const Graph& graph, const std::function<bool(const Node&)>& delays) {
  return Walk(graph, delays).run();
}

}  // namespace synop::nir
