#include "synop/io/experiment/units.hpp"

#include <string>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"

namespace synop {
namespace {

std::string error_of(std::string_view text, std::string_view unit) {
  try {
    parse_quantity(text, unit);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    return error.what();
  }
  return "";
}

TEST(Units, GiveTheDoubleNearestToTheDecimalValue) {
  EXPECT_EQ(parse_quantity("0.1 ms", "ms"), 0.1);
  EXPECT_EQ(parse_quantity("1500 us", "ms"), 1.5);
  EXPECT_EQ(parse_quantity("100us", "ms"), 0.1);
  EXPECT_EQ(parse_quantity("0.3 s", "ms"), 300.0);
  EXPECT_EQ(parse_quantity("0.0003 s", "ms"), 0.3);
  EXPECT_EQ(parse_quantity("1.1e-3 s", "ms"), 1.1);
  EXPECT_EQ(parse_quantity("0.7 nA", "pA"), 700.0);
  EXPECT_EQ(parse_quantity("1.001 kHz", "Hz"), 1001.0);
}

TEST(Units, AcceptEverySIPrefix) {
  EXPECT_EQ(parse_quantity("1 pS", "nS"), 1e-3);
  EXPECT_EQ(parse_quantity("1 nS", "nS"), 1.0);
  EXPECT_EQ(parse_quantity("1 uS", "nS"), 1e3);
  EXPECT_EQ(parse_quantity("1 \xC2\xB5S", "nS"), 1e3);
  EXPECT_EQ(parse_quantity("1 \xCE\xBCS", "nS"), 1e3);
  EXPECT_EQ(parse_quantity("1 mS", "nS"), 1e6);
  EXPECT_EQ(parse_quantity("1 S", "nS"), 1e9);
  EXPECT_EQ(parse_quantity("1 kS", "nS"), 1e12);
  EXPECT_EQ(parse_quantity("1 MOhm", "MOhm"), 1.0);
  EXPECT_EQ(parse_quantity("1 GOhm", "MOhm"), 1e3);
}

TEST(Units, TakeABareNumberInTheExpectedUnit) {
  EXPECT_EQ(parse_quantity("250", "pF"), 250.0);
  EXPECT_EQ(parse_quantity(" -65.5e0 ", "mV"), -65.5);
  EXPECT_EQ(parse_quantity("+.5", ""), 0.5);
  EXPECT_EQ(parse_quantity("5.", ""), 5.0);
}

TEST(Units, CombineByProductAndQuotient) {
  EXPECT_EQ(parse_quantity("1 1/ms", "Hz"), 1e3);
  EXPECT_EQ(parse_quantity("2 mV/s", "mV/ms"), 2e-3);
  EXPECT_EQ(parse_quantity("3 pA*MOhm", "mV"), 3e-3);
  EXPECT_EQ(parse_quantity("4 pC/ms", "pA"), 4e3);
}

TEST(Units, RefuseAnotherDimensionWithAnExample) {
  EXPECT_NE(error_of("20 pF", "ms").find("wrong unit 'pF'; allowed: a time, for example \"1.5 ms\""),
            std::string::npos);
  EXPECT_NE(error_of("20 ms", "mV").find("a voltage"), std::string::npos);
  EXPECT_NE(error_of("20 ms", "pA").find("a current"), std::string::npos);
  EXPECT_NE(error_of("20 ms", "pF").find("a capacitance"), std::string::npos);
  EXPECT_NE(error_of("20 ms", "Hz").find("a frequency"), std::string::npos);
  EXPECT_NE(error_of("20 ms", "nS").find("a conductance"), std::string::npos);
  EXPECT_NE(error_of("20 ms", "MOhm").find("a resistance"), std::string::npos);
  EXPECT_NE(error_of("20 ms", "mV/ms").find("a quantity in mV/ms"), std::string::npos);
  EXPECT_NE(error_of("20 ms", "").find("a pure number"), std::string::npos);
}

TEST(Units, RefuseWhatIsNoQuantity) {
  for (const std::string_view text :
       {"",      " ",         "ms",           "-",     ".",       "1e",     "1e+ ms",   "nan",  "inf",   "-inf ms",
        "1 mss", "1 Ms s",    "1 MS",         "1 hz",  "1 ms ms", "1,5 ms", "1_000 ms", "0x10", "1 ms/", "1 /ms",
        "1e400", "1e-400 ms", "1e9999999 ms", "1 mmV", "1 k1",    "--1 ms", "1 %"})
    EXPECT_NE(error_of(text, "ms"), "") << text;
}

TEST(Units, NameTheUnknownUnit) {
  EXPECT_NE(error_of("1 mss", "ms").find("unknown unit 'mss'"), std::string::npos);
}

TEST(Units, PutTimesOnTicks) {
  EXPECT_EQ(parse_time("0.1 ms").ticks, 100'000'000);
  EXPECT_EQ(parse_delay("3 us").ticks, 3'000'000);
  EXPECT_EQ(parse_delay("1 ps").ticks, 1);
  EXPECT_THROW(parse_time("1e9 s"), Error);
  EXPECT_EQ(parse_delay("0.6 ps").ticks, 1);
  EXPECT_EQ(parse_delay("0 ms").ticks, 0);
  EXPECT_THROW(parse_time("0.4 ps"), Error);
  EXPECT_THROW(parse_delay("0.4 ps"), Error);
}

}  // namespace
}  // namespace synop
