#pragma once

#include <string>
#include <vector>

#include "synop/io/plot/plot_data.hpp"
#include "synop/io/plot/svg.hpp"

namespace synop {

// Round values (1, 2 or 5 times a power of ten apart) that cover [low, high] with about `wanted` of them.
std::vector<double> round_ticks(double low, double high, int wanted);

// Where instants lie between two x positions of a picture.
class TimeAxis {
 public:
  // Throws Error(usage) unless options.start < options.stop.
  TimeAxis(const PlotOptions& options, double left, double right);

  double x(Time time) const;
  double left() const { return left_; }
  double right() const { return right_; }

  // Faint vertical lines over [top, bottom], numbers and the unit (ms or s) below.
  void draw(Svg& svg, double top, double bottom) const;

 private:
  Time start_;
  Time stop_;
  double left_;
  double right_;
};

// How wide a text of this size will roughly be.
double text_width(const std::string& text, double size);

// Cut at `length` characters (not bytes), with an ellipsis.
std::string shortened(const std::string& text, std::size_t length);

}  // namespace synop
