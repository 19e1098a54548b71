#include "physgrad/physics/orbit_views.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

namespace physgrad {
namespace {

/// Where in the plane the first two numbers of states lie.
ViewLine in_plane(const Matrix& states, std::string label = {}, ViewLine::Form form = ViewLine::Form::line) {
  ViewLine line = view_line(Vector(states.row(0).transpose()), Vector(states.row(1).transpose()), std::move(label));
  line.form = form;
  return line;
}

View orbit_view(const std::shared_ptr<const Simulator>& step, double mu, const ThrustTimes& times) {
  View view{{.kind = ViewKind::trajectory,
             .name = "orbit",
             .title = "orbit",
             .x_label = "r_x [1]",
             .y_label = "r_y [1]",
             .plane = true}};
  view.lines = [step, held = times.held](const Matrix& x, const Batch& batch) {
    return std::vector{in_plane(path_of(*step, x.col(0), batch.context.col(0), held))};
  };
  view.reference = [step, mu, dt = times.dt](const Batch& batch) {
    const Matrix target = batch.target.leftCols(1);
    // Without thrust from the target state on, once around.
    const double period = 2.0 * std::numbers::pi * std::sqrt(std::pow(target.col(0).head(2).norm(), 3) / mu);
    const auto steps = static_cast<Index>(std::min(std::ceil(period / dt), 1e4));
    const Matrix coasting = path_of(*step, Vector::Zero(2 * steps), target.col(0));
    return std::vector{
        in_plane(coasting, "target orbit"), in_plane(batch.context.leftCols(1), "start", ViewLine::Form::points),
        in_plane(target, "target", ViewLine::Form::points), ViewLine{"centre", {0.0}, {0.0}, ViewLine::Form::points}};
  };
  return view;
}

View thrust_view(const ThrustTimes& times) {
  View view{{.kind = ViewKind::trajectory,
             .name = "thrust",
             .title = "magnitude of the thrust",
             .x_label = "time [1]",
             .y_label = "|u| [1]"}};
  view.lines = [dt = times.dt * static_cast<double>(times.held)](const Matrix& x, const Batch&) {
    const Vector sizes = x.col(0).reshaped(2, x.rows() / 2).colwise().norm().transpose();
    return std::vector{view_steps(dt, sizes)};
  };
  return view;
}

}  // namespace

std::vector<View> orbit_views(std::shared_ptr<const Simulator> step, double mu, const ThrustTimes& times) {
  return {orbit_view(std::move(step), mu, times), thrust_view(times)};
}

}  // namespace physgrad
