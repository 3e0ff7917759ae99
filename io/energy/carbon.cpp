#include "synop/io/energy/carbon.hpp"

#include <charconv>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr const char* carbontracker = "CarbonTracker, after Our World in Data / Ember";

}  // namespace

std::span<const Grid> known_grids() {
  static const std::vector<Grid> grids = {{"world", 481.0, 2023, carbontracker}, {"CN", 582.32, 2023, carbontracker},
                                          {"DE", 380.95, 2023, carbontracker},   {"DK", 151.65, 2023, carbontracker},
                                          {"FR", 56.04, 2023, carbontracker},    {"IN", 713.44, 2023, carbontracker},
                                          {"NO", 30.08, 2023, carbontracker},    {"PL", 661.93, 2023, carbontracker},
                                          {"SE", 40.69, 2023, carbontracker},    {"US", 369.47, 2023, carbontracker}};
  return grids;
}

Grid find_grid(const std::string& text) {
  std::vector<std::string_view> names;
  for (const Grid& grid : known_grids()) {
    if (grid.name == text) return grid;
    names.push_back(grid.name);
  }
  double grams = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), grams);
  if (error != std::errc{} || end != text.data() + text.size())
    throw Error(ErrorKind::usage,
                fmt::format("there is no grid '{}'{}; or give its g CO2e per kWh", text, did_you_mean(text, names)));
  if (!std::isfinite(grams) || grams < 0.0)
    throw Error(ErrorKind::usage,
                fmt::format("a grid of {} g CO2e per kWh is outside the allowed range [0, inf)", grams));
  return {fmt::format("{:g} g/kWh", grams), grams, 0, "given by the user"};
}

double grams_co2e(double joules, const Grid& grid, const Pue& pue) {
  if (!std::isfinite(joules) || joules < 0.0)
    throw Error(ErrorKind::usage, fmt::format("an energy of {} J is outside the allowed range [0, inf)", joules));
  if (!std::isfinite(pue.value) || pue.value < 1.0)
    throw Error(ErrorKind::usage, fmt::format("a PUE of {} is outside the allowed range [1, inf)", pue.value));
  return kwh_of(joules) * pue.value * grid.grams_per_kwh;
}

}  // namespace synop
