#pragma once

#include <span>
#include <string>
#include <string_view>

namespace synop {

// Energy as greenhouse gases: g CO2e = kWh x PUE x intensity of the grid. Both factors have a name and a date.

inline constexpr double joules_per_kwh = 3.6e6;
constexpr double kwh_of(double joules) {
  return joules / joules_per_kwh;
}

struct Grid {
  std::string name;
  double grams_per_kwh = 0.0;  // CO2e
  int year = 0;
  std::string source;
};

// Grids of the CarbonTracker tool's data, by country code, and the world.
std::span<const Grid> known_grids();
// A known grid, or a number of grams per kWh of CO2e given as text ("381"). Error(usage) with the nearest name
// otherwise, or for a number that is negative or not finite.
Grid find_grid(const std::string& name_or_number);

// How much a data centre draws for each kWh that its computers draw.
struct Pue {
  double value = 1.58;
  std::string source = "average of data centres in 2023, as CarbonTracker has it";
};

// Error(usage) unless the energy is finite and not negative, and PUE >= 1.
double grams_co2e(double joules, const Grid& grid, const Pue& pue);

}  // namespace synop
