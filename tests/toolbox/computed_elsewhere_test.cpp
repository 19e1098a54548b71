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

// NumPy's singular value decomposition of a Jacobian by JAX; lambda is that of this Jacobian, not a kernel's.
TEST(ComputedElsewhere, DampedHalfInverseAndDampedGaussNewton) {
  const std::vector<std::string> half = {"rate=1", "filter=damped", "damping=1e-3"};
  expect_steps("scaled-fit", "hig", half,
               {{0.24869798723745165, 0.46188264617601404, -0.040355535782742945, 0.05892536533838362},
                {0.20673149592739204, 0.37606291084400006, -0.0080885636531968941, 0.074074299181429978},
                {0.17992645041108216, 0.39346935348283801, -0.0036598291540500412, 0.060648286196956169}});
  expect_steps("coupled-oscillators", "hig", half,
               {{0.13267940266690831, 0.478222353782426, 0.0034796858955804992, 0.036057300106200618},
                {0.050141981887525569, 0.31120061717323427, -0.0018497679799345805, 0.034438480131978137},
                {0.023476029233118093, 0.21189658524492655, -0.0028943075483952863, 0.023445442764445205}});
  const std::vector<std::string> whole = {"rate=0.5", "filter=damped", "damping=0.01", "convention=full"};
  expect_steps("scaled-fit", "gn", whole,
               {{0.18629197972935341, 1.2451345351689129, -0.14200381779970819, 0.13582588881404334},
                {0.15661488977156598, 0.5725980346524624, -0.00720978091910461, 0.27843087853815779},
                {0.14226870040678802, 0.73205133044316717, -0.15474280813813285, 0.21017717056023016}});
  expect_steps("coupled-oscillators", "gn", whole,
               {{0.21946666471072787, 0.56992883348657353, -0.0034824452765115084, 0.043949144510978665},
                {0.06530693789304795, 0.3682893367256227, -0.003509389238572423, 0.045593311116077416},
                {0.019827842518968984, 0.21478470863687887, -0.0034634313073054713, 0.025033399992091091}});
}

// On scaled-fit 4 of 8 singular values are kept in each step, where the gap is.
TEST(ComputedElsewhere, HalfInverseCutAtAGap) {
  expect_steps("scaled-fit", "hig", {"rate=1", "tau=1e-4", "truncation=gap", "tau_most=0.9"},
               {{0.25342701685577063, 0.19798041182766674, -0.041871803820659324, 0.059121507931204194},
                {0.21366287102619755, 0.15603058324298996, -0.03707318180001444, 0.043718823611570957},
                {0.190748227398013, 0.12333251847546987, -0.032014278374479427, 0.031833550759617191}});
  expect_steps("coupled-oscillators", "hig", {"rate=1", "tau=1e-5", "truncation=gap", "tau_most=0.9"},
               {{0.13157994880598958, 0.50315278740365299, 0.0053141271810931093, 0.037036941199541561},
                {0.04805677400470422, 0.33056984241119036, -0.001057016845482356, 0.036386293638530631},
                {0.021483278411082274, 0.21854220078891323, -0.0034527825459121308, 0.023978205869460246}});
}

// Kept are 7 of 7, 7 and 8 on scaled-fit, where the model's length is halved 3, 3 and once; 22, 23 and 23 of 24 on the
// oscillators, where it stands.
TEST(ComputedElsewhere, HalfInverseByCrossValidationAsLongAsTheModelSays) {
  const std::vector<std::string> common = {"rate=1e3", "search=model", "truncation=gcv", "tau_most=0.5"};
  const auto with = [&](const std::string& tau) {
    std::vector<std::string> all = common;
    all.push_back(tau);
    return all;
  };
  expect_steps("scaled-fit", "hig", with("tau=1e-3"),
               {{0.28205427791551979, 1.126257542877618, -0.0057393402839664171, -0.038833287799322623},
                {0.26337878851554453, 0.78076470569148149, 0.026334934347230308, 0.029798610955171913},
                {0.18517107524513068, 2.1881677049481696, -0.060834189483562569, 0.070800356160244715}});
  expect_steps("coupled-oscillators", "hig", with("tau=1e-5"),
               {{0.1271329457724642, 0.53064913787453571, 0.0057332688787076307, 0.038292208170240073},
                {0.033278122363498482, 0.51618669784981264, -0.0021934581348757288, 0.055495782543603628},
                {0.010532464129903158, 0.18220387341565247, -0.0062786190296976177, 0.015214568939850607}});
}

TEST(ComputedElsewhere, HalfInverseAsLongAsTheModelSays) {
  const std::vector<std::string> settings = {"rate=1e3", "search=model", "tau=0.01", "kernel=svd"};
  expect_steps("scaled-fit", "hig", settings,
               {{0.25069785968469849, 2.3170909506455168, -0.15085908975751575, 0.29752489255344255},
                {0.15056699031723869, 0.39148320573585998, -0.11806148587644766, 0.047966994151242719},
                {0.14602687186759244, 1.1840860710825818, 0.094492995044805086, 0.50652772454702322}});
  expect_steps("coupled-oscillators", "hig", settings,
               {{0.12742182173475219, 0.51658997985657018, 0.00065322271032456464, 0.040396295159839911},
                {0.035486792968755371, 0.4854356172002729, -0.0052572819872849811, 0.046616337059978773},
                {0.012208620546402177, 0.17750630331937536, -0.0042892920464525494, 0.01437679810060741}});
}

}  // namespace
}  // namespace physgrad::testing
