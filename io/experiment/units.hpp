#pragma once

#include <string>
#include <string_view>

#include "synop/core/time.hpp"

namespace synop {

// Quantities of experiment files: "1.5 ms", "250 pF", "20kHz", "-65 mV", "10 MOhm". A unit is a product or quotient of
// s, Hz, V, A, F, S, Ohm and C, each with an SI prefix p n u (or the micro sign) m k M G: "pA/ms" is one too.

// The value of `text` expressed in `unit` ("ms", "mV", "pA", ...; "" for a pure number). A number without a unit is
// taken to be in `unit`. The result is the double nearest to the decimal value: "0.1 ms" in ms is 0.1 and "1500 us"
// is 1.5. Throws Error(model) when the text is no number, the unit is unknown or of another dimension, or the value is
// not finite.
double parse_quantity(std::string_view text, std::string_view unit);

Time parse_time(std::string_view text);    // as parse_quantity in ms, rounded to the nearest tick
Delay parse_delay(std::string_view text);  // the same for a span

// What a quantity in `unit` is called, with an example: `a time, for example "1.5 ms"`.
std::string describe_unit(std::string_view unit);

}  // namespace synop
