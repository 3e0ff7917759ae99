// Positions of neurons, and what depends on the distance between them.
#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/experiment/detail/sections.hpp"

namespace synop::detail {

namespace {

// One to three numbers; returns how many, 0 after reporting.
int read_point(const Value& value, const Range& range, Point& out) {
  const auto items = value.items(0, "an array of one, two or three numbers");
  if (!items) return 0;
  if (items->empty() || items->size() > 3) {
    value.report(
        fmt::format("the array has {} values; allowed: one for each of one, two or three dimensions", items->size()));
    return 0;
  }
  bool good = true;
  for (std::size_t k = 0; k < items->size(); ++k) {
    const std::optional<double> x = (*items)[k].quantity("", range);
    good = good && x;
    out[k] = x.value_or(0.0);
  }
  return good ? static_cast<int>(items->size()) : 0;
}

bool read_grid(const Value& value, std::uint32_t size, PositionsSection& out) {
  const auto items = value.items(0, "an array of one, two or three numbers of neurons");
  if (!items) return false;
  if (items->empty() || items->size() > 3) {
    value.report(
        fmt::format("the array has {} values; allowed: one for each of one, two or three dimensions", items->size()));
    return false;
  }
  double product = 1.0;
  for (const Value& item : *items) {
    const auto n = item.integer(1, max_count);
    if (!n) return false;
    out.shape.push_back(static_cast<std::uint32_t>(*n));
    product *= static_cast<double>(*n);
  }
  out.dimensions = static_cast<int>(items->size());
  if (size == 0 || product == static_cast<double>(size)) return true;
  value.report(fmt::format("the grid has {} places for {} neurons; allowed: as many", product, size));
  return false;
}

bool read_points(const Value& value, std::uint32_t size, PositionsSection& out) {
  const auto items = value.items(0, "an array of positions, for example [[0, 0.5], [1, 0]]");
  if (!items) return false;
  if (size != 0 && items->size() != size) {
    value.report(fmt::format("the list has {} values; allowed: one for each of the {} neurons", items->size(), size));
    return false;
  }
  for (const Value& item : *items) {
    Point point{};
    const int dimensions = read_point(item, any_value, point);
    if (dimensions == 0) return false;
    if (out.dimensions != 0 && dimensions != out.dimensions) {
      item.report(fmt::format("the position has {} coordinates and the ones before it {}; allowed: as many", dimensions,
                              out.dimensions));
      return false;
    }
    out.dimensions = dimensions;
    out.points.push_back(point);
  }
  return true;
}

// The box: of a grid and of random positions what they fill, of others what is periodic.
void read_box(TableReader& table, PositionsSection& out) {
  using Kind = PositionsSection::Kind;
  table.boolean("edge_wrap", out.edge_wrap);
  const bool free = out.kind == Kind::list || out.kind == Kind::file;
  if (free && !out.edge_wrap)
    for (const std::string_view key : {"extent", "center"})
      table.refuse(key, "this key has no effect on positions that are given; allowed: with edge_wrap = true");
  if (out.kind == Kind::random || (free && out.edge_wrap)) table.required("extent");
  const std::optional<Value> extent = table.find("extent");
  const std::optional<Value> center = table.find("center");
  for (const auto& [value, point, range] :
       {std::tuple(extent, &out.extent, positive), std::tuple(center, &out.center, any_value)}) {
    if (!value) continue;
    const int dimensions = read_point(*value, range, *point);
    if (dimensions == 0) continue;
    if (out.dimensions == 0) out.dimensions = dimensions;
    if (dimensions != out.dimensions)
      value->report(
          fmt::format("the array has {} values; allowed: {}, one for each dimension", dimensions, out.dimensions));
  }
}

struct FunctionName {
  std::string_view name;
  DistanceFunction::Kind kind;
};
constexpr FunctionName functions[] = {{"linear", DistanceFunction::linear},
                                      {"exponential", DistanceFunction::exponential},
                                      {"gaussian", DistanceFunction::gaussian},
                                      {"gamma", DistanceFunction::gamma}};

// The parameters of the function; where it is a probability, gaussian's `a` is called p_center.
bool read_parameters_of(const Value& value, std::string_view unit, double* cutoff, DistanceFunction& out) {
  TableReader table(value);
  const auto read = [&](std::string_view key, double& x, std::string_view of, const Range& range) {
    return !table.has(key) ? (table.find(key), true) : table.quantity(key, x, of, range);
  };
  const bool is_probability = cutoff != nullptr;
  bool good = true;
  if (out.kind == DistanceFunction::gaussian && is_probability)
    good = read("p_center", out.a, "", unit_interval);
  else
    good = read("a", out.a, unit, any_value);
  good = read("c", out.c, unit, any_value) && good;
  if (out.kind == DistanceFunction::exponential) good = read(table.required("beta"), out.beta, "", positive) && good;
  if (out.kind == DistanceFunction::gaussian) {
    good = read("mean", out.mean, "", any_value) && good;
    good = read(table.required("std"), out.std, "", positive) && good;
  }
  if (out.kind == DistanceFunction::gamma) {
    good = read(table.required("kappa"), out.kappa, "", {.low = 1.0, .high = 1e6}) && good;
    good = read(table.required("theta"), out.theta, "", positive) && good;
  }
  if (is_probability) good = read("cutoff", *cutoff, "", unit_interval) && good;
  table.finish();
  return good;
}

}  // namespace

void read_positions(TableReader& table, const ReadContext& context, PopulationSection& population) {
  const std::optional<Value> value = table.find("positions");
  if (!value) return;
  using Kind = PositionsSection::Kind;
  TableReader keys(*value);
  PositionsSection positions;
  const std::optional<Value> grid = keys.find("grid");
  const std::optional<Value> list = keys.find("list");
  const bool random = keys.find("random").has_value();
  const bool file = keys.find("file").has_value();
  if (grid.has_value() + list.has_value() + random + file != 1)
    return value->report("exactly one of the keys grid, random, list and file must be given");
  bool good = false;
  if (grid) {
    positions.kind = Kind::grid;
    good = read_grid(*grid, population.size, positions);
  } else if (list) {
    positions.kind = Kind::list;
    good = read_points(*list, population.size, positions);
  } else if (random) {
    positions.kind = Kind::random;
    good = keys.choice<Kind>("random", positions.kind, {{"uniform", Kind::random}});
  } else {
    positions.kind = Kind::file;
    good = read_path(keys, "file", context, positions.file);
  }
  if (!good) return;
  read_box(keys, positions);
  keys.finish();
  population.positions = std::move(positions);
}

bool read_distance_function(const Value& value, std::string_view unit, double* cutoff, DistanceFunction& out) {
  constexpr std::string_view allowed =
      "{ linear = {..} }, { exponential = {..} }, { gaussian = {..} } or { gamma = {..} }";
  TableReader table(value);
  const FunctionName* given = nullptr;
  std::optional<Value> parameters;
  int count = 0;
  for (const FunctionName& function : functions)
    if (const std::optional<Value> found = table.find(function.name))
      parameters.emplace(*found), given = &function, ++count;
  if (count != 1) {
    if (table.is_table()) {
      if (count == 0 && !value.node().members.empty())
        table.finish();  // a name that is not known
      else
        value.report(fmt::format("exactly one function of distance must be given; allowed: {}", allowed));
    }
    return false;
  }
  table.finish();
  out.kind = given->kind;
  return read_parameters_of(*parameters, unit, cutoff, out);
}

bool read_mask(TableReader& table, Mask& out) {
  const std::optional<Value> value = table.find("mask");
  if (!value) return false;
  TableReader keys(*value);
  constexpr std::string_view shapes[] = {"circular", "spherical",  "rectangular", "box",
                                         "doughnut", "elliptical", "ellipsoidal"};
  std::string_view shape;
  std::optional<Value> given;
  int count = 0;
  for (const std::string_view name : shapes)
    if (const std::optional<Value> found = keys.find(name)) given.emplace(*found), shape = name, ++count;
  if (count != 1) {
    value->report(
        "exactly one of the keys circular, spherical, rectangular, box, doughnut, elliptical and ellipsoidal must "
        "be given");
    return false;
  }
  TableReader sizes(*given);
  bool good = true;
  const auto length = [&](std::string_view key, double& x, const Range& range) {
    good = sizes.quantity(sizes.required(key), x, "", range) && good;
  };
  const auto corner = [&](std::string_view key, Point& point) {
    const std::optional<Value> array = sizes.find(sizes.required(key));
    good = array && read_point(*array, any_value, point) > 0 && good;
  };
  if (shape == "circular" || shape == "spherical") {
    out.shape = Mask::ball;
    length("radius", out.radius, positive);
  } else if (shape == "doughnut") {
    out.shape = Mask::ball;
    length("inner_radius", out.inner_radius, non_negative);
    length("outer_radius", out.radius, positive);
  } else if (shape == "rectangular" || shape == "box") {
    out.shape = Mask::box;
    corner("lower_left", out.lower_left);
    corner("upper_right", out.upper_right);
  } else {
    out.shape = Mask::ellipsoid;
    length("major_axis", out.axes[0], positive);
    length("minor_axis", out.axes[1], positive);
    out.axes[2] = out.axes[1];
    if (shape == "ellipsoidal") length("polar_axis", out.axes[2], positive);
    if (sizes.has("azimuth_angle"))
      good = sizes.quantity("azimuth_angle", out.azimuth_angle, "", any_value) && good;
    else
      sizes.find("azimuth_angle");
  }
  sizes.finish();
  if (const std::optional<Value> anchor = keys.find("anchor"))
    good = read_point(*anchor, any_value, out.anchor) > 0 && good;
  keys.finish();
  return good;
}

}  // namespace synop::detail
