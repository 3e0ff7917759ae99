#include "synop/io/plot/detail/axis.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

bool continues_a_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::size_t character_count(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_a_character(c); }));
}

}  // namespace

std::vector<double> round_ticks(double low, double high, int wanted) {
  const double raw = (high - low) / wanted;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  const double digit = raw / power;
  const double step = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  std::vector<double> ticks;
  for (double n = std::ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; ++n)
    ticks.push_back(n == 0 ? 0 : n * step);
  return ticks;
}

TimeAxis::TimeAxis(const PlotOptions& options, double left, double right)
    : start_(options.start), stop_(options.stop), left_(left), right_(right) {
  if (!(start_ < stop_))
    throw Error(ErrorKind::usage, fmt::format("a plot must cover some time; it was asked to cover {} ms to {} ms",
                                              start_.ms(), stop_.ms()));
}

double TimeAxis::x(Time time) const {
  return left_ + (right_ - left_) * ((time - start_).ms() / (stop_ - start_).ms());
}

void TimeAxis::draw(Svg& svg, double top, double bottom) const {
  const bool in_seconds = (stop_ - start_).ms() >= 3000;
  const double unit = in_seconds ? 1000 : 1;  // ms
  for (const double value : round_ticks(start_.ms() / unit, stop_.ms() / unit, 8)) {
    const double position = left_ + (right_ - left_) * (value * unit - start_.ms()) / (stop_ - start_).ms();
    svg.line({position, top}, {position, bottom}, "#e4e7eb");
    svg.line({position, bottom}, {position, bottom + 5}, "#777777");
    svg.text({position, bottom + 19}, fmt::format("{:.10g}", value), {.anchor = Anchor::middle});
  }
  svg.line({left_, bottom}, {right_, bottom}, "#777777");
  svg.text({(left_ + right_) / 2, bottom + 38}, in_seconds ? "time (s)" : "time (ms)", {.anchor = Anchor::middle});
}

double text_width(const std::string& text, double size) {
  return 0.58 * size * static_cast<double>(character_count(text));
}

std::string shortened(const std::string& text, std::size_t length) {
  if (character_count(text) <= length) return text;
  std::size_t end = 0;
  for (std::size_t characters = 0; end < text.size(); ++end)
    if (!continues_a_character(text[end]) && ++characters == length) break;
  return text.substr(0, end) + "…";
}

}  // namespace synop
