#include "physgrad/pages/gnuplot.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "physgrad/pages/gnuplot_process.hpp"
#include "physgrad/pages/gnuplot_script.hpp"
#include "physgrad/pages/page_picture.hpp"

namespace physgrad {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The line of gnuplot's complaint that says what is wrong: after the line of the script and the mark below it.
std::string complaint(const std::string& messages) {
  std::istringstream lines(messages);
  std::string said;
  for (std::string line; std::getline(lines, line);)
    if (const auto begin = line.find_first_not_of(" ^\t\r"); begin != std::string::npos) said = line.substr(begin);
  return said.empty() ? "no message" : said;
}

std::vector<std::string> drawn(const std::vector<Figure>& figures, PictureFormat format, bool titled) {
  std::vector<std::string> pictures;
  if (figures.empty()) return pictures;
  const TemporaryFolder folder;
  const auto picture = [&](std::size_t i) { return folder.path() / fmt::format("{}", i); };
  const std::filesystem::path script = folder.path() / "script", messages = folder.path() / "messages";
  {
    std::ofstream file(script, std::ios::binary);
    for (std::size_t i = 0; i < figures.size(); ++i) file << figure_script(figures[i], format, picture(i), titled);
    if (!file.flush()) throw GnuplotError(fmt::format("cannot write '{}'", script.string()));
  }
  const int code = run_gnuplot(script, messages);
  if (code < 0)
    throw GnuplotError(
        fmt::format("pictures are drawn by gnuplot, and '{}' cannot be started: install Debian's package "
                    "gnuplot-nox, or name the program in PHYSGRAD_GNUPLOT",
                    gnuplot_program()));
  if (code != 0) throw GnuplotError(fmt::format("{} failed: {}", gnuplot_program(), complaint(content_of(messages))));
  for (std::size_t i = 0; i < figures.size(); ++i) {
    pictures.push_back(content_of(picture(i)));
    if (pictures.back().empty())
      throw GnuplotError(fmt::format("{} drew nothing of '{}': {}", gnuplot_program(), figures[i].name,
                                     complaint(content_of(messages))));
  }
  return pictures;
}

}  // namespace

bool has_gnuplot() {
  const TemporaryFolder folder;
  return run_gnuplot("--version", folder.path() / "messages") == 0;
}

std::string gnuplot_script(const Figure& figure, PictureFormat format, const std::string& out) {
  return figure_script(figure, format, out, true);
}

std::vector<std::string> draw(const std::vector<Figure>& figures, PictureFormat format) {
  return drawn(figures, format, true);
}

std::vector<std::string> draw_for_page(const std::vector<Figure>& figures) {
  std::vector<std::string> pictures = drawn(figures, PictureFormat::svg, false);
  for (std::size_t i = 0; i < figures.size(); ++i) pictures[i] = page_picture(figures[i], pictures[i]);
  return pictures;
}

}  // namespace physgrad
