#include "synop/io/progress.hpp"

#include <cstdlib>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace synop {
namespace {

using testing::HasSubstr;
using testing::Not;

// A progress whose clock the test moves.
class ProgressTest : public testing::Test {
 protected:
  ProgressOptions options(bool terminal) {
    ::unsetenv("NO_COLOR");
    return {.terminal = terminal, .seconds = [this] { return now_; }};
  }
  std::size_t lines() const {
    const std::string text = out_.str();
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  double now_ = 100;
  std::ostringstream out_;
};

TEST_F(ProgressTest, StaysSilentForWorkBelowASecond) {
  for (const bool terminal : {false, true}) {
    Progress progress(out_, "run", 100, options(terminal));
    now_ += 0.9;
    progress.update(90);
    progress.finish();
  }
  EXPECT_EQ(out_.str(), "");
}

TEST_F(ProgressTest, WritesPlainLinesEveryFiveSeconds) {
  Progress progress(out_, "run", 1000, options(false));
  for (int i = 1; i <= 200; ++i) {
    now_ += 0.1;
    progress.update(static_cast<std::uint64_t>(i));
  }
  EXPECT_EQ(lines(), 4u);  // at 1, 6, 11 and 16 s
  EXPECT_THAT(out_.str(), HasSubstr("run:  16 %, 16 s passed, 1 min 24 s left\n"));
  progress.finish();
  EXPECT_THAT(out_.str(), HasSubstr("run: 100 %, 20 s in all\n"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("\x1b")));
}

TEST_F(ProgressTest, RedrawsOneLineAtMostTenTimesASecond) {
  Progress progress(out_, "run", 100'000, options(true));
  for (int i = 0; i < 3000; ++i) {
    now_ += 0.001;
    progress.update(static_cast<std::uint64_t>(i));
  }
  const std::string text = out_.str();
  const auto redraws = std::count(text.begin(), text.end(), '\r');
  EXPECT_GE(redraws, 19);
  EXPECT_LE(redraws, 21);
  EXPECT_EQ(lines(), 0u);
  progress.finish();
  EXPECT_EQ(lines(), 1u);
}

TEST_F(ProgressTest, EndsItsLineWhenItIsAbandoned) {
  {
    Progress progress(out_, "run", 100, options(true));
    now_ += 2;
    progress.update(50);
  }
  EXPECT_EQ(out_.str().back(), '\n');
  EXPECT_THAT(out_.str(), Not(HasSubstr("100 %")));
}

TEST_F(ProgressTest, HonoursNoColor) {
  for (const char* setting : {"", "1"}) {
    std::ostringstream out;
    ProgressOptions chosen = options(true);
    ::setenv("NO_COLOR", setting, 1);
    Progress progress(out, "run", 100, chosen);
    now_ += 2;
    progress.update(50);
    EXPECT_EQ(out.str().find("\x1b[32m") == std::string::npos, *setting != '\0');
    ::unsetenv("NO_COLOR");
  }
}

TEST_F(ProgressTest, LeavesRestoredWorkOutOfTheTimeLeft) {
  ProgressOptions chosen = options(false);
  chosen.already_done = 500;
  Progress progress(out_, "run", 1000, chosen);
  now_ += 10;
  progress.update(600);
  EXPECT_THAT(out_.str(), HasSubstr("60 %, 10 s passed, 40 s left"));
}

TEST(Duration, IsToldInUnitsThatFit) {
  EXPECT_EQ(duration_text(0.02), "20 ms");
  EXPECT_EQ(duration_text(4.25), "4.2 s");
  EXPECT_EQ(duration_text(59.4), "59 s");
  EXPECT_EQ(duration_text(59.6), "1 min 00 s");
  EXPECT_EQ(duration_text(7500), "2 h 05 min");
  EXPECT_EQ(duration_text(3 * 86400 + 4 * 3600 + 59), "3 d 04 h");
}

}  // namespace
}  // namespace synop
