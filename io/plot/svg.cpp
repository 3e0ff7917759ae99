#include "synop/io/plot/svg.hpp"

#include <array>
#include <iterator>

#include <fmt/format.h>

namespace synop {

namespace {

// XML 1.0 forbids most control characters even when escaped.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return result;
}

std::string path_of(const std::vector<Point>& points) {
  std::string path;
  for (const Point& point : points)
    fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", path.empty() ? 'M' : 'L', point.x, point.y);
  return path;
}

std::string_view name_of(Anchor anchor) {
  if (anchor == Anchor::middle) return "middle";
  return anchor == Anchor::end ? "end" : "start";
}

}  // namespace

Svg::Svg(double width, double height, std::string_view title)
    : body_(
          fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
                      "font-family=\"Helvetica, Arial, DejaVu Sans, sans-serif\">\n<title>{2}</title>\n",
                      width, height, escaped(title))) {
  rectangle({0, 0}, width, height, "#ffffff");
}

void Svg::rectangle(Point corner, double width, double height, std::string_view fill) {
  body_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>\n", corner.x,
                       corner.y, width, height, fill);
}

void Svg::line(Point from, Point to, std::string_view colour, double width) {
  body_ +=
      fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" stroke-width=\"{}\"/>\n",
                  from.x, from.y, to.x, to.y, colour, width);
}

void Svg::polyline(const std::vector<Point>& points, std::string_view colour, double width) {
  if (points.empty()) return;
  body_ += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"/>\n",
                       path_of(points), colour, width);
}

void Svg::area(const std::vector<Point>& points, std::string_view fill, double opacity) {
  if (points.empty()) return;
  body_ += fmt::format("<path d=\"{}Z\" fill=\"{}\" fill-opacity=\"{}\"/>\n", path_of(points), fill, opacity);
}

// One path of strokes of no length with round ends: a tenth of the size of as many circles.
void Svg::dots(const std::vector<Point>& centres, std::string_view colour, double diameter) {
  if (centres.empty()) return;
  body_ += "<path d=\"";
  for (const Point& centre : centres) fmt::format_to(std::back_inserter(body_), "M{:.1f} {:.1f}h0", centre.x, centre.y);
  body_ += fmt::format("\" stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"round\"/>\n", colour, diameter);
}

void Svg::text(Point position, std::string_view text, const TextStyle& style) {
  const std::string turn =
      style.turned == 0 ? ""
                        : fmt::format(" transform=\"rotate({} {:.1f} {:.1f})\"", style.turned, position.x, position.y);
  body_ +=
      fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{}\" text-anchor=\"{}\" fill=\"{}\"{}{}>{}</text>\n",
                  position.x, position.y, style.size, name_of(style.anchor), style.colour,
                  style.bold ? " font-weight=\"bold\"" : "", turn, escaped(text));
}

std::string_view plot_colour(std::size_t index) {
  constexpr std::array<std::string_view, 8> colours{"#1f5fa8", "#c8452c", "#2e8b57", "#8c5aa8",
                                                    "#b8860b", "#1a8a96", "#b0487f", "#5b6470"};
  return colours[index % colours.size()];
}

}  // namespace synop
