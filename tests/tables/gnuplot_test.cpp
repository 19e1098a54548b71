// Nothing of a label means anything to gnuplot, and what it draws can be part of a page.
#include "physgrad/pages/gnuplot.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>

#include "physgrad/core/numbers.hpp"
#include "physgrad/pages/end_labels.hpp"

namespace physgrad {
namespace {

constexpr const char* kEvil =
    "it's `touch pwned` \"$(touch pwned)\" @a _{b}^c \\ <b>&\n!touch pwned\n' %d #\xff \xc3\xbc";

Figure lines(const std::string& label) {
  Figure figure{.kind = "convergence", .name = "convergence-x", .title = label, .summary = label};
  figure.x = {label, true};
  figure.y = {label, true};
  figure.series = {{.label = label,
                    .family = "gn",
                    .x = {1, 10, 100},
                    .y = {1, 0, kInfinity},
                    .low = {0.5, kAbsent, 1},
                    .high = {2, 3, kInfinity},
                    .cross_at_end = true,
                    .open = true},
                   {.label = label, .family = "gn", .drawing = Drawing::points, .x = {1}, .y = {1}}};
  figure.guides = {{0.5, false, label}, {10, true, label}};
  return figure;
}

Figure bars(const std::string& label) {
  Figure figure{.kind = "memory", .name = "memory-x", .title = label, .summary = label};
  figure.y = {label, false};
  figure.categories = {label, "b"};
  figure.series = {{.label = label, .family = "stack-network", .drawing = Drawing::bar, .x = {0, 1}, .y = {1, 2}},
                   {.label = label, .family = "stack-other", .drawing = Drawing::tick, .x = {0}, .y = {3}}};
  return figure;
}

std::ptrdiff_t line_count(const Figure& figure) {
  const std::string script = gnuplot_script(figure, PictureFormat::svg, "x.svg");
  return std::ranges::count(script, '\n');
}

TEST(Gnuplot, LabelsAreLiterals) {
  EXPECT_EQ(line_count(lines(kEvil)), line_count(lines(std::string(std::strlen(kEvil), 'p'))));
  EXPECT_EQ(line_count(bars(kEvil)), line_count(bars("plain")));
  const std::string script = gnuplot_script(lines(kEvil), PictureFormat::svg, "o'x\n.svg");
  EXPECT_NE(script.find("it''s `touch pwned`"), std::string::npos) << script;
  EXPECT_NE(script.find("set output 'o''x .svg'"), std::string::npos) << script;
  EXPECT_NE(script.find("noenhanced"), std::string::npos);
  EXPECT_EQ(script.find('\xff'), std::string::npos);
  EXPECT_NE(gnuplot_script(bars(kEvil), PictureFormat::svg, "x").find("%%d"), std::string::npos);
}

/// Lines that end at these heights of a picture from 0.001 to 1.
Figure ending_at(const std::vector<double>& ends) {
  Figure figure{.kind = "profile", .name = "profile-x"};
  figure.x = {"x", true};
  figure.y = {"y", true};
  for (std::size_t i = 0; i < ends.size(); ++i)
    figure.series.push_back({.label = std::string(1, static_cast<char>('a' + i)), .x = {1, 10}, .y = {1, ends[i]}});
  return figure;
}

TEST(EndLabels, StandAtTheEndsOfFewLinesAndApart) {
  const std::vector<EndLabel> apart = end_labels(ending_at({0.001, 1}));
  ASSERT_EQ(apart.size(), 2u);
  EXPECT_EQ(apart.front().series, 1u);  // from the top
  EXPECT_GT(apart.front().at, 0.85);
  EXPECT_LT(apart.back().at, 0.15);
  const std::vector<EndLabel> together = end_labels(ending_at({0.001, 0.0301, 0.03, 0.0302, 1}));
  ASSERT_EQ(together.size(), 5u);
  for (std::size_t i = 1; i < together.size(); ++i) EXPECT_GT(together[i - 1].at - together[i].at, 0.05);
  EXPECT_EQ(together[1].series, 3u);  // in the order of their lines
  for (const EndLabel& label : together) EXPECT_TRUE(label.at > 0 && label.at < 1) << label.at;
}

TEST(EndLabels, ALegendNamesManyLinesAndWhatIsNoLine) {
  EXPECT_TRUE(end_labels(ending_at({0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7})).empty());
  EXPECT_TRUE(end_labels(bars("a")).empty());
  Figure points = ending_at({0.1});
  points.series.front().drawing = Drawing::points;
  EXPECT_TRUE(end_labels(points).empty());
  EXPECT_NE(gnuplot_script(ending_at({0.1}), PictureFormat::svg, "x").find("unset key"), std::string::npos);
  EXPECT_NE(gnuplot_script(points, PictureFormat::svg, "x").find("set key outside"), std::string::npos);
}

TEST(Gnuplot, WithoutItTheMessageNamesThePackage) {
  ::setenv("PHYSGRAD_GNUPLOT", "/nowhere/gnuplot", 1);
  EXPECT_FALSE(has_gnuplot());
  try {
    (void)draw({lines("a")}, PictureFormat::svg);
    ADD_FAILURE() << "no error";
  } catch (const GnuplotError& error) {
    EXPECT_NE(std::string(error.what()).find("gnuplot-nox"), std::string::npos) << error.what();
  }
  ::setenv("PHYSGRAD_GNUPLOT", "/bin/false", 1);
  EXPECT_THROW((void)draw({lines("a")}, PictureFormat::svg), GnuplotError);
  ::setenv("PHYSGRAD_GNUPLOT", "/bin/true", 1);  // says it is fine, and draws nothing
  EXPECT_THROW((void)draw({lines("a")}, PictureFormat::svg), GnuplotError);
  ::unsetenv("PHYSGRAD_GNUPLOT");
  EXPECT_TRUE(draw({}, PictureFormat::svg).empty());
}

TEST(Gnuplot, DrawsAnyLabelAndRunsNothing) {
  if (!has_gnuplot()) GTEST_SKIP() << "no gnuplot here";
  const std::vector<std::string> pictures = draw({lines(kEvil), bars(kEvil)}, PictureFormat::svg);
  ASSERT_EQ(pictures.size(), 2u);
  EXPECT_FALSE(std::filesystem::exists("pwned"));
  EXPECT_NE(pictures[1].find("%d #? \xc3\xbc"), std::string::npos) << pictures[1];
  for (const std::string& picture : pictures) {
    EXPECT_NE(picture.find("it's `touch pwned` \"$(touch pwned)\" @a _{b}^c \\ &lt;b>&amp; !touch"), std::string::npos)
        << picture;
    EXPECT_NE(picture.find("#? \xc3\xbc"), std::string::npos);
  }
  EXPECT_EQ(draw({lines("a")}, PictureFormat::png)[0].substr(1, 3), "PNG");
  EXPECT_EQ(draw({bars("a")}, PictureFormat::pdf)[0].substr(0, 4), "%PDF");
}

/// Of the picture's box; gnuplot's letters are 12 high.
double width_of(const std::string& picture) {
  const std::string begin = "viewBox=\"0 0 ";
  return std::stod(picture.substr(picture.find(begin) + begin.size()));
}

TEST(Gnuplot, LettersOfAPageAreReadAtAPhonesWidth) {
  if (!has_gnuplot()) GTEST_SKIP() << "no gnuplot here";
  constexpr double kPhone = 358, kLetters = 12;
  for (const std::string& picture : draw_for_page({lines("a"), bars("c")}))
    EXPECT_GE(kLetters * kPhone / width_of(picture), 7.5) << picture;
}

TEST(Gnuplot, PicturesOfAPage) {
  if (!has_gnuplot()) GTEST_SKIP() << "no gnuplot here";
  const std::vector<std::string> pictures = draw_for_page({lines("a <b>"), bars("c")});
  std::set<std::string> ids;
  for (const std::string& picture : pictures) {
    EXPECT_TRUE(picture.starts_with("<svg "));
    EXPECT_LT(picture.size(), 8000u);
    EXPECT_NE(picture.find("viewBox="), std::string::npos);
    EXPECT_EQ(picture.substr(0, picture.find('>')).find(" width"), std::string::npos);
    for (const std::string colour : {"rgb(", "=\"#", "black", "white"})
      EXPECT_EQ(picture.find(colour), std::string::npos) << colour << "\n" << picture;
    for (std::size_t at = picture.find(" id="); at != std::string::npos; at = picture.find(" id=", at + 1))
      EXPECT_TRUE(ids.insert(picture.substr(at + 5, picture.find_first_of("'\"", at + 5) - at - 5)).second) << picture;
    for (std::size_t at = picture.find("href='#"); at != std::string::npos; at = picture.find("href='#", at + 1))
      EXPECT_TRUE(ids.contains(picture.substr(at + 7, picture.find('\'', at + 7) - at - 7))) << picture;
    const auto opened = [&](const std::string& tag) {
      std::size_t count = 0;
      for (std::size_t at = picture.find(tag); at != std::string::npos; at = picture.find(tag, at + 1)) ++count;
      return count;
    };
    EXPECT_EQ(opened("<g>") + opened("<g "), opened("</g>")) << picture;
  }
  EXPECT_NE(pictures[0].find("var(--series-gn,"), std::string::npos);
  EXPECT_NE(pictures[0].find("<title id=\"convergence-x-title\">a &lt;b&gt;</title>"), std::string::npos);
  EXPECT_NE(pictures[1].find("var(--series-stack-network,"), std::string::npos);
}

}  // namespace
}  // namespace physgrad
