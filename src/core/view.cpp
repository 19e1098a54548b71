#include "physgrad/core/view.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace physgrad {
namespace {

std::vector<double> numbers_of(const VectorRef& values) { return {values.data(), values.data() + values.size()}; }

Vector counted(Index count) { return Vector::LinSpaced(count, 0.0, static_cast<double>(count - 1)); }

}  // namespace

const char* to_text(ViewKind kind) { return kind == ViewKind::fields ? "fields" : "trajectory"; }

ShownView shown(const View& view, const Matrix& x, const Batch& batch) {
  ShownView result;
  static_cast<ViewFrame&>(result) = view;
  if (view.reference) result.reference = view.reference(batch);
  result.lines = view.lines(x, batch);
  return result;
}

ViewLine view_line(const VectorRef& places, const VectorRef& values, std::string label) {
  return {std::move(label), numbers_of(places), numbers_of(values)};
}

ViewLine sorted_line(const VectorRef& places, const VectorRef& values, std::string label) {
  std::vector<Index> order(static_cast<std::size_t>(places.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::stable_sort(order, {}, [&](Index i) { return places[i]; });
  ViewLine line{std::move(label), {}, {}};
  for (const Index i : order) {
    line.x.push_back(places[i]);
    line.y.push_back(values[i]);
  }
  return line;
}

ViewLine view_steps(double dt, const VectorRef& values, std::string label) {
  ViewLine line{std::move(label), {}, numbers_of(values), ViewLine::Form::steps};
  for (Index i = 0; i <= values.size(); ++i) line.x.push_back(dt * static_cast<double>(i));
  line.y.push_back(line.y.empty() ? 0.0 : line.y.back());
  return line;
}

View control_view(ViewFrame frame, const Vector& places) {
  View view{std::move(frame)};
  view.lines = [places](const Matrix& x, const Batch&) { return std::vector{view_line(places, x.col(0))}; };
  view.reference = [places](const Batch& batch) {
    std::vector<ViewLine> lines;
    if (batch.reference.rows() > 0) lines.push_back(view_line(places, batch.reference.col(0), "reference"));
    return lines;
  };
  return view;
}

View state_view(ViewFrame frame, std::shared_ptr<const Simulator> simulator, const Vector& places) {
  View view{std::move(frame)};
  view.lines = [simulator = std::move(simulator), places](const Matrix& x, const Batch& batch) {
    return std::vector{view_line(places, simulator->run(x, batch.context).col(0))};
  };
  view.reference = [places](const Batch& batch) {
    return std::vector{view_line(places, batch.target.col(0), "target")};
  };
  return view;
}

std::vector<View> component_views(const std::shared_ptr<const Simulator>& simulator) {
  return {control_view({.name = "control", .title = "control", .x_label = "component of x", .y_label = "x"},
                       counted(simulator->controls())),
          state_view({.name = "state", .title = "state", .x_label = "component of y", .y_label = "y"}, simulator,
                     counted(simulator->outputs()))};
}

Matrix path_of(const Simulator& step, const Vector& control, const Vector& start, Index held) {
  const Index parts = control.size() / step.controls();
  Matrix path(start.size(), parts * held + 1);
  path.col(0) = start;
  for (Index n = 0; n < parts * held; ++n)
    path.col(n + 1) = step.run(control.segment(n / held * step.controls(), step.controls()), path.col(n));
  return path;
}

}  // namespace physgrad
