#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace synop {

// A series of points (x[i], y[i]), joined by lines or drawn as dots.
struct Curve {
  std::string name = {};  // in the legend; "": not in it
  std::vector<double> x = {};
  std::vector<double> y = {};
  bool dots = false;
  std::size_t colour = 0;  // plot_colour()
};

struct CurvePlotOptions {
  std::string title;
  std::string x_label;
  std::string y_label;
  double width = 720;
};

// An SVG of the curves, one over the other in the order given, over axes that hold all of their points. Throws
// Error(usage) unless every curve has as many x as y, all of them finite, and there is a point.
std::string curve_svg(std::span<const Curve> curves, const CurvePlotOptions& options);

}  // namespace synop
