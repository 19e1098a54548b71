#include "export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>

#include "jacobian_scene.hpp"
#include "physgrad/files/files.hpp"
#include "physgrad/files/settings_json.hpp"
#include "sizes.hpp"

namespace physgrad::kernels_bench {
namespace {

// Format 1.0: magic, version, length of the header, a Python literal that blanks and a line's end fill to a multiple of
// 64 bytes, the numbers (numpy.lib.format).
std::string npy_header(const std::string& shape) {
  constexpr std::size_t kBefore = 10, kAlignment = 64;
  std::string header = fmt::format("{{'descr': '<f8', 'fortran_order': True, 'shape': ({}), }}", shape);
  header.append((kAlignment - (kBefore + header.size() + 1) % kAlignment) % kAlignment, ' ');
  header += '\n';
  std::string start("\x93NUMPY\x01\x00", 8);
  start += static_cast<char>(header.size() % 256);
  start += static_cast<char>(header.size() / 256);
  return start + header;
}

void write_numbers(const std::filesystem::path& path, const std::string& shape, const double* data, Index count) {
  static_assert(std::endian::native == std::endian::little, "the files hold the numbers as they lie in memory");
  write_text_file(path, [&](const TextSink& sink) {
    sink(npy_header(shape));
    sink({reinterpret_cast<const char*>(data), static_cast<std::size_t>(count) * sizeof(double)});
  });
}

void write_array(const std::filesystem::path& path, const Matrix& m) {
  write_numbers(path, fmt::format("{}, {}", m.rows(), m.cols()), m.data(), m.size());
}
void write_array(const std::filesystem::path& path, const Vector& v) {
  write_numbers(path, fmt::format("{},", v.size()), v.data(), v.size());
}

std::filesystem::path make_folder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw WriteError(fmt::format("{}: cannot be made: {}", path.string(), error.message()));
  return path;
}

const char* reference_kernel(Index rows) { return rows <= kReferenceRows ? "svd" : "qr-svd"; }

OrderedJson described(const NamedSize& size, const PartialInverseOptions& options, Index rows, Index cols) {
  return {{"size", size.name}, {"problem", size.problem}, {"batch", size.batch}, {"rows", rows},
          {"cols", cols},      {"kappa", options.kappa},  {"tau", options.tau},  {"kernel", options.kernel}};
}

void export_given(const Catalogue& catalogue, const std::filesystem::path& folder, const NamedSize& size) {
  JacobianScene scene(catalogue, size.problem, size.batch);
  const Contender reference{"reference", reference_kernel(scene.rows()), "double"};
  const PartialInverseOptions options = reference.options(kGivenTau);
  write_array(folder / "J.npy", scene.dense());
  write_array(folder / "g.npy", scene.gradient());
  write_array(folder / "direction.npy", scene.invert(options).direction);
  write_text_file(folder / "case.json", dump_json(described(size, options, scene.rows(), scene.cols()), 1) + "\n");
}

/// One update of `hig` by this kernel, from a scene of its own.
struct Step {
  Step(const Catalogue& catalogue, const NamedSize& size, const char* kernel, const char* precision)
      : scene(catalogue, size.problem, "hig",
              {{"", "", "batch", static_cast<double>(size.batch)},
               {"", "", "kernel", std::string(kernel)},
               {"", "", "precision", std::string(precision)}},
              size.batch) {
    Evaluation evaluation(scene.problem(), scene.theta, scene.batch, meter, true);
    StepReport report;
    scene.pair.method->update(evaluation, {}, update, report);
  }
  [[nodiscard]] double setting(const char* key) const { return std::get<double>(scene.pair.method_settings.at(key)); }
  /// J^{-1/2} g: the update before the rate.
  [[nodiscard]] Vector direction() const { return update / -setting("rate"); }

  Scene scene;
  Meter meter;
  Vector update;
};

void export_step(const Catalogue& catalogue, const std::filesystem::path& folder, const NamedSize& size) {
  const Index rows = size.batch * Scene(catalogue, size.problem, "hig", {}, 1).problem().simulator->outputs();
  const Step step(catalogue, size, reference_kernel(rows), "double");
  const Scene& scene = step.scene;
  const Vector direction = step.direction();
  write_array(folder / "theta.npy", scene.theta);
  write_array(folder / "input.npy", scene.batch.input);
  write_array(folder / "context.npy", scene.batch.context);
  write_array(folder / "target.npy", scene.batch.target);
  write_array(folder / "direction.npy", direction);
  PartialInverseOptions options;
  options.kappa = step.setting("kappa");
  options.tau = step.setting("tau");
  options.kernel = reference_kernel(rows);
  OrderedJson json = described(size, options, rows, scene.theta.size());
  json["rate"] = step.setting("rate");
  json["network"] = settings_json(scene.network().description());
  json["settings"] = settings_json(scene.pair.problem_settings);
  const auto error = [&](const char* kernel, const char* precision) {
    return number_json(relative_difference(Step(catalogue, size, kernel, precision).direction(), direction));
  };
  json["errors"] = {{"hig", error("auto", "double")}, {"hig-gram", error("gram", "double")}};
  if (rows <= kReferenceRows) json["errors"]["hig-svd-single"] = error("svd", "single");
  write_text_file(folder / "case.json", dump_json(json, 1) + "\n");
}

/// The folder that is asked for; nothing without the option. Throws UsageError.
std::optional<std::filesystem::path> asked_folder(const std::vector<char*>& arguments) {
  constexpr std::string_view kOption = "--export", kWithValue = "--export=";
  const auto found = std::ranges::find_if(
      arguments, [&](std::string_view text) { return text == kOption || text.starts_with(kWithValue); });
  if (found == arguments.end()) return {};
  const bool apart = std::string_view(*found) == kOption;
  const auto value = apart ? found + 1 : found;
  const std::string_view folder =
      value == arguments.end() ? "" : std::string_view(*value).substr(apart ? 0 : kWithValue.size());
  if (folder.empty()) throw UsageError("--export needs a folder: physgrad-kernels [--large] --export FOLDER");
  for (auto other = arguments.begin() + 1; other != arguments.end(); ++other)
    if (other != found && other != value)
      throw UsageError(fmt::format("--export times nothing: '{}' beside it has no meaning, only --large has", *other));
  return folder;
}

}  // namespace

void export_cases(const Catalogue& catalogue, const std::filesystem::path& folder, bool large) {
  for (const NamedSize& size : kSizes)
    if (!size.large || large) export_given(catalogue, make_folder(folder / fmt::format("given-{}", size.name)), size);
  std::vector<NamedSize> steps;
  std::ranges::copy_if(kSizes, std::back_inserter(steps), [&](const NamedSize& size) {
    return size.name == std::string_view("b") || (size.name == std::string_view("c") && large);
  });
  steps.push_back(kStepSize);
  for (const NamedSize& size : steps)
    export_step(catalogue, make_folder(folder / fmt::format("step-{}", size.name)), size);
}

std::optional<int> run_export(const Catalogue& catalogue, const std::vector<char*>& arguments, bool large) {
  const auto complain = [](const std::exception& error) { fmt::print(stderr, "physgrad-kernels: {}\n", error.what()); };
  try {
    const std::optional<std::filesystem::path> folder = asked_folder(arguments);
    if (!folder) return {};
    export_cases(catalogue, *folder, large);
    return 0;
  } catch (const UsageError& error) {
    complain(error);
    return 2;
  } catch (const std::exception& error) {
    complain(error);
    return 1;
  }
}

}  // namespace physgrad::kernels_bench
