#pragma once
// What a problem shows of controls and of where they lead: lines over position or time. A problem says what its numbers
// mean (problems/NAME.cpp); whoever draws knows nothing of physics.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "physgrad/core/simulator.hpp"
#include "physgrad/core/types.hpp"

namespace physgrad {

enum class ViewKind { fields, trajectory };  ///< over position (or whatever else it is), or over time
[[nodiscard]] const char* to_text(ViewKind kind);

struct ViewLine {
  enum class Form {
    line,
    steps,   ///< constant from each x to the next one
    points,  ///< marks
  };
  std::string label = {};  ///< tells the lines of a view apart; empty where there is one
  std::vector<double> x = {}, y = {};
  Form form = Form::line;
};

/// What a view's lines are drawn in.
struct ViewFrame {
  ViewKind kind = ViewKind::fields;
  std::string name = {};                   ///< plain lower case, once in a problem: "initial-velocity"
  std::string title = {};                  ///< in words: "initial velocity"
  std::string x_label = {}, y_label = {};  ///< with units in brackets
  bool plane = false;                      ///< x and y are coordinates of a plane: a circle is to look like one
  bool log_x = false;
  bool of_all_samples = false;  ///< the lines are of a whole batch; otherwise of one sample
};

struct View : ViewFrame {
  /// Of controls x [dx x B] for a batch, which is one sample unless the view is of all.
  std::function<std::vector<ViewLine>(const Matrix& x, const Batch& batch)> lines = {};
  /// What they are to be like: of a known solution, or of a target. A mark that is called "target" is where they are to
  /// end. Null where there is nothing of the kind.
  std::function<std::vector<ViewLine>(const Batch& batch)> reference = {};
};

/// A view of certain controls: data.
struct ShownView : ViewFrame {
  std::vector<ViewLine> reference = {}, lines = {};
};
[[nodiscard]] ShownView shown(const View& view, const Matrix& x, const Batch& batch);

/// What can be shown of the weights of one cell; where that is nothing, why.
struct LearnedViews {
  std::vector<ShownView> views = {};
  std::string missing = {};
  std::vector<std::string> remarks = {};  ///< what should be known of them
};

/// Values over places, as many of each.
[[nodiscard]] ViewLine view_line(const VectorRef& places, const VectorRef& values, std::string label = {});
/// The same in the order of the places.
[[nodiscard]] ViewLine sorted_line(const VectorRef& places, const VectorRef& values, std::string label = {});
/// Constant values over equal steps of dt from 0 on; the last one ends at their end.
[[nodiscard]] ViewLine view_steps(double dt, const VectorRef& values, std::string label = {});

/// Of x over its places [dx], beside the batch's reference where it has one.
[[nodiscard]] View control_view(ViewFrame frame, const Vector& places);
/// Of y = P(x) over its places [dy], beside the target.
[[nodiscard]] View state_view(ViewFrame frame, std::shared_ptr<const Simulator> simulator, const Vector& places);

/// Control and state by component: what holds for every problem.
[[nodiscard]] std::vector<View> component_views(const std::shared_ptr<const Simulator>& simulator);

/// The states [dy x steps + 1] of one sample, from the start on. `step` is a simulator of one time step, whose context
/// is the state before it; of the control, each part of as many numbers as a step takes acts for `held` steps.
[[nodiscard]] Matrix path_of(const Simulator& step, const Vector& control, const Vector& start, Index held = 1);

}  // namespace physgrad
