#include "iaf_perfect.hpp"
#include "synop/core/network_builder.hpp"

int main() {
  synop::NetworkBuilder builder;
  builder.add_population("own", 10, IafPerfect{});
  return builder.build().populations().size() == 1 ? 0 : 1;
}
