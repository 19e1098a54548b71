// The page of a report as a user makes it.
#include <gtest/gtest.h>

#include "driver/driver_process.hpp"
#include "physgrad/record/report_json.hpp"
#include "record/sample_records.hpp"

namespace physgrad::testing {
namespace {

class ReportPage : public DriverProcess {
 protected:
  void write_report(const std::string& name, const Report& report) const { write(name, report_text(report)); }
};

TEST_F(ReportPage, IsOneFileThatNeedsNothingElse) {
  write_report("r.json", sample_report(seeded_cells("hig", {0.1, 0.2})));
  const Outcome made = driver("report --from r.json --out page.html --title 'A & <b>'");
  ASSERT_EQ(made.code, 0) << made.err;
  const std::string html = file_text(folder_ / "page.html");
  EXPECT_NE(html.find("<title>A &amp; &lt;b&gt;</title>"), std::string::npos);
  EXPECT_NE(html.find("The answer"), std::string::npos);
  for (const char* outside : {"<link", "src=", "@import", "url("})
    EXPECT_EQ(html.find(outside), std::string::npos) << outside;
}

TEST_F(ReportPage, APictureHasItsTitleAboveIt) {
  write_report("r.json", sample_report(seeded_cells("hig", {0.1, 0.2})));
  ASSERT_EQ(driver("report --from r.json --out page.html").code, 0);
  const std::string html = file_text(folder_ / "page.html");
  const auto count = [&](const std::string& text) {
    std::size_t found = 0;
    for (std::size_t at = html.find(text); at != std::string::npos; at = html.find(text, at + 1)) ++found;
    return found;
  };
  EXPECT_EQ(count("<figure>"), count("<figure>\n<p class=\"title\">"));
  EXPECT_EQ(count("<svg "), count("<figcaption>"));
}

TEST_F(ReportPage, OfNothingAndOfTroubleIsAPage) {
  write_report("none.json", sample_report({}));
  write_report("bad.json", sample_report({troubled_cell("hig", 0, Status::skipped, "<i>no</i>"),
                                          troubled_cell("gn", 0, Status::failed, "it\nbroke")}));
  for (const char* from : {"none.json", "bad.json"}) {
    const Outcome made = driver(std::string("report --out page.html --from ") + from);
    EXPECT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(file_text(folder_ / "page.html").find("<i>no"), std::string::npos);
  }
}

TEST_F(ReportPage, WithoutGnuplotItHasTablesAndSaysSo) {
  write_report("r.json", sample_report(seeded_cells("hig", {0.1, 0.2})));
  const Outcome made = shell("env PHYSGRAD_GNUPLOT=/nowhere/gnuplot ", "report --from r.json --out page.html");
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_NE(made.err.find("the page has no pictures"), std::string::npos) << made.err;
  EXPECT_EQ(file_text(folder_ / "page.html").find("<svg"), std::string::npos);
}

TEST_F(ReportPage, WrongInputIsOneLine) {
  write_report("r.json", sample_report(seeded_cells("hig", {0.1, 0.2})));
  for (const char* arguments :
       {"report --from r.json", "report --from nothing.json --out p.html", "report --from r.json --out no/where.html",
        "report --from r.json --out p.html --method hog", "report --from r.json --claims nothing --out p.html"}) {
    const Outcome refused = driver(arguments);
    EXPECT_EQ(refused.code, 2) << arguments << refused.err;
    EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1) << refused.err;
  }
}

}  // namespace
}  // namespace physgrad::testing
