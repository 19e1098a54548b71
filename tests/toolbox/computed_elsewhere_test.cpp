// Three updates on one batch, against losses and updates that a program of NumPy and JAX (automatic differentiation,
// its own networks and simulators, double precision) computed from docs/methods.md, with theta and batch as `inspect
// --seed 1
// --batch 6` writes them.
#include <gtest/gtest.h>

#include "update/one_update.hpp"

namespace physgrad::testing {
namespace {

/// The loss after a step, the norm of its update, and two entries.
struct Step {
  double loss, norm, first, eighth;
};

void expect_steps(const std::string& problem, const std::string& method, const std::vector<std::string>& changes,
                  const std::vector<Step>& steps) {
  OneUpdate scene(problem, method, 6, changes);
  for (const Step& step : steps) {
    const auto near = [&](double value, double expected, double size) {
      EXPECT_NEAR(value, expected, 1e-9 * size) << problem << " " << method;
    };
    if (&step != &steps.front()) scene.pair.method->update(*scene.at, {}, scene.update, scene.report);
    near(scene.update.norm(), step.norm, step.norm);
    near(scene.update[0], step.first, step.norm);
    near(scene.update[7], step.eighth, step.norm);
    scene.data.theta += scene.update;
    scene.at->reset();
    near(scene.at->loss(), step.loss, step.loss);
  }
}

// That program's own marching and Cole-Hopf inverses (NumPy's transforms), and a pseudo-inverse of the oscillators'
// map. With six samples the median of |dx| is between two of them, so that three are shortened.
TEST(ComputedElsewhere, PhysicalGradientsWithBoundedChanges) {
  expect_steps("burgers", "pg", {"inverse_method=marching", "eta=0.7", "dx_bound=1", "rule=sgd", "rate=0.01"},
               {{1.3618217216143762, 0.1718981051216286, 0.0004551689507323905, 0.004604792693383325},
                {1.103036335629252, 0.1226876115892065, -0.0002424475237459749, 0.0029711138253729055},
                {0.905981911099968, 0.09739917681256181, -0.0005521062952869406, 0.0020201428373158286}});
  expect_steps("burgers", "pg", {"anchor=zero", "eta=1", "dx_bound=1", "rule=sgd", "rate=0.01"},
               {{1.1869411646909984, 0.20736776052260206, 0.0002221858288268298, 0.004663690933177798},
                {0.8772106774821915, 0.14246144651097598, -0.0006454042966538657, 0.002749446159911563},
                {0.667224405447317, 0.11333465208616532, -0.0009571905145142824, 0.001880660701495494}});
  expect_steps("coupled-oscillators", "pg", {"anchor=zero", "eta=0.7", "dx_bound=1", "rule=sgd", "rate=0.01"},
               {{0.37242075004655223, 0.19758123801300678, 0.017324327166016132, 0.0043873834791955035},
                {0.3079117036846375, 0.06254466023422743, 0.0002283346503095126, -0.001618367552683134},
                {0.27905890748020307, 0.04637134629883763, 0.001279822975637963, -0.00018356702010907203}});
}

TEST(ComputedElsewhere, Sven) {
  expect_steps("scaled-fit", "sven", {"rate=0.5", "rank=0.5", "rtol=1e-3"},
               {{0.23466590507536422, 0.50438883545084179, -0.049979166369641059, 0.12357589079016545},
                {0.19358951534609095, 0.6781191871124066, -0.17748969542763743, 0.13597604644531575},
                {0.22278115814841928, 0.32705447481067135, -0.0064845093841769952, -0.11010409364446039}});
  expect_steps("coupled-oscillators", "sven", {"rate=0.5", "rank=0.5", "rtol=1e-3"},
               {{0.46839852437154395, 0.082399389582533539, 0.0006823118491782465, 0.0015952940926716175},
                {0.32236850182343557, 0.12438032085639215, 0.0021157024290281434, 0.0064696962502131528},
                {0.23458102012915411, 0.11717384116275187, 0.0030647960187252521, 0.0032625407749760083}});
}

TEST(ComputedElsewhere, SvenOfRootsAndSvenDamped) {
  expect_steps("scaled-fit", "sven", {"rate=0.5", "rank=1", "rtol=1e-2", "kappa_loss=1"},
               {{0.25796371202820795, 1.7942578698756286, -0.21194315322426521, 0.31306332329072439},
                {0.23725609518942203, 0.4820231563700908, 0.11688280220908664, -0.19816963579752078},
                {0.37445817058965131, 1.3375367213399185, -0.57637133579771949, 0.38469125320368536}});
  expect_steps("coupled-oscillators", "sven", {"rate=0.5", "damping=0.01"},
               {{0.46878297192624141, 0.082193776018792158, 0.00055936810146520188, 0.0022514595007632199},
                {0.29330874952140529, 0.1385055807191114, 0.0025094650735187352, 0.010380127872542722},
                {0.18045287191202533, 0.15008504637301029, 0.0036290913940177916, 0.010453097778611753}});
}

// The lengths are 1/4, 1/2, 1/4, and 1/16, 1/16, 1/4.
TEST(ComputedElsewhere, HalfInverseWithAGrid) {
  expect_steps("coupled-oscillators", "hig", {"rate=4", "tau=1e-5", "kernel=svd", "search=grid"},
               {{0.1315799488059895, 0.50315278740365288, 0.0053141271810935031, 0.037036941199540763},
                {0.033989912369142831, 0.66113968482238028, -0.0021140336909669655, 0.072772587277060985},
                {0.0074274521905248166, 0.13084436026086227, -0.0067684188187880912, 0.0063937755067694502}});
  expect_steps("scaled-fit", "hig", {"rate=8", "tau=1e-3", "kernel=svd", "search=grid"},
               {{0.28282957011541288, 1.0850832705640476, -0.0055295186838911214, -0.037413601532370472},
                {0.26092955773723892, 0.72853052871416135, 0.026823985929821936, 0.027467396323080154},
                {0.16030283409302604, 1.8892233406686487, -0.088483634576240311, 0.084759661359505467}});
}

TEST(ComputedElsewhere, SpringWithBiasCorrectionWithABoundAndWithAGrid) {
  const std::vector<std::string> common = {"damping=0.01", "momentum=0.9"};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = common;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  expect_steps("coupled-oscillators", "spring", with({"rate=0.5", "bias_correction=true"}),
               {{0.12349488479945459, 1.3075064158831582, -0.0079892773877535128, 0.10082625240969523},
                {0.010314554880754615, 0.78886309700062274, -0.014601278846313404, 0.032865807303199157},
                {0.0031256954201100938, 0.57123827924408221, -0.026853095250624459, 0.050477526177431342}});
  for (const char* correction : {"bias_correction=false", "bias_correction=true"})  // the bound hides it
    expect_steps("coupled-oscillators", "spring", with({"rate=0.5", "norm_bound=0.05", correction}),
                 {{0.49676402852932511, 0.22360679774997894, -0.0013663081965110124, 0.017243078241596765},
                  {0.34292377061810619, 0.22360679774997905, -0.0022415118873665985, 0.017521098470168417},
                  {0.23114889406369965, 0.22360679774997894, -0.0026256236430071411, 0.017222944157179287}});
  expect_steps("coupled-oscillators", "spring", with({"rate=4", "search=grid"}),
               {{0.084221643068321056, 1.1398576669731499, -0.0069648905530264316, 0.087898289021957121},
                {0.013823767986155764, 0.93041436343364459, -0.016504021371449212, 0.04293865050362361},
                {0.002287523701204627, 0.78107568287718654, -0.036865436235727578, 0.067517944781490868}});
}

}  // namespace
}  // namespace physgrad::testing
