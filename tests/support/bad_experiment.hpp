#pragma once

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/fake_catalogue.hpp"
#include "synop/core/error.hpp"
#include "synop/io/experiment/experiment.hpp"

namespace synop::test {

inline constexpr std::string_view marker = "@@";

// The message of the error that the text gives, or "no error".
inline std::string error_of(const std::string& text) {
  try {
    parse_experiment(text, "bad.toml", fake_catalogue());
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    return error.what();
  }
  return "no error";
}

// "bad.toml:<line>:<column>" of the marker, which is taken out of the text.
inline std::string take_marker(std::string& text) {
  const std::size_t at = text.find(marker);
  if (at == std::string::npos) return "the text has no marker";
  text.erase(at, marker.size());
  const std::string before = text.substr(0, at);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  return fmt::format("bad.toml:{}:{}", line, at - (before.rfind('\n') + 1) + 1);
}

// A text with the marker where the error is, the key it names, and a part of what it says.
struct BadFile {
  const char* text;
  const char* key;
  const char* says;
};

// Expects exactly this error of before + bad.text + after.
inline void expect_refused(const BadFile& bad, const std::string& before, const std::string& after) {
  std::string text = before + bad.text + after;
  const std::string place = take_marker(text);
  const std::string expected = fmt::format("{}: key '{}': ", place, bad.key);
  const std::string error = error_of(text);
  EXPECT_EQ(error.substr(0, expected.size()), expected) << bad.text << "\n" << error;
  EXPECT_NE(error.find(bad.says), std::string::npos) << bad.text << "\n" << error;
  EXPECT_EQ(error.find('\n'), std::string::npos) << "more than one error: " << error;
}

// Sections to which a test adds the one that is wrong.
inline const std::string simulation = "[simulation]\nduration = \"1 s\"\n";
inline const std::string exc_population = "[[population]]\nname = \"exc\"\nmodel = \"iaf_psc_delta\"\nsize = 10\n";
inline const std::string in_population = "[[population]]\nname = \"in\"\nmodel = \"poisson_population\"\nsize = 10\n";

}  // namespace synop::test
