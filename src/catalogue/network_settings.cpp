#include "physgrad/catalogue/network_settings.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "physgrad/model/networks.hpp"

namespace physgrad {
namespace {

/// A setting that came later: what held until then is named by leaving it out.
SettingSpec since(const SettingValue& historic, SettingSpec spec) {
  spec.historic = historic;
  return spec;
}

}  // namespace

std::vector<SettingSpec> network_settings(const ProblemFile& file) {
  std::vector<SettingSpec> specs;
  specs.push_back(
      since(std::string("dense"), choice_setting("network", file.network, network_kinds(),
                                                 "dense layers in a row; residual: those between equal widths add to "
                                                 "what they were given")));
  specs.push_back(list_setting("widths", file.widths, "layer widths of the network, input to control"));
  specs.push_back(choice_setting("activation", file.activation, activation_names(), "activation of the hidden layers"));
  specs.push_back(boolean_setting("instance", false, "solve for one sample's control directly, without a network"));
  specs.push_back(integer_setting("samples", file.samples, 1, 1e7, "training samples"));
  specs.push_back(since(false, boolean_setting("fresh", false,
                                               "draw every batch anew, training on no sample twice; the training "
                                               "samples are only measured")));
  specs.push_back(integer_setting("test_samples", file.test_samples, 1, 1e7, "held-out samples"));
  return specs;
}

void attach_network(Problem& problem, Settings& settings, bool widths_given) {
  const Index inputs = problem.input.size();
  const Index controls = problem.simulator->controls();
  if (inputs == 0) throw std::logic_error(fmt::format("{} has a network, but does not say its input", problem.name));
  std::vector<double> widths = settings.list("widths");
  if (widths.size() < 2)
    throw UsageError(fmt::format("setting 'widths' needs at least 2 entries, got {}", widths.size()));
  if (widths_given && (widths.front() != static_cast<double>(inputs) || widths.back() != static_cast<double>(controls)))
    throw UsageError(fmt::format("setting 'widths' cannot be '{}'; expected {} at the start and {} at the end",
                                 to_text(settings.list("widths")), inputs, controls));
  widths.front() = static_cast<double>(inputs);
  widths.back() = static_cast<double>(controls);
  settings.set("widths", widths);
  std::vector<Index> shape;
  for (const double width : widths) shape.push_back(static_cast<Index>(width));
  problem.network =
      make_network(settings.text("network"), std::move(shape), parse_activation(settings.text("activation")));
  problem.fresh = settings.boolean("fresh");
  problem.samples = settings.integer("samples");
  problem.test_samples = settings.integer("test_samples");
}

}  // namespace physgrad
