#pragma once
// A problem: samples, a simulator, and what is known about its inverse. What problems/NAME.cpp provides.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "physgrad/core/loss.hpp"
#include "physgrad/core/network.hpp"
#include "physgrad/core/rng.hpp"
#include "physgrad/core/settings.hpp"
#include "physgrad/core/simulator.hpp"
#include "physgrad/core/types.hpp"
#include "physgrad/core/view.hpp"

namespace physgrad {

/// A component of x whose factor from x to y is at most this counts as erased: no y says what it was.
inline constexpr double kErasedBelow = 1e-3;

struct Problem {
  std::string name;
  std::shared_ptr<const Simulator> simulator;
  std::shared_ptr<const InverseSimulator> inverse;  ///< null where the problem has none
  std::shared_ptr<const Loss> loss = std::make_shared<SquaredLoss>();
  /// What the network sees of a sample, and how many numbers the simulator needs beside the control. The sizes of
  /// target and reference are the simulator's outputs and controls.
  Shape input;
  Index context = 0;
  /// Draws `count` samples; the batch's shapes are those of core/types.hpp, with the sizes above.
  std::function<Batch(Rng&, Index count)> sample;
  /// The error of x in control space, per sample [B] (null where no reference is known).
  std::function<Vector(const Batch&, const Matrix& x)> x_error;
  /// The same of those components of x that y determines: x_error where it determines them all; null where nobody can
  /// say which.
  std::function<Vector(const Batch&, const Matrix& x)> x_error_determined;
  /// Problems without a network start their control here [dx]; empty otherwise.
  Vector start;
  /// True where P has kinks (e.g. linear interpolation): central differences are then only first order near one.
  bool piecewise_smooth = false;

  /// Of data that neither settings nor seed say (a file's content): a hash; empty where there are none.
  std::string data_digest;
  /// Settings that only say where such data lie: two paths to equal data are one problem.
  std::vector<std::string> path_settings;

  /// True for a problem that is solved for the control of one sample, without a network: training and held-out data are
  /// that sample.
  bool instance = false;

  /// False where data, start weights and order of batches are the same for every seed. Found by the catalogue, which
  /// draws with two seeds.
  bool seed_matters = true;

  /// True where every batch is drawn anew: nothing is trained on twice, and the training samples are only measured.
  bool fresh = false;

  /// What is worth showing of controls and where they lead. None: the catalogue gives it component_views().
  std::vector<View> views;

  // Filled by the catalogue from the settings every problem has (network, widths, activation, samples, test_samples).
  std::shared_ptr<const Network> network;
  Index samples = 1;
  Index test_samples = 1;
};

/// What a file problems/NAME.cpp defines: `ProblemDefinition physgrad::problems::NAME()` ('-' becomes '_').
struct ProblemDefinition {
  std::string summary;                ///< one line
  std::string citation;               ///< where the set-up comes from
  std::string determined = {};        ///< what of x the state y determines, one line; empty where x has no error
  std::vector<SettingSpec> settings;  ///< the problem's own parameters with defaults and ranges
  std::function<Problem(const Settings&)> build;
  /// Why a method's setting, given by its key, changes nothing beside these settings of the problem; empty where it
  /// does. Null: it always does.
  std::function<std::string(const std::string& key, const Settings&)> idle = {};
};

}  // namespace physgrad
