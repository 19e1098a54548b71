// One reader of numbers: decimal, exact, nothing in front or behind.
#include "physgrad/core/numbers.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "physgrad/core/settings.hpp"

namespace physgrad {
namespace {

TEST(Numbers, AreDecimal) {
  const std::pair<const char*, double> right[] = {{"0", 0},       {"12", 12},       {"010", 10},      {"-3", -3},
                                                  {"0.5", 0.5},   {".5", 0.5},      {"1e3", 1000},    {"1E-3", 1e-3},
                                                  {"2.5e+1", 25}, {"-1e-2", -0.01}, {"1e308", 1e308}, {"0e999", 0}};
  for (const auto& [text, number] : right) EXPECT_EQ(read_number(text), number) << text;
  EXPECT_FALSE(std::signbit(*read_number("-0")));
  for (const char* wrong :
       {"",   " ",  "x", "+1", " 1",  "1 ",  "1x",    "0x10",  "0b1",    "inf",    "-inf",  "nan",   "infinity",
        "1e", "e3", ".", "-",  "--1", "1,5", "1'000", "1e400", "-1e400", "1e-400", "1.5.2", "1e3.5", "\xd9\xa1"})
    EXPECT_EQ(read_number(wrong), std::nullopt) << wrong;
}

TEST(Numbers, WholeOnesAreExact) {
  const std::pair<const char*, std::uint64_t> right[] = {{"0", 0},
                                                         {"-0", 0},
                                                         {"007", 7},
                                                         {"1e3", 1000},
                                                         {"1.5e1", 15},
                                                         {"100e-2", 1},
                                                         {"2.0", 2},
                                                         {"9007199254740993", 9007199254740993},
                                                         {"9007199254740993e0", 9007199254740993},
                                                         {"1e19", 10000000000000000000u},
                                                         {"18446744073709551615", 18446744073709551615u}};
  for (const auto& [text, number] : right) EXPECT_EQ(read_whole(text), number) << text;
  for (const char* wrong : {"", "-1", "1.5", "1e-1", "0.1", "18446744073709551616", "99999999999999999999", "2e19",
                            "1e400", "0x1", "1 ", "+1", "nan"})
    EXPECT_EQ(read_whole(wrong), std::nullopt) << wrong;
}

TEST(Numbers, MessagesSayWhatIsAllowed) {
  const auto message = [](const auto& read) {
    try {
      read();
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(message([] { (void)whole_number("--jobs", "0", 1, 256); }),
            "--jobs cannot be '0'; expected a whole number above 0, at most 256");
  EXPECT_EQ(message([] { (void)whole_number("--seed", "1.5", 0, 9); }),
            "--seed cannot be '1.5'; expected a whole number in [0, 9]");
  EXPECT_NE(message([] { (void)positive_number("--budget", "1e400"); }).find("'1e400'; expected a number above 0"),
            std::string::npos);
  EXPECT_EQ(whole_number("--jobs", "256", 1, 256), 256u);
}

TEST(Numbers, SettingsAndListsUseThem) {
  const SettingSpec whole = integer_setting("batch", 1, 1, 1e6, ""), list = list_setting("widths", {1}, "");
  EXPECT_EQ(std::get<double>(parse_setting(whole, "1e3")), 1000);
  EXPECT_EQ(std::get<double>(parse_setting(whole, "010")), 10);
  for (const char* wrong : {"0x10", "+5", "5 ", "inf", "1e400"})
    EXPECT_THROW((void)parse_setting(whole, wrong), UsageError) << wrong;
  EXPECT_EQ(std::get<std::vector<double>>(parse_setting(list, "64-020-64")), (std::vector<double>{64, 20, 64}));
  EXPECT_THROW((void)parse_setting(list, "64-0x14-64"), UsageError);
}

}  // namespace
}  // namespace physgrad
