#include "synop/io/energy/account_plot.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "synop/io/energy/account_text.hpp"
#include "synop/io/plot/detail/axis.hpp"
#include "synop/io/plot/svg.hpp"

namespace synop {

namespace {

constexpr double width = 960;
constexpr double left = 430;
constexpr double right = width - 30;
constexpr double top = 84;
constexpr double line_height = 22;
constexpr std::size_t longest_name = 62;

// Powers of ten that hold all ratios and 1.
struct Axis {
  int low = 0, high = 0;

  explicit Axis(const std::vector<NodeSummary>& summaries) {
    for (const NodeSummary& s : summaries) {
      low = std::min(low, static_cast<int>(std::floor(std::log10(s.ratio.low))));
      high = std::max(high, static_cast<int>(std::ceil(std::log10(s.ratio.high))));
    }
    if (low == high) ++high;
  }
  double x(double ratio) const { return left + (right - left) * (std::log10(ratio) - low) / (high - low); }
};

void draw_axis(Svg& svg, const Axis& axis, double bottom) {
  for (int power = axis.low; power <= axis.high; ++power) {
    const double x = axis.x(std::pow(10.0, power));
    svg.line({x, top - 8}, {x, bottom}, power == 0 ? "#666666" : "#e4e7eb", power == 0 ? 1.5 : 1);
    svg.text({x, bottom + 18}, fmt::format("{:g}", std::pow(10.0, power)), {.anchor = Anchor::middle});
  }
  svg.text({(left + right) / 2, bottom + 38}, "modelled energy per inference: spiking / other (left of 1 spiking wins)",
           {.anchor = Anchor::middle});
}

}  // namespace

std::string account_svg(const EnergyAccount& account) {
  std::vector<NodeSummary> summaries;
  for (const NodeSummary& s : account.summaries)
    if (s.ratio.low > 0.0) summaries.push_back(s);
  if (summaries.empty()) return "";
  const Axis axis(summaries);
  const double bottom = top + line_height * static_cast<double>(summaries.size());
  Svg svg(width, bottom + 56, account.result.experiment);
  svg.text({24, 28}, account.result.experiment, {.size = 16, .colour = "#111111", .bold = true});
  for (std::size_t i = 0; i < 3; ++i) {
    const double x = 24 + 220.0 * static_cast<double>(i);
    svg.rectangle({x, 46}, 14, 4, plot_colour(i));
    svg.text({x + 20, 52}, name(static_cast<Traffic>(i)), {.colour = plot_colour(i), .bold = true});
  }
  draw_axis(svg, axis, bottom);
  double y = top + 8;
  for (const NodeSummary& s : summaries) {
    const std::string_view colour = plot_colour(static_cast<std::size_t>(s.traffic));
    const std::string text = fmt::format("{}: {}", node_text(s.node_nm), account.opponents[s.opponent].name);
    svg.text({left - 12, y + 4}, shortened(text, longest_name), {.size = 11, .anchor = Anchor::end});
    svg.line({axis.x(s.ratio.low), y}, {axis.x(s.ratio.high), y}, colour, 4);
    svg.dots({{axis.x(s.ratio.low), y}, {axis.x(s.ratio.high), y}}, colour, 8);
    y += line_height;
  }
  return svg.str();
}

}  // namespace synop
