#include "synop/io/tasks/detail/digit_shapes.hpp"

#include <array>
#include <sstream>
#include <string>
#include <string_view>

namespace synop::detail {

namespace {

// One way of writing a digit: the points "x,y" in percent of the box, "!" after a point that is a corner, "/" where
// the pen is lifted.
using Notation = std::string_view;

constexpr Notation zeros[] = {
    "55,0 18,15 3,55 20,92 52,100 86,85 97,45 82,10 50,2",
    "70,5 40,8 15,50 25,95 55,92 80,50 75,8 45,0",
};
constexpr Notation ones[] = {
    "50,0 50,50 50,100",
    "27,24 55,0! 52,50 50,100",
    "24,26 53,0! 52,50 50,99 / 22,100 50,98 80,100",
};
constexpr Notation twos[] = {
    "8,24 30,3 64,1 85,24 66,54 8,99! 50,96 95,97",
    "12,20 40,0 78,12 70,50 30,90 8,92 14,78 40,84 70,98 98,92",
    "5,10 55,0 80,22 50,60 5,95! 95,88",
};
constexpr Notation threes[] = {
    "10,12 45,0 82,18 40,46! 88,68 60,99 5,88",
    "10,2! 86,2! 42,40! 88,64 60,99 5,90",
    "15,8 60,0 78,22 50,45 35,47 60,48 85,72 50,100 8,82",
};
constexpr Notation fours[] = {
    "22,0 10,54! 50,56 95,54 / 76,2 72,50 68,100",
    "70,0! 5,64! 50,66 95,63 / 70,0 70,50 68,100",
    "14,4 10,42 45,56 82,36 / 86,0 80,45 74,100",
};
constexpr Notation fives[] = {
    "86,1 24,2! 18,42! 60,36 90,64 64,97 8,90",
    "90,4 55,4 28,14 32,40 70,54 78,82 45,100 8,92",
    "28,2 20,42! 62,38 86,66 58,98 10,92 / 26,3 88,0",
};
constexpr Notation sixes[] = {
    "70,0 30,28 8,70 34,100 78,90 82,62 50,50 14,72",
    "30,0 14,45 16,82 50,100 84,80 70,56 40,58 18,78",
    "85,6 50,10 18,50 22,92 60,98 72,72 48,60 24,76",
};
constexpr Notation sevens[] = {
    "6,6! 92,3! 60,50 40,100",
    "6,6! 92,3! 60,50 38,100 / 28,52 82,48",
    "8,22! 10,3! 60,6 90,4! 58,40 48,100",
};
constexpr Notation eights[] = {
    "82,14 50,0 18,20 50,46 86,74 50,100 12,78 50,46 82,14",
    "50,46 20,28 48,0 80,22 50,46 16,74 50,100 84,76 50,46",
    "86,12 44,0 18,24 58,50 72,82 40,100 18,80 46,52 84,16",
};
constexpr Notation nines[] = {
    "84,18 50,0 12,24 38,52 84,22! 80,60 76,100",
    "84,20 46,0 14,26 44,50 84,24 82,72 44,100 12,88",
    "76,8 30,4 14,34 50,48 80,12 70,55 40,100",
};

DigitShape parse(Notation notation) {
  DigitShape shape(1);
  std::istringstream in{std::string(notation)};
  for (std::string word; in >> word;) {
    if (word == "/") {
      shape.emplace_back();
      continue;
    }
    const auto comma = word.find(',');
    const auto x = static_cast<float>(std::stoi(word.substr(0, comma)));
    const auto y = static_cast<float>(std::stoi(word.substr(comma + 1)));
    shape.back().push_back({x / 100.0F, y / 100.0F, word.back() == '!'});
  }
  return shape;
}

std::array<std::vector<DigitShape>, 10> parse_all() {
  const std::array<std::span<const Notation>, 10> notations = {zeros, ones,  twos,   threes, fours,
                                                               fives, sixes, sevens, eights, nines};
  std::array<std::vector<DigitShape>, 10> shapes;
  for (std::size_t digit = 0; digit < shapes.size(); ++digit) {
    for (const Notation notation : notations[digit]) shapes[digit].push_back(parse(notation));
  }
  return shapes;
}

}  // namespace

std::span<const DigitShape> shapes_of(unsigned digit) {
  static const std::array<std::vector<DigitShape>, 10> shapes = parse_all();
  return shapes.at(digit);
}

}  // namespace synop::detail
