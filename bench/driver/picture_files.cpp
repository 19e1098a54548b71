#include "picture_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <utility>

#include "physgrad/files/files.hpp"
#include "physgrad/pages/gnuplot.hpp"

namespace physgrad::driver {
namespace {

constexpr std::pair<const char*, PictureFormat> kPictureFormats[] = {
    {"svg", PictureFormat::svg}, {"png", PictureFormat::png}, {"pdf", PictureFormat::pdf}};

std::vector<std::string> picture_formats() {
  std::vector<std::string> words;
  for (const auto& [word, format] : kPictureFormats) words.emplace_back(word);
  return words;
}

PictureFormat parse_picture_format(const std::string& name) {
  for (const auto& [word, format] : kPictureFormats)
    if (name == word) return format;
  throw UsageError(unknown_name_message("picture format", name, picture_formats()));
}

/// What would make one of several pictures.
std::string choice_text(const std::vector<Figure>& figures) {
  std::set<std::string> problems, abscissae;
  for (const Figure& figure : figures) {
    problems.insert(figure.problem.substr(0, figure.problem.find(' ')));
    abscissae.insert(figure.by);
  }
  std::vector<std::string> choices;
  if (problems.size() > 1) choices.push_back(fmt::format("--problem ({})", fmt::join(problems, ", ")));
  if (abscissae.size() > 1) choices.push_back(fmt::format("--by ({})", fmt::join(abscissae, ", ")));
  return choices.empty() ? "" : fmt::format(", or choose one with {}", fmt::join(choices, " and "));
}

/// Makes the directory where it is not there. Throws UsageError where it is a file, WriteError where it cannot be made.
void make_directory(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::exists(path, error) && !std::filesystem::is_directory(path, error))
    throw UsageError(fmt::format("--out {}: a file, where several pictures need a directory", path.string()));
  std::filesystem::create_directories(path, error);
  if (error) throw WriteError(fmt::format("cannot make '{}': {}", path.string(), error.message()));
}

/// A file for each figure.
std::vector<std::filesystem::path> picture_paths(const std::vector<Figure>& figures, const PictureRequest& request) {
  const std::filesystem::path out = request.out;
  std::error_code ignored;
  if (figures.size() == 1 && out.has_filename() && !std::filesystem::is_directory(out, ignored)) return {out};
  make_directory(out);
  std::vector<std::filesystem::path> paths;
  for (const Figure& figure : figures) paths.push_back(out / fmt::format("{}.{}", figure.name, request.format));
  return paths;
}

void print_picture(const std::vector<Figure>& figures, PictureFormat format) {
  if (figures.size() > 1)
    throw UsageError(
        fmt::format("{} pictures: name a directory for them with --out{}", figures.size(), choice_text(figures)));
  if (format != PictureFormat::svg && isatty(STDOUT_FILENO) == 1)
    throw UsageError("a picture in that format is nothing for a terminal: name a file with --out");
  const std::string picture = draw(figures, format).front();
  std::fwrite(picture.data(), 1, picture.size(), stdout);
}

}  // namespace

std::string picture_formats_text() { return fmt::format("{} (default svg)", fmt::join(picture_formats(), ", ")); }

void check_picture_request(const PictureRequest& request) {
  (void)parse_picture_format(request.format);
  if (request.keep && request.out.empty())
    throw UsageError("--keep leaves the script beside the picture: name a file or directory with --out");
}

void write_pictures(const std::vector<Figure>& figures, const PictureRequest& request) {
  const PictureFormat format = parse_picture_format(request.format);
  if (request.out.empty()) return print_picture(figures, format);
  const std::vector<std::filesystem::path> paths = picture_paths(figures, request);
  for (const std::filesystem::path& path : paths) check_output_path(path);
  const std::vector<std::string> pictures = draw(figures, format);
  for (std::size_t i = 0; i < figures.size(); ++i) {
    write_text_file(paths[i], pictures[i]);
    std::filesystem::path script = paths[i];
    script.replace_extension(".gp");
    if (request.keep) write_text_file(script, gnuplot_script(figures[i], format, paths[i].filename().string()));
    fmt::print("{}: {}\n", paths[i].string(), figures[i].summary);
  }
}

}  // namespace physgrad::driver
