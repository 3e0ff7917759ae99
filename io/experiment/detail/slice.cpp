#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/experiment/detail/sections.hpp"

namespace synop::detail {

namespace {

constexpr std::string_view forms = "\"exc\", \"exc[0:100]\", \"exc[:100]\" or \"exc[100:]\" (half open)";

// A bound of a slice; `absent` where nothing is written.
std::optional<std::uint64_t> parse_bound(std::string_view text, std::uint64_t absent) {
  if (text.empty()) return absent;
  std::uint64_t bound = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return bound;
}

std::optional<std::uint32_t> find_population(const Value& value, std::string_view name, const Experiment& experiment) {
  std::vector<std::string_view> names;
  for (const PopulationSection& population : experiment.populations) names.push_back(population.name);
  const auto at = std::find(names.begin(), names.end(), name);
  if (at != names.end()) return static_cast<std::uint32_t>(at - names.begin());
  value.report(fmt::format("value {} names no population{}", shown(value.node()), did_you_mean(name, names)));
  return std::nullopt;
}

}  // namespace

bool read_slice(TableReader& table, std::string_view key, const ReadContext& context, PopulationSlice& out) {
  const std::optional<Value> value = table.find(key);
  const std::optional<std::string> given = value ? value->text(forms) : std::nullopt;
  if (!given) return false;
  const std::string_view text = *given;
  const std::size_t bracket = text.find('[');
  const auto population = find_population(*value, text.substr(0, bracket), context.experiment);
  if (!population) return false;
  const std::uint32_t size = context.experiment.populations[*population].size;
  if (size == 0) return false;  // its size was refused already
  out = {.population = *population, .first = 0, .last = size};
  if (bracket == std::string_view::npos) return true;

  const std::string_view inside = text.substr(bracket + 1);
  const std::size_t colon = inside.find(':');
  if (colon == std::string_view::npos || !inside.ends_with(']')) {
    value->report(fmt::format("value \"{}\" is not a slice; allowed: {}", text, forms));
    return false;
  }
  const auto first = parse_bound(inside.substr(0, colon), 0);
  const auto last = parse_bound(inside.substr(colon + 1, inside.size() - colon - 2), size);
  if (!first || !last || *first >= *last || *last > size) {
    value->report(
        fmt::format("value \"{}\" is not a slice of a population of {} neurons; allowed: 0 <= first < last "
                    "<= {}",
                    text, size, size));
    return false;
  }
  out.first = static_cast<std::uint32_t>(*first);
  out.last = static_cast<std::uint32_t>(*last);
  return true;
}

}  // namespace synop::detail
