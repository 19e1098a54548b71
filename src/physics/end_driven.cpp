#include "physgrad/physics/end_driven.hpp"

#include <string>
#include <utility>

namespace physgrad {
namespace {

View control_over_time(double dt) {
  View view{
      {.kind = ViewKind::trajectory, .name = "control", .title = "control", .x_label = "time [1]", .y_label = "u [1]"}};
  view.lines = [dt](const Matrix& x, const Batch&) { return std::vector{view_steps(dt, x.col(0))}; };
  return view;
}

/// The mass that is driven is the last one.
View position_over_time(std::shared_ptr<const Simulator> step, Index mass, Index masses, double dt, double end) {
  const std::string number = std::to_string(mass + 1);
  View view{{.kind = ViewKind::trajectory,
             .name = "position-" + number,
             .title = mass + 1 == masses ? "position of the driven mass (" + number + ")"
                                         : "position of mass " + number + " of " + std::to_string(masses),
             .x_label = "time [1]",
             .y_label = "x_" + number + " [1]"}};
  view.lines = [step = std::move(step), mass, dt](const Matrix& x, const Batch& batch) {
    const Matrix path = path_of(*step, x.col(0), batch.context.col(0));
    const Vector times = Vector::LinSpaced(path.cols(), 0.0, dt * static_cast<double>(path.cols() - 1));
    return std::vector{view_line(times, Vector(path.row(mass).transpose()))};
  };
  view.reference = [mass, end](const Batch& batch) {
    return std::vector{ViewLine{"target", {end}, {batch.target(mass, 0)}, ViewLine::Form::points}};
  };
  return view;
}

}  // namespace

std::vector<SettingSpec> end_driven_settings(const EndDrivenDefaults& defaults) {
  return {
      integer_setting("oscillators", 2, 1, kMostMasses, "number of masses n"),
      integer_setting("steps", defaults.steps, 1, 10000, "time steps, one control each"),
      real_setting("dt", defaults.dt, 1e-6, 2.0, "length of a time step"),
      real_setting("coupling", defaults.coupling, 0.0, defaults.most_coupling, defaults.coupling_text),
      real_setting("control_strength", defaults.control_strength, -1e6, 1e6,
                   "force on the last mass per unit of control"),
  };
}

Problem return_to_start(std::shared_ptr<const Simulator> simulator, std::shared_ptr<const Simulator> step, Index masses,
                        double dt) {
  Problem problem;
  problem.simulator = std::move(simulator);
  problem.input = {2 * masses};
  problem.context = 2 * masses;
  problem.sample = [masses](Rng& rng, Index count) {
    const Matrix start = rng.uniform_matrix(2 * masses, count, 0.0, 1.0);
    return Batch{start, start, start, Matrix(0, count)};
  };
  problem.views.push_back(control_over_time(dt));
  const double end = dt * static_cast<double>(problem.simulator->controls());
  problem.views.push_back(position_over_time(step, 0, masses, dt, end));
  if (masses > 1) problem.views.push_back(position_over_time(step, masses - 1, masses, dt, end));
  return problem;
}

}  // namespace physgrad
