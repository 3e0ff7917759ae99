#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace synop {

struct Point {
  double x = 0;
  double y = 0;
};

enum class Anchor { start, middle, end };

struct TextStyle {
  double size = 12;
  Anchor anchor = Anchor::start;
  std::string_view colour = "#333333";
  bool bold = false;
  double turned = 0;  // degrees, clockwise
};

// A static picture, in pixels from the upper left corner. Text is escaped. The same calls give the same bytes.
class Svg {
 public:
  Svg(double width, double height, std::string_view title);

  void rectangle(Point corner, double width, double height, std::string_view fill);
  void line(Point from, Point to, std::string_view colour, double width = 1);
  void polyline(const std::vector<Point>& points, std::string_view colour, double width = 1.5);
  void area(const std::vector<Point>& points, std::string_view fill, double opacity);
  void dots(const std::vector<Point>& centres, std::string_view colour, double diameter);
  void text(Point position, std::string_view text, const TextStyle& style = {});

  std::string str() const { return body_ + "</svg>\n"; }

 private:
  std::string body_;
};

// Colours that stay apart for readers who see colours differently; they repeat after eight.
std::string_view plot_colour(std::size_t index);

}  // namespace synop
