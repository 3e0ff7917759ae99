#include "synop/io/energy/carbon.hpp"

#include <gtest/gtest.h>

#include "synop/core/error.hpp"

namespace synop {
namespace {

// E. Strubell et al., ACL 2019: PUE 1.58 and 0.954 lb of CO2 per kWh; the published watts and hours of three trainings.
TEST(Carbon, GivesThePublishedEmissionsOfThreeTrainings) {
  constexpr double grams_per_pound = 453.59237;
  const Grid grid{"US 2018", 0.954 * grams_per_pound, 2018, "EPA"};
  const Pue pue{1.58, "2018"};
  const auto pounds = [&](double watts, double hours) {
    return grams_co2e(watts * hours * 3600.0, grid, pue) / grams_per_pound;
  };
  EXPECT_NEAR(pounds(1515.43, 274120), 626155, 10);  // architecture search
  EXPECT_NEAR(kwh_of(1515.43 * 274120 * 3600.0) * 1.58, 656347, 10);
  EXPECT_NEAR(pounds(1515.43, 84), 192, 0.5);  // the large Transformer
  EXPECT_NEAR(pounds(1415.78, 12), 26, 0.5);   // the base one
}

TEST(Carbon, OfNoEnergyIsNothingAndUnitsGoRound) {
  const Grid grid = find_grid("DE");
  EXPECT_EQ(grid.grams_per_kwh, 380.95);
  EXPECT_EQ(grid.year, 2023);
  EXPECT_EQ(grams_co2e(0.0, grid, {}), 0.0);
  EXPECT_DOUBLE_EQ(kwh_of(1.0) * joules_per_kwh, 1.0);
  EXPECT_NEAR(kwh_of(1.0), 2.77778e-7, 1e-12);
  EXPECT_DOUBLE_EQ(grams_co2e(3.6e6, find_grid("500"), {1.0, "none"}), 500.0);
}

TEST(Carbon, RefusesUnknownGridsAndImpossibleFactors) {
  EXPECT_THROW(find_grid("Utopia"), Error);
  EXPECT_THROW(find_grid("-3"), Error);
  EXPECT_THROW(grams_co2e(-1.0, find_grid("world"), {}), Error);
  EXPECT_THROW(grams_co2e(1.0, find_grid("world"), {0.9, ""}), Error);
  try {
    find_grid("wrold");
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'world'"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace synop
