#include "physgrad/tables/learned_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/families.hpp"
#include "physgrad/tables/figure_text.hpp"
#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/measures.hpp"

namespace physgrad {
namespace {

// A line that goes so many times beyond the others, or what they are to be like, would leave nothing to be seen of
// them.
constexpr double kBeyond = 30;

struct LearnedRow {
  const MethodRow* row;
  LearnedViews learned;
  bool trained = false;  ///< whether there is a cell of which more than its name is known
};

const CellRecord* cell_with(const MethodRow& row, std::uint64_t seed) {
  const auto found = std::ranges::find(row.cells, seed, [](const CellRecord* cell) { return cell->key.seed; });
  return found == row.cells.end() ? nullptr : *found;
}

std::optional<std::uint64_t> first_seed(const ProblemGroup& group) {
  for (const MethodRow& row : group.rows) {
    for (const std::uint64_t seed : row.seeds)
      if (cell_with(row, seed) != nullptr) return seed;
    if (!row.cells.empty()) return row.cells.front()->key.seed;
  }
  return std::nullopt;
}

const ShownView* view_named(const LearnedViews& learned, const std::string& name) {
  const auto found = std::ranges::find(learned.views, name, [](const ShownView& view) { return view.name; });
  return found == learned.views.end() ? nullptr : &*found;
}

/// The largest |y|; infinite where one is not finite.
double height(const std::vector<ViewLine>& lines) {
  double largest = 0;
  for (const ViewLine& line : lines)
    for (const auto* values : {&line.x, &line.y})
      for (const double value : *values)
        if (!std::isfinite(value)) return kInfinity;
  for (const ViewLine& line : lines)
    for (const double y : line.y) largest = std::max(largest, std::abs(y));
  return largest;
}

Series series_of(const ViewLine& line, const std::string& label, const std::string& family) {
  const Drawing drawing = line.form == ViewLine::Form::points  ? Drawing::points
                          : line.form == ViewLine::Form::steps ? Drawing::steps
                                                               : Drawing::line;
  return {.label = label, .family = family, .drawing = drawing, .x = line.x, .y = line.y};
}

/// |line - reference| over |reference| where both have the same places.
double distance(const ViewLine& line, const ViewLine& reference) {
  if (line.x != reference.x) return kAbsent;
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < line.y.size(); ++i) {
    difference += (line.y[i] - reference.y[i]) * (line.y[i] - reference.y[i]);
    norm += reference.y[i] * reference.y[i];
  }
  return norm > 0 ? std::sqrt(difference / norm) : kAbsent;
}

/// From where a line ends to a mark.
double end_distance(const ViewLine& line, const ViewLine& mark) {
  return std::hypot(line.x.back() - mark.x.front(), line.y.back() - mark.y.front());
}

/// One number for a method's lines, and what it is.
struct Judgement {
  const char* what;
  double number;
};

Judgement judge_lines(const ShownView& view, const std::vector<ViewLine>& reference) {
  const ViewLine& line = view.lines.front();
  if (!reference.empty())
    if (const double number = distance(line, reference.front()); !std::isnan(number))
      return {"Relative distance to the grey line", number};
  const auto target = std::ranges::find_if(reference, [](const ViewLine& each) {
    return each.label == "target" && each.form == ViewLine::Form::points && !each.x.empty();
  });
  if (target != reference.end() && !line.x.empty())
    return {"Distance to the target at the end", end_distance(line, *target)};
  return {"Largest value", height(view.lines)};
}

/// A page shows no titles: the sentence says what is to be seen.
std::string learned_summary(std::string title, std::vector<std::pair<double, std::string>> numbers, const char* what) {
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 'a' + 'A');
  if (numbers.empty()) return fmt::format("{}: no method can be drawn.", title);
  std::ranges::stable_sort(numbers, {}, [](const auto& each) { return each.first; });
  std::vector<std::string> words;
  for (const auto& [number, method] : numbers) words.push_back(fmt::format("{} {:.2g}", method, number));
  return fmt::format("{}. {}: {}.", title, what, listed(words, 8));
}

/// What no line may go beyond.
double allowed_height(const std::vector<LearnedRow>& rows, const ShownView& frame) {
  // A mark may be anywhere; a line has the size of what is to be learned.
  std::vector<ViewLine> wanted = frame.reference;
  std::erase_if(wanted, [](const ViewLine& line) { return line.form == ViewLine::Form::points; });
  if (const double own = height(wanted); own > 0 && std::isfinite(own)) return kBeyond * own;
  std::vector<double> heights;
  for (const LearnedRow& each : rows)
    if (const ShownView* view = view_named(each.learned, frame.name))
      if (const double own = height(view->lines); std::isfinite(own)) heights.push_back(own);
  if (heights.empty()) return kInfinity;
  std::ranges::sort(heights);
  const double usual = std::max(heights[(heights.size() - 1) / 2], height(frame.reference));
  return usual > 0 ? kBeyond * usual : kInfinity;
}

void add_method_lines(const std::vector<LearnedRow>& rows, const ShownView& frame, Figure& figure) {
  const double allowed = allowed_height(rows, frame);
  std::vector<std::pair<double, std::string>> numbers;
  const char* what = "";
  for (const auto& [row, learned, trained] : rows) {
    const ShownView* view = view_named(learned, frame.name);
    if (view == nullptr || view->lines.empty()) continue;
    if (const double own = height(view->lines); !std::isfinite(own) || own > allowed) {
      figure.notes.push_back(std::isfinite(own)
                                 ? fmt::format("{} is not drawn: it goes up to {:.2g}.", row->method, own)
                                 : fmt::format("{} is not drawn: it is not finite.", row->method));
      continue;
    }
    for (const ViewLine& line : view->lines)
      figure.series.push_back(
          series_of(line, line.label.empty() ? row->method : row->method + " " + line.label, family_of(row->name)));
    const Judgement judged = judge_lines(*view, frame.reference);
    what = judged.what;
    numbers.emplace_back(judged.number, row->method);
  }
  figure.summary = learned_summary(frame.title, std::move(numbers), what);
}

Figure learned_figure(const ProblemGroup& group, std::uint64_t seed, const std::vector<LearnedRow>& rows,
                      const ShownView& frame, long sample) {
  Figure figure{.kind = to_text(frame.kind), .problem = group.problem, .plane = frame.plane};
  figure.name = plain_name({figure.kind, group.problem, frame.name});
  const std::string samples =
      fmt::format("held-out {} of seed {}", frame.of_all_samples ? "samples" : fmt::format("sample {}", sample), seed);
  figure.title = fmt::format("{}: {}, {}", group.problem, frame.title, samples);
  figure.x = {frame.x_label, frame.log_x};
  figure.y = {frame.y_label, false};
  if (std::isfinite(height(frame.reference)))
    for (const ViewLine& line : frame.reference)
      figure.series.push_back(series_of(line, line.label.empty() ? "reference" : line.label, kReferenceFamily));
  figure.notes = {fmt::format("Of {}, with the weights at the end of training.", samples)};
  add_method_lines(rows, frame, figure);
  std::vector<std::pair<std::string, std::string>> said;
  for (const LearnedRow& each : rows) {
    if (!each.learned.missing.empty()) said.emplace_back(each.row->method, each.learned.missing + ".");
    for (const std::string& remark : each.learned.remarks) said.emplace_back(each.row->method, remark + ".");
  }
  std::ranges::move(joined_notes(said), std::back_inserter(figure.notes));
  return figure;
}

std::vector<LearnedRow> learned_rows(const ProblemGroup& group, std::uint64_t seed, const LearnedSource& source) {
  std::vector<LearnedRow> rows;
  for (const MethodRow& row : group.rows) {
    const CellRecord* cell = cell_with(row, seed);
    LearnedViews learned;
    const bool trained = cell != nullptr && cell->status != Status::skipped;
    if (trained)
      learned = source(*cell);
    else
      learned.missing = cell == nullptr ? fmt::format("no cell of seed {}", seed) : "skipped";
    rows.push_back({&row, std::move(learned), trained});
  }
  return rows;
}

}  // namespace

const std::vector<std::string>& learned_kinds() {
  static const std::vector<std::string> kinds = {to_text(ViewKind::fields), to_text(ViewKind::trajectory)};
  return kinds;
}

LearnedFigures learned_figures(const ReportSet& reports, const LearnedRequest& request) {
  LearnedFigures result;
  for (const ProblemGroup& group : reports.groups()) {
    const std::optional<std::uint64_t> seed = first_seed(group);
    if (!seed || request.without.contains(group.problem)) continue;
    const std::vector<LearnedRow> rows = learned_rows(group, *seed, request.source);
    const auto known = std::ranges::find_if(rows, [](const LearnedRow& each) { return !each.learned.views.empty(); });
    std::vector<std::pair<std::string, std::string>> said;
    for (const auto& [row, learned, trained] : rows) {
      if (learned.missing.empty()) continue;
      result.missing.push_back(fmt::format("{} {}: {}", group.problem, row->method, learned.missing));
      if (trained) said.emplace_back(row->method, learned.missing + ".");
    }
    if (known == rows.end()) {
      if (!said.empty()) result.nothing[group.problem] = joined_notes(said);
      continue;
    }
    result.any = true;
    for (const ShownView& frame : known->learned.views)
      if (request.kind.empty() || to_text(frame.kind) == request.kind)
        result.figures.push_back(learned_figure(group, *seed, rows, frame, request.sample));
  }
  make_names_unique(result.figures);
  return result;
}

}  // namespace physgrad
