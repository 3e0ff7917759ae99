#include "synop/io/plot/rate_plot.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/plot/detail/axis.hpp"
#include "synop/io/plot/svg.hpp"

namespace synop {

namespace {

constexpr double top = 48;
constexpr double bottom = 340;
constexpr double left = 72;
constexpr double right_margin = 24;
constexpr std::size_t longest_name = 24;
constexpr std::int64_t most_bins = 1'000'000;

std::int64_t checked_bin_count(const PlotOptions& options, Delay bin) {
  const std::int64_t duration = (options.stop - options.start).ticks;
  if (bin.ticks <= 0)
    throw Error(ErrorKind::usage,
                fmt::format("the bins of a rate plot are {} ms wide; they must be wider than 0", bin.ms()));
  const std::int64_t count = duration / bin.ticks + (duration % bin.ticks != 0 ? 1 : 0);
  if (count > most_bins)
    throw Error(ErrorKind::usage,
                fmt::format("bins of {} ms make {} bins; a rate plot has at most {}", bin.ms(), count, most_bins));
  return count;
}

// In spikes per second and neuron.
std::vector<double> rates_of(const PopulationSpikes& population, const PlotOptions& options, Delay bin,
                             std::int64_t bin_count) {
  std::vector<double> rates(static_cast<std::size_t>(bin_count));
  for (const Spike& spike : population.spikes)
    if (spike.time >= options.start && spike.time < options.stop)
      rates[static_cast<std::size_t>((spike.time - options.start).ticks / bin.ticks)] += 1;
  const double neurons = std::max(1.0, static_cast<double>(population.recorded.value_or(population.size)));
  for (std::int64_t i = 0; i < bin_count; ++i) {
    const Time begin = options.start + i * bin;
    const Delay width = std::min(bin, options.stop - begin);
    rates[static_cast<std::size_t>(i)] *= 1000.0 / (width.ms() * neurons);
  }
  return rates;
}

// A step over the width of each bin.
std::vector<Point> steps_of(const std::vector<double>& rates, const PlotOptions& options, Delay bin,
                            const TimeAxis& axis, double highest) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const Time begin = options.start + static_cast<std::int64_t>(i) * bin;
    const double y = bottom - (bottom - top) * rates[i] / highest;
    points.push_back({axis.x(begin), y});
    points.push_back({axis.x(std::min(begin + bin, options.stop)), y});
  }
  return points;
}

void draw_rate_axis(Svg& svg, const TimeAxis& axis, const std::vector<double>& ticks) {
  for (const double value : ticks) {
    const double y = bottom - (bottom - top) * value / ticks.back();
    svg.line({axis.left(), y}, {axis.right(), y}, "#e4e7eb");
    svg.text({axis.left() - 8, y + 4}, fmt::format("{:.6g}", value), {.anchor = Anchor::end});
  }
  svg.text({20, (top + bottom) / 2}, "rate (spikes/s per neuron)", {.anchor = Anchor::middle, .turned = -90});
}

// Where the names below the picture begin, in as many lines as they need.
std::vector<Point> legend_positions(std::span<const PopulationSpikes> populations, double right) {
  std::vector<Point> positions;
  Point next{left, bottom + 66};
  for (const auto& population : populations) {
    const double width = 44 + text_width(shortened(population.name, longest_name), 12.5);
    if (next.x > left && next.x + width > right) next = {left, next.y + 20};
    positions.push_back(next);
    next.x += width;
  }
  return positions;
}

void draw_legend(Svg& svg, std::span<const PopulationSpikes> populations, const std::vector<Point>& positions) {
  for (std::size_t i = 0; i < populations.size(); ++i) {
    const auto [x, y] = positions[i];
    svg.rectangle({x, y - 6}, 14, 4, plot_colour(i));
    svg.text({x + 20, y}, shortened(populations[i].name, longest_name), {.colour = plot_colour(i), .bold = true});
  }
}

}  // namespace

std::string rate_svg(std::span<const PopulationSpikes> populations, const PlotOptions& options, Delay bin) {
  const TimeAxis axis(options, left, options.width - right_margin);
  const std::int64_t bin_count = checked_bin_count(options, bin);
  std::vector<std::vector<double>> rates;
  double highest = 0;
  for (const auto& population : populations) {
    rates.push_back(rates_of(population, options, bin, bin_count));
    highest = std::max(highest, *std::max_element(rates.back().begin(), rates.back().end()));
  }
  std::vector<double> ticks = round_ticks(0, highest > 0 ? highest : 1, 5);
  if (ticks.back() < highest) ticks.push_back(ticks.back() + ticks[1]);

  const std::vector<Point> names = legend_positions(populations, axis.right());
  const double caption = names.empty() ? bottom + 62 : names.back().y + 24;
  Svg svg(options.width, caption + 14, options.title);
  svg.text({left, 28}, options.title, {.size = 16, .colour = "#111111", .bold = true});
  axis.draw(svg, top, bottom);
  draw_rate_axis(svg, axis, ticks);
  draw_legend(svg, populations, names);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    std::vector<Point> steps = steps_of(rates[i], options, bin, axis, ticks.back());
    svg.polyline(steps, plot_colour(i));
    steps.push_back({axis.right(), bottom});
    steps.insert(steps.begin(), {axis.left(), bottom});
    svg.area(steps, plot_colour(i), 0.10);
  }
  svg.text({left, caption}, fmt::format("counted in bins of {:.10g} ms", bin.ms()), {.size = 11, .colour = "#777777"});
  return svg.str();
}

}  // namespace synop
