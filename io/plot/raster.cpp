#include "synop/io/plot/raster.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "synop/io/plot/detail/axis.hpp"
#include "synop/io/plot/svg.hpp"

namespace synop {

namespace {

constexpr std::uint64_t most_dots = 20'000;
constexpr double top_margin = 48;
constexpr double right_margin = 24;
constexpr double gap = 6;  // between populations
constexpr std::size_t longest_name = 24;

// The spikes inside [start, stop); they are in order of time.
std::span<const Spike> spikes_within(const PopulationSpikes& population, const PlotOptions& options) {
  const auto earlier = [](const Spike& spike, Time time) { return spike.time < time; };
  const auto begin = std::lower_bound(population.spikes.begin(), population.spikes.end(), options.start, earlier);
  return {begin, std::lower_bound(begin, population.spikes.end(), options.stop, earlier)};
}

// A fixed mixing of time and neuron to 64 bits: dots chosen by it thin out evenly, where every n-th spike would beat
// against a regular rhythm.
std::uint64_t mixed(const Spike& spike) {
  std::uint64_t x = static_cast<std::uint64_t>(spike.time.ticks) * 0x9E3779B97F4A7C15u + spike.neuron;
  x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93u;
  x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93u;
  return x ^ (x >> 32);
}

// Larger populations get more room, small ones still enough for their name.
std::vector<double> band_heights(std::span<const PopulationSpikes> populations) {
  double total = 0;
  for (const auto& population : populations) total += std::sqrt(static_cast<double>(population.size));
  std::vector<double> heights;
  for (const auto& population : populations)
    heights.push_back(std::max(34.0, 420 * std::sqrt(static_cast<double>(population.size)) / std::max(total, 1.0)));
  return heights;
}

double left_margin(std::span<const PopulationSpikes> populations) {
  double widest = 70;
  for (const auto& population : populations)
    widest = std::max(widest, text_width(shortened(population.name, longest_name), 13));
  return widest + 30;
}

std::vector<Point> dots_of(const PopulationSpikes& population, const PlotOptions& options, const TimeAxis& axis,
                           double top, double height, double share) {
  std::vector<Point> dots;
  const double row = height / std::max(1.0, static_cast<double>(population.size));
  for (const Spike& spike : spikes_within(population, options))
    if (share >= 1 || static_cast<double>(mixed(spike)) < share * 0x1p64)
      dots.push_back({axis.x(spike.time), top + height - (spike.neuron + 0.5) * row});
  return dots;
}

std::string caption(std::uint64_t all, std::uint64_t drawn) {
  if (drawn == all) return fmt::format("{} spikes", all);
  return fmt::format("{} of {} spikes drawn, chosen evenly", drawn, all);
}

}  // namespace

std::string raster_svg(std::span<const PopulationSpikes> populations, const PlotOptions& options) {
  const TimeAxis axis(options, left_margin(populations), options.width - right_margin);
  const std::vector<double> heights = band_heights(populations);
  double bottom = top_margin;
  for (const double height : heights) bottom += height + gap;
  std::uint64_t all = 0;
  for (const auto& population : populations) all += spikes_within(population, options).size();
  const double share = static_cast<double>(most_dots) / static_cast<double>(std::max<std::uint64_t>(all, 1));

  Svg svg(options.width, bottom + 76, options.title);
  svg.text({axis.left(), 28}, options.title, {.size = 16, .colour = "#111111", .bold = true});
  axis.draw(svg, top_margin, bottom);
  std::uint64_t drawn = 0;
  double top = top_margin;
  for (std::size_t i = 0; i < populations.size(); ++i) {
    const double middle = top + heights[i] / 2;
    const auto dots = dots_of(populations[i], options, axis, top, heights[i], share);
    drawn += dots.size();
    svg.rectangle({axis.left() - 6, top}, 3, heights[i], plot_colour(i));
    svg.text({axis.left() - 14, middle - 1}, shortened(populations[i].name, longest_name),
             {.size = 13, .anchor = Anchor::end, .colour = plot_colour(i), .bold = true});
    svg.text({axis.left() - 14, middle + 13}, fmt::format("{} neurons", populations[i].size),
             {.size = 10, .anchor = Anchor::end, .colour = "#777777"});
    svg.dots(dots, plot_colour(i), dots.size() > 5000 ? 1.4 : 2.0);
    top += heights[i] + gap;
  }
  svg.text({axis.left(), bottom + 62}, caption(all, drawn), {.size = 11, .colour = "#777777"});
  return svg.str();
}

}  // namespace synop
