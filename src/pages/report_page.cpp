#include "physgrad/pages/report_page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "physgrad/claims/claims_figure.hpp"
#include "physgrad/claims/claims_table.hpp"
#include "physgrad/files/side_by_side.hpp"
#include "physgrad/pages/gnuplot.hpp"
#include "physgrad/pages/html.hpp"
#include "physgrad/pages/page_style.hpp"
#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

/// A figure with its picture, empty where nobody can draw.
struct Picture {
  Figure figure;
  std::string svg;
};

/// Sweeps may have hundreds of tasks: so many get pictures, the others tables alone.
constexpr std::size_t kMostPictured = 40;

/// With `remark` why there are none, and with `nothing_learned` of which problems nothing is shown that weights do.
std::vector<Picture> pictures_of(const PageContent& content, const std::vector<std::string>& problems,
                                 std::string& remark,
                                 std::map<std::string, std::vector<std::string>>& nothing_learned) {
  const std::set<std::string> rest(problems.begin() + std::min<std::ptrdiff_t>(kMostPictured, std::ssize(problems)),
                                   problems.end());
  std::vector<Figure> figures;
  for (const std::string& kind : figure_kinds())
    for (Figure& figure : make_figures(kind, content.reports))
      if (!rest.contains(figure.problem)) figures.push_back(std::move(figure));
  if (content.learned) {
    LearnedFigures learned = learned_figures(content.reports, {.kind = {}, .source = content.learned, .without = rest});
    std::ranges::move(learned.figures, std::back_inserter(figures));
    nothing_learned = std::move(learned.nothing);
  }
  if (Figure claims = claims_figure(content.claims, content.results); !claims.series.empty())
    figures.push_back(std::move(claims));
  std::vector<std::string> drawn(figures.size());
  try {
    drawn = draw_for_page(figures);
  } catch (const GnuplotError& error) {
    remark = error.what();
  }
  std::vector<Picture> result;
  for (std::size_t i = 0; i < figures.size(); ++i) result.push_back({std::move(figures[i]), std::move(drawn[i])});
  return result;
}

std::string html_figure(const Picture& picture) {
  if (picture.svg.empty()) return fmt::format("<p>{}</p>\n", escaped_html(picture.figure.summary));
  std::string caption = escaped_html(picture.figure.summary);
  for (const std::string& note : picture.figure.notes)
    caption += (caption.ends_with('.') ? " " : ". ") + escaped_html(note);
  return fmt::format("<figure>\n<p class=\"title\">{}</p>\n{}\n<figcaption>{}</figcaption>\n</figure>\n",
                     escaped_html(picture.figure.title), picture.svg, caption);
}

std::string folded(const std::string& summary, const std::string& content) {
  return fmt::format("<details>\n<summary>{}</summary>\n{}</details>\n", escaped_html(summary), content);
}

/// What the page is made of, and what becomes of it section by section.
class Builder {
 public:
  explicit Builder(const PageContent& content) : content_(content) {
    tables_["summary"] = make_tables("summary", content.reports);
    const std::vector<std::string> named = problems();
    std::vector<std::string> kinds = table_kinds();
    std::erase(kinds, "summary");
    std::vector<std::vector<Table>> tables(kinds.size());
    side_by_side(kinds.size() + 1, [&](std::size_t i) {
      if (i == 0) {  // gnuplot takes a while
        pictures_ = pictures_of(content, named, remark_, nothing_learned_);
      } else {
        tables[i - 1] = make_tables(kinds[i - 1], content.reports);
      }
    });
    for (std::size_t i = 0; i < kinds.size(); ++i) tables_[kinds[i]] = std::move(tables[i]);
  }

  Page build() {
    answer();
    overview();
    pros_and_cons();
    for (const std::string& problem : problems()) problem_section(problem);
    kind_section("break-even", "When training pays");
    claims();
    measured();
    return {document(), remark_};
  }

 private:
  void section(const std::string& heading, const std::string& content) {
    const std::string anchor = anchors_.make(heading);
    entries_ += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", anchor, escaped_html(heading));
    body_ += fmt::format("<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n{2}</section>\n", anchor,
                         escaped_html(heading), content);
  }

  /// The pictures of these kinds that are of this problem; of all together where it is empty.
  std::string pictures(std::initializer_list<const char*> kinds, const std::string& problem) const {
    std::string html;
    for (const char* kind : kinds)
      for (const Picture& picture : pictures_)
        if (picture.figure.kind == kind && picture.figure.problem == problem) html += html_figure(picture);
    return html.empty() ? html : fmt::format("<div class=\"figures\">\n{}</div>\n", html);
  }

  /// The tables of a kind that are of this group; all of them where it is empty.
  std::string tables(const std::string& kind, const std::string& group) const {
    std::string html;
    for (const Table& table : tables_.at(kind))
      if ((group.empty() || table.group == group) && !table.rows.empty()) html += html_table(table);
    return html;
  }

  void answer() {
    const std::vector<Table>& found = tables_.at("answer");
    std::string html = "<div class=\"answer\">\n<ul>\n";
    Table main = found.front();
    // The sentences that count over problems open the page; what the words mean stays below the table.
    std::vector<std::string> sentences;
    while (!main.notes.empty() && main.notes.front().ends_with('.') &&
           !main.notes.front().starts_with("A name alone")) {
      sentences.push_back(main.notes.front());
      main.notes.erase(main.notes.begin());
    }
    for (const std::string& line : sentences) html += fmt::format("<li>{}</li>\n", escaped_html(line));
    html += "</ul>\n" + html_table(main) + html_table(found[2]) + html_table(found.back()) + "</div>\n";
    for (const std::size_t more : {std::size_t{1}, std::size_t{3}})
      html += folded(found[more].title, html_table(found[more]));
    section("The answer", html);
  }

  std::string families() const {
    std::string html;
    for (const Table& table : make_tables("profiles", content_.reports, {.group = "family"})) html += html_table(table);
    return html;
  }

  void overview() {
    std::string html = pictures({"profile", "ecdf", "budgets"}, "");
    html += folded("Performance profiles in figures", tables("profiles", ""));
    html += folded("Families of methods", tables("families", ""));
    html += folded("Shares of targets reached in figures", tables("ecdf", ""));
    html += folded("Families' profiles in figures", families());
    html += folded("What shorter budgets say, in figures", tables("budgets", "ranks"));
    section("Over all problems", html);
  }

  void pros_and_cons() {
    const Table table = pros_and_cons_table(content_.claims, content_.results);
    if (!table.rows.empty()) section("Pros and cons", html_table(table));
  }

  /// Labels of the groups, in the order of the summary.
  std::vector<std::string> problems() const {
    std::vector<std::string> result;
    for (const Table& table : tables_.at("summary")) result.push_back(table.group);
    return result;
  }

  std::string description(const std::string& problem) const {
    for (const LabelledReport& each : content_.reports.reports())
      for (const ProblemNote& note : each.report.header.problems)
        if (problem == note.name || problem.starts_with(note.name + " "))
          return fmt::format("<p>{}. <span class=\"facts\">{}. Targets: {:.3g}.</span></p>\n",
                             escaped_html(note.summary), escaped_html(note.citation), fmt::join(note.targets, ", "));
    return {};
  }

  /// Pictures, or why there are none; empty where no weights were saved.
  std::string learned(const std::string& problem) const {
    std::string html = pictures({"fields", "trajectory"}, problem);
    if (const auto found = nothing_learned_.find(problem); found != nothing_learned_.end())
      for (const std::string& note : found->second)
        html += fmt::format("<p class=\"note\">{}</p>\n", escaped_html(note));
    return html;
  }

  void problem_section(const std::string& problem) {
    std::string html = description(problem) + pictures({"convergence"}, problem) + tables("summary", problem);
    if (++sections_ > kMostPictured)
      html += fmt::format("<p class=\"note\">Pictures are made of the first {} tasks.</p>\n", kMostPictured);
    html += pictures({"x-error", "budgets", "phases", "memory", "spectrum", "kappa"}, problem);
    if (const std::string shown = learned(problem); !shown.empty()) html += "<h3>What was learned</h3>\n" + shown;
    const std::pair<const char*, const char*> details[] = {{"targets", "Targets, with intervals"},
                                                           {"verdicts", "Verdicts on every two methods"},
                                                           {"budgets", "What shorter budgets say"},
                                                           {"time", "Where the seconds went"},
                                                           {"memory", "Memory"},
                                                           {"costs", "Work per update"},
                                                           {"convergence", "Convergence in figures"},
                                                           {"settings", "Settings, and how they were tuned"}};
    for (const auto& [kind, heading] : details)
      if (const std::string found = tables(kind, problem); !found.empty()) html += folded(heading, found);
    section(problem, html);
  }

  void kind_section(const std::string& kind, const std::string& heading) {
    std::string html;
    for (const Picture& picture : pictures_)
      if (picture.figure.kind == kind) html += html_figure(picture);
    if (!html.empty()) html = fmt::format("<div class=\"figures\">\n{}</div>\n", html);
    html += tables(kind, "");
    if (!html.empty()) section(heading, html);
  }

  void claims() {
    const bool any = std::ranges::any_of(content_.results, [](const ClaimResult& each) { return !each.a.empty(); });
    if (!any) return;
    const Table table = claims_table(content_.claims, content_.results);
    section("Claims of the literature", fmt::format("<p>{}.</p>\n", escaped_html(table.title)) +
                                            pictures({"claims"}, "") + folded("Every claim", html_table(table)));
  }

  void measured() {
    std::string html = tables("environment", "") + tables("sweep", "") + tables("needs", "");
    html += "<p>The page again:</p>\n<pre>" + escaped_html(content_.command) + "</pre>\n";
    for (const LabelledReport& each : content_.reports.reports())
      if (!each.report.header.command.empty())
        html += fmt::format("<p>The run {} again:</p>\n<pre>{}</pre>\n", escaped_html(each.report.header.name),
                            escaped_html(fmt::format("{}", fmt::join(each.report.header.command, " "))));
    section("How it was measured", html);
  }

  std::string status_line() const {
    std::map<std::string, long> counts;
    std::set<std::string> machines, programs;
    std::size_t planned = 0, ended = 0, disturbed = 0;
    for (const LabelledReport& each : content_.reports.reports()) {
      planned += each.report.header.planned.size();
      ended += each.report.cells.size();
      programs.insert(each.report.header.suite.commit);
      for (const Environment& machine : each.report.header.machines) machines.insert(machine.cpu);
      for (const CellRecord& cell : each.report.cells) {
        ++counts[to_text(cell.status)];
        if (cell.disturbed || !cell.timing_valid) ++disturbed;
      }
    }
    std::vector<std::string> words;
    for (const auto& [status, count] : counts) words.push_back(fmt::format("{} {}", count, status));
    if (ended < planned) words.push_back(fmt::format("{} without a record", planned - ended));
    if (disturbed > 0) words.push_back(fmt::format("{} with times that do not hold", disturbed));
    return fmt::format("{} cells planned: {}. Commit {}; {}.", planned,
                       words.empty() ? "none" : fmt::format("{}", fmt::join(words, ", ")), fmt::join(programs, ", "),
                       fmt::join(machines, ", "));
  }

  std::string document() const {
    const std::string title = escaped_html(content_.title);
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n<style>{1}"
        "</style>\n</head>\n<body>\n<header>\n<h1>physgrad-bench report: {0}</h1>\n<p class=\"facts\">{2}</p>\n"
        "<nav aria-label=\"Sections\"><ul>\n{3}</ul></nav>\n</header>\n<main>\n{4}{5}</main>\n<script>{6}</script>\n"
        "</body>\n</html>\n",
        title, page_style(), escaped_html(status_line()), entries_,
        remark_.empty() ? "" : fmt::format("<p class=\"note\">No pictures: {}</p>\n", escaped_html(remark_)), body_,
        page_script());
  }

  const PageContent& content_;
  std::vector<Picture> pictures_;
  std::map<std::string, std::vector<Table>> tables_;
  std::map<std::string, std::vector<std::string>> nothing_learned_;
  std::string remark_, entries_, body_;
  std::size_t sections_ = 0;  ///< of problems, so far
  Anchors anchors_;
};

}  // namespace

Page report_page(const PageContent& content) { return Builder(content).build(); }

}  // namespace physgrad
