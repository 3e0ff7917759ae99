#include <random>
#include <regex>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include "synop/core/error.hpp"
#include "synop/io/plot/curve_plot.hpp"
#include "synop/io/plot/raster.hpp"
#include "synop/io/plot/rate_plot.hpp"
#include "synop/io/plot/svg.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

struct Recording {
  std::vector<Spike> excitatory;
  std::vector<Spike> inhibitory;
  std::vector<PopulationSpikes> populations;
};

// Two populations that fire in a slow rhythm.
Recording example_recording(int count) {
  Recording recording;
  std::mt19937 random(7);
  for (int i = 0; i < count; ++i) {
    const double t = 1000.0 * i / count;
    const double phase = std::fmod(t, 125.0) / 125.0;
    recording.excitatory.push_back({Time::from_ms(t), static_cast<std::uint32_t>(random() % 800)});
    if (phase < 0.4) recording.inhibitory.push_back({Time::from_ms(t), static_cast<std::uint32_t>(random() % 200)});
  }
  recording.populations = {{"excitatory", 800, recording.excitatory}, {"<inhibitory> & co", 200, recording.inhibitory}};
  return recording;
}

PlotOptions example_options() {
  return {.title = "Two \"populations\"", .start = {}, .stop = Time::from_ms(1000)};
}

bool is_well_formed(const std::string& svg) {
  const TemporaryFolder folder;
  std::ofstream(folder / "a.svg") << svg;
  const std::string command =
      "/usr/bin/python3 -c \"import sys, xml.dom.minidom as m; m.parse(sys.argv[1])\" " + (folder / "a.svg").string();
  return std::system(command.c_str()) == 0;
}

std::size_t dot_count(const std::string& svg) {
  const std::regex dot("h0");
  return static_cast<std::size_t>(
      std::distance(std::sregex_iterator(svg.begin(), svg.end(), dot), std::sregex_iterator()));
}

TEST(Raster, DrawsOneDotPerSpike) {
  const Recording recording = example_recording(2000);
  const std::string svg = raster_svg(recording.populations, example_options());
  EXPECT_EQ(dot_count(svg), recording.excitatory.size() + recording.inhibitory.size());
  EXPECT_THAT(svg, HasSubstr("&lt;inhibitory&gt; &amp; co"));
  EXPECT_THAT(svg, HasSubstr("time (ms)"));
  EXPECT_TRUE(is_well_formed(svg));
  EXPECT_EQ(svg, raster_svg(recording.populations, example_options()));
}

TEST(Raster, ThinsOutManySpikesAndSaysSo) {
  const Recording recording = example_recording(300'000);
  const std::string svg = raster_svg(recording.populations, example_options());
  EXPECT_NEAR(static_cast<double>(dot_count(svg)), 20'000.0, 600.0);
  EXPECT_THAT(svg, HasSubstr("spikes drawn, chosen evenly"));
}

TEST(Raster, LeavesOutSpikesBeyondItsWindow) {
  const Recording recording = example_recording(1000);
  PlotOptions options = example_options();
  options.start = Time::from_ms(500);
  options.stop = Time::from_ms(600);
  EXPECT_EQ(dot_count(raster_svg(std::span(recording.populations).first(1), options)), 100u);
}

TEST(Raster, OfNothingIsStillAPicture) {
  const std::vector<PopulationSpikes> silent{{"silent", 0, {}}};
  EXPECT_TRUE(is_well_formed(raster_svg(silent, example_options())));
  EXPECT_TRUE(is_well_formed(raster_svg({}, example_options())));
  EXPECT_TRUE(is_well_formed(rate_svg(silent, example_options(), Delay::from_ms(10))));
  EXPECT_TRUE(is_well_formed(rate_svg({}, example_options(), Delay::from_ms(10))));
}

TEST(RatePlot, StatesItsBinsAndIsDeterministic) {
  const Recording recording = example_recording(20'000);
  const std::string svg = rate_svg(recording.populations, example_options(), Delay::from_ms(7.5));
  EXPECT_THAT(svg, HasSubstr("bins of 7.5 ms"));
  EXPECT_THAT(svg, HasSubstr("rate (spikes/s per neuron)"));
  EXPECT_TRUE(is_well_formed(svg));
  EXPECT_EQ(svg, rate_svg(recording.populations, example_options(), Delay::from_ms(7.5)));
}

// 100 spikes of 10 neurons in each 100 ms are 100 spikes/s; the narrower last bin must not look slower.
TEST(RatePlot, OfASteadyRateIsFlat) {
  std::vector<Spike> spikes;
  for (int i = 0; i < 1050; ++i) spikes.push_back({Time::from_ms(i + 0.5), static_cast<std::uint32_t>(i % 10)});
  const std::vector<PopulationSpikes> populations{{"a", 10, spikes}};
  PlotOptions options = example_options();
  options.stop = Time::from_ms(1050);
  const std::string svg = rate_svg(populations, options, Delay::from_ms(100));
  std::smatch path;
  ASSERT_TRUE(std::regex_search(svg, path, std::regex("<path d=\"([^\"]*)\" fill=\"none\"")));
  const std::string points = path[1];
  const std::regex point("[ML]([0-9.]+) ([0-9.]+)");
  std::set<std::string> heights;
  for (auto i = std::sregex_iterator(points.begin(), points.end(), point); i != std::sregex_iterator(); ++i)
    heights.insert((*i)[2]);
  EXPECT_EQ(heights.size(), 1u);
}

TEST(Plots, RefuseToCoverNoTime) {
  PlotOptions options = example_options();
  options.stop = options.start;
  EXPECT_THROW(raster_svg({}, options), Error);
  EXPECT_THROW(rate_svg({}, example_options(), Delay{0}), Error);
  EXPECT_THROW(rate_svg({}, example_options(), Delay{1}), Error);
}

// Points of equal distance lie at equal distances in the picture, upwards for larger values.
TEST(CurvePlot, PlacesPointsInProportionAndDrawsALineAsOnePath) {
  const std::vector<Curve> curves{{.name = "a < b", .x = {0, 1, 2}, .y = {-1, 0, 1}, .dots = true},
                                  {.name = "line", .x = {0, 2}, .y = {-1, 1}, .colour = 1}};
  const std::string svg = curve_svg(curves, {.title = "curves", .x_label = "x", .y_label = "y"});
  EXPECT_TRUE(is_well_formed(svg));
  EXPECT_THAT(svg, testing::AllOf(HasSubstr("a &lt; b"), HasSubstr(">line</text>"), HasSubstr(">curves</text>")));
  std::vector<double> x, y;
  const std::regex dot("M([0-9.]+) ([0-9.]+)h0");
  for (std::sregex_iterator at(svg.begin(), svg.end(), dot), end; at != end && x.size() < 3; ++at)
    x.push_back(std::stod((*at)[1])), y.push_back(std::stod((*at)[2]));
  ASSERT_EQ(x.size(), 3u);
  EXPECT_NEAR(x[1] - x[0], x[2] - x[1], 0.11);
  EXPECT_NEAR(y[1] - y[0], y[2] - y[1], 0.11);
  EXPECT_GT(x[1], x[0] + 50);
  EXPECT_LT(y[1], y[0] - 50);
  EXPECT_THAT(svg, HasSubstr(fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}", x[0], y[0], x[2], y[2])));
}

TEST(CurvePlot, RefusesWhatCannotBeDrawn) {
  const CurvePlotOptions options{.title = "", .x_label = "", .y_label = ""};
  EXPECT_THROW(curve_svg({}, options), Error);
  const std::vector<Curve> uneven{{.name = "uneven", .x = {0, 1}, .y = {0}}};
  const std::vector<Curve> infinite{{.name = "far", .x = {0}, .y = {1.0 / 0.0}}};
  EXPECT_THROW(curve_svg(uneven, options), Error);
  EXPECT_THROW(curve_svg(infinite, options), Error);
  const std::vector<Curve> single{{.name = "one", .x = {3}, .y = {5}, .dots = true}};
  EXPECT_TRUE(is_well_formed(curve_svg(single, options)));
}

}  // namespace
}  // namespace synop
