#include "synop/io/plot/curve_plot.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/plot/detail/axis.hpp"
#include "synop/io/plot/svg.hpp"

namespace synop {

namespace {

constexpr double top = 48;
constexpr double bottom = 400;
constexpr double left = 92;
constexpr double right_margin = 24;
constexpr double margin = 0.05;  // of the range of values, on both sides
constexpr double dot = 7;

// Where values lie between two positions of a picture.
struct Axis {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  double begin = 0;  // position of low
  double end = 0;    // position of high

  double at(double value) const { return begin + (end - begin) * (value - low) / (high - low); }
  void hold(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  void widen() {
    const double more = high > low ? margin * (high - low) : std::max(1.0, std::abs(high));
    low -= more;
    high += more;
  }
};

void check(const Curve& curve) {
  if (curve.x.size() != curve.y.size())
    throw Error(ErrorKind::usage, fmt::format("curve '{}' has {} x and {} y; a point needs both", curve.name,
                                              curve.x.size(), curve.y.size()));
  for (std::size_t i = 0; i < curve.x.size(); ++i)
    if (!std::isfinite(curve.x[i]) || !std::isfinite(curve.y[i]))
      throw Error(ErrorKind::usage, fmt::format("point {} of curve '{}' is ({}, {}); it must be finite", i, curve.name,
                                                curve.x[i], curve.y[i]));
}

void draw_axes(Svg& svg, const Axis& x, const Axis& y, const CurvePlotOptions& options) {
  for (const double value : round_ticks(x.low, x.high, 8)) {
    svg.line({x.at(value), top}, {x.at(value), bottom}, value == 0 ? "#777777" : "#e4e7eb");
    svg.text({x.at(value), bottom + 19}, fmt::format("{:.10g}", value), {.anchor = Anchor::middle});
  }
  for (const double value : round_ticks(y.low, y.high, 6)) {
    svg.line({x.begin, y.at(value)}, {x.end, y.at(value)}, value == 0 ? "#777777" : "#e4e7eb");
    svg.text({x.begin - 8, y.at(value) + 4}, fmt::format("{:.6g}", value), {.anchor = Anchor::end});
  }
  svg.text({(x.begin + x.end) / 2, bottom + 40}, options.x_label, {.anchor = Anchor::middle});
  svg.text({22, (top + bottom) / 2}, options.y_label, {.anchor = Anchor::middle, .turned = -90});
}

void draw_legend(Svg& svg, std::span<const Curve> curves) {
  double x = left;
  for (const Curve& curve : curves) {
    if (curve.name.empty()) continue;
    if (curve.dots)
      svg.dots({{x + 7, bottom + 64}}, plot_colour(curve.colour), dot);
    else
      svg.rectangle({x, bottom + 62}, 14, 4, plot_colour(curve.colour));
    svg.text({x + 20, bottom + 68}, curve.name, {.colour = plot_colour(curve.colour), .bold = true});
    x += 44 + text_width(curve.name, 12.5);
  }
}

}  // namespace

std::string curve_svg(std::span<const Curve> curves, const CurvePlotOptions& options) {
  Axis x{.begin = left, .end = options.width - right_margin};
  Axis y{.begin = bottom, .end = top};
  for (const Curve& curve : curves) {
    check(curve);
    for (const double value : curve.x) x.hold(value);
    for (const double value : curve.y) y.hold(value);
  }
  if (x.high < x.low) throw Error(ErrorKind::usage, "a plot of curves needs a point; it was given none");
  x.widen();
  y.widen();
  Svg svg(options.width, bottom + 84, options.title);
  svg.text({left, 28}, options.title, {.size = 16, .colour = "#111111", .bold = true});
  draw_axes(svg, x, y, options);
  for (const Curve& curve : curves) {
    std::vector<Point> points;
    for (std::size_t i = 0; i < curve.x.size(); ++i) points.push_back({x.at(curve.x[i]), y.at(curve.y[i])});
    if (curve.dots)
      svg.dots(points, plot_colour(curve.colour), dot);
    else
      svg.polyline(points, plot_colour(curve.colour));
  }
  draw_legend(svg, curves);
  return svg.str();
}

}  // namespace synop
