// One pass builds the tree; a list of the root can be taken element by element; errors say where something stands.
#include "physgrad/files/json.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace physgrad {
namespace {

template <typename Work>
std::string read_error_of(Work work) {
  try {
    work();
  } catch (const ReadError& error) {
    return error.what();
  }
  return "read";
}

TEST(Json, IsWhatTheLibraryReads) {
  const std::string text =
      R"({"a": [1, -2, 3.5, true, null, "x"], "b": {"c": [[], {}, [[1]]]}, "d": 18446744073709551615})";
  EXPECT_EQ(parse_json(text, "t"), Json::parse(text));
  for (const char* each : {"1", "\"x\"", "null", "[]", "{}"}) EXPECT_EQ(parse_json(each, "t"), Json::parse(each));
}

TEST(Json, AListIsTakenElementByElement) {
  std::vector<Json> taken;
  const Json rest = parse_json(R"({"n": {"cells": [0]}, "cells": [1, {"cells": [2, 3]}, [4]], "end": [5]})", "t",
                               "cells", [&](Json&& element, std::size_t index, const Json&) {
                                 EXPECT_EQ(index, taken.size());
                                 taken.push_back(std::move(element));
                               });
  EXPECT_EQ(taken, (std::vector<Json>{1, Json::parse(R"({"cells": [2, 3]})"), Json::parse("[4]")}));
  EXPECT_EQ(rest, Json::parse(R"({"n": {"cells": [0]}, "cells": [], "end": [5]})"));
}

TEST(Json, AFileIsReadAsItsTextIs) {
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "json-of-a-file.json";
  std::string text = R"({"cells": [)";
  for (int i = 0; i < 100000; ++i)
    text += fmt::format("{}{{\"n\": {}}}", i == 0 ? "" : ",\n  ", i);  // of several pieces
  write_text_file(path, text + R"(], "end": "\u00e9"})");
  std::size_t count = 0;
  const auto taken = [&](const Json& element, std::size_t index, const Json&) {
    EXPECT_EQ(element["n"], index);
    ++count;
  };
  EXPECT_EQ(parse_json_file(path, "cells", taken), Json::parse(R"({"cells": [], "end": "\u00e9"})"));
  EXPECT_EQ(count, 100000u);
  const auto ignored = [](const Json&, std::size_t, const Json&) {};
  write_text_file(path, text);
  EXPECT_EQ(read_error_of([&] { (void)parse_json_file(path, "cells", ignored); }),
            read_error_of([&] { (void)parse_json(text, path.string(), "cells", ignored); }));
  EXPECT_NE(read_error_of([] { (void)parse_json_file("/nowhere", "cells", {}); }).find("cannot read '/nowhere'"),
            std::string::npos);
  std::filesystem::remove(path);
}

TEST(Json, WhatIsNoListStays) {
  const auto never = [](Json&&, std::size_t, const Json&) { FAIL(); };
  EXPECT_EQ(parse_json(R"({"cells": {"a": [1]}})", "t", "cells", never)["cells"]["a"][0], 1);
  EXPECT_EQ(parse_json(R"([{"cells": [1]}])", "t", "cells", never)[0]["cells"][0], 1);
}

TEST(Json, RefusesWhatADoubleOrAnObjectCannotHold) {
  const auto error_of = [](const std::string& text) { return read_error_of([&] { (void)parse_json(text, "t"); }); };
  EXPECT_EQ(error_of(R"({"a": {"b": 1, "b": 2}})"), "t: key 'b' appears twice in one object");
  EXPECT_EQ(error_of("[1e-999]"), "t: a double cannot hold the number 1e-999");
  EXPECT_NE(error_of("[1e999]"), "read");
  EXPECT_NE(error_of("{\"a\": 1"), "read");
  EXPECT_NE(error_of("[1] 2"), "read");
  EXPECT_NE(error_of("\"\xff\""), "read");
  EXPECT_EQ(error_of(std::string(64, '[') + std::string(64, ']')), "read");
  EXPECT_EQ(error_of(std::string(65, '[') + std::string(65, ']')), "t: nested deeper than 64 levels");
}

TEST(JsonView, SaysWhereSomethingStands) {
  const Json tree = parse_json(R"({"cells": [{"a": 1}, {"time": {"steps": [1, "x"]}}]})", "t");
  const JsonView view(tree, "report.json");
  EXPECT_EQ(read_error_of([&] { (void)view.at("cells").items()[1].at("time").at("steps").numbers(); }),
            "report.json: cells[1].time.steps[1]: expected a number, found string");
  EXPECT_EQ(read_error_of([&] { (void)view.at("cells").items()[0].at("b"); }),
            "report.json: cells[0]: key 'b' is missing");
  EXPECT_EQ(read_error_of([&] { (void)view.number(); }), "report.json: expected a number, found object");
  const JsonView element(tree["cells"][1], "report.json", "cells[1]");
  EXPECT_EQ(read_error_of([&] { (void)element.at("time").at("step"); }),
            "report.json: cells[1].time: key 'step' is missing");
}

}  // namespace
}  // namespace physgrad
