#include "physgrad/pages/page_picture.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <string_view>
#include <vector>

#include "physgrad/pages/gnuplot_script.hpp"
#include "physgrad/tables/families.hpp"

namespace physgrad {
namespace {

struct PageColour {
  std::string variable, light, dark;
};

const std::vector<PageColour>& page_colours() {
  static const std::vector<PageColour> colours = [] {
    std::vector<PageColour> result = {{"--ink", kInk, "#e8e8e6"},
                                      {"--muted", kMuted, "#a2a2a0"},
                                      {"--grid", kGrid, "#3a3a3c"},
                                      {"--paper", kPaper, "#17181a"},
                                      {"--rest", kRest, "#55565a"}};
    for (const Look& look : all_looks()) result.push_back({"--series-" + look.variable, look.colour, look.dark});
    return result;
  }();
  return colours;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  std::string result;
  std::size_t from = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, from)) {
    result.append(text, from, at - from).append(with);
    from = at + what.size();
  }
  text = result.append(text, from);
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else
      result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return result;
}

/// "#0072b2": "rgb(0,114,178)".
std::string as_rgb(const std::string& colour) {
  const auto part = [&](std::size_t at) {
    int value = 0;
    std::from_chars(colour.data() + at, colour.data() + at + 2, value, 16);
    return value;
  };
  return fmt::format("rgb({},{},{})", part(1), part(3), part(5));
}

/// A variable with the drawn colour to fall back on.
std::string as_variable(const PageColour& colour) { return fmt::format("var({},{})", colour.variable, colour.light); }

/// Every "rgb( 0, 114, 178)" of a known colour, as a variable.
std::string with_variables(const std::string& svg) {
  static const std::map<std::string, std::string> known = [] {
    std::map<std::string, std::string> result = {{"rgb(0,0,0)", as_variable(page_colours().front())}};
    for (const PageColour& colour : page_colours()) result[as_rgb(colour.light)] = as_variable(colour);
    return result;
  }();
  std::string result;
  std::size_t from = 0;
  for (std::size_t at = svg.find("rgb("); at != std::string::npos; at = svg.find("rgb(", from)) {
    const std::size_t end = svg.find(')', at);
    if (end == std::string::npos) break;
    std::string colour = svg.substr(at, end + 1 - at);
    std::erase(colour, ' ');
    const auto found = known.find(colour);
    result.append(svg, from, at - from).append(found != known.end() ? found->second : colour);
    from = end + 1;
  }
  return result.append(svg, from);
}

/// What lies between the two, both left out; empty where one is missing.
std::string between(const std::string& text, std::string_view begin, std::string_view end) {
  const std::size_t at = text.find(begin);
  if (at == std::string::npos) return {};
  const std::size_t from = at + begin.size(), to = text.find(end, from);
  return to == std::string::npos ? std::string{} : text.substr(from, to - from);
}

void remove_between(std::string& text, std::string_view begin, std::string_view end) {
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    const std::size_t to = text.find(end, at + begin.size());
    if (to == std::string::npos) return;
    text.erase(at, to + end.size() - at);
  }
}

/// Symbols that nothing shows; some are made of others.
void remove_unused_symbols(std::string& svg, const std::string& prefix) {
  for (bool again = true; again;) {
    again = false;
    for (int i = 0; i < 15; ++i) {
      const std::string name = fmt::format("{}-p{}'", prefix, i);
      const std::size_t at = svg.find(" id='" + name);
      if (at == std::string::npos || svg.find("#" + name) != std::string::npos) continue;
      const std::size_t from = svg.rfind('<', at), to = svg.find("/>", at);
      if (from == std::string::npos || to == std::string::npos) return;
      svg.erase(from, to + 2 - from);
      again = true;
    }
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A tenth of a pixel is enough: the second digit behind a point inside tags goes.
std::string with_one_digit(const std::string& svg) {
  std::string result;
  bool in_tag = false;
  const auto at = [&](std::size_t i) { return i < svg.size() ? svg[i] : ' '; };
  for (std::size_t i = 0; i < svg.size(); ++i) {
    in_tag = svg[i] == '<' || (in_tag && svg[i] != '>');
    result += svg[i];
    if (!in_tag || svg[i] != '.' || !is_digit(at(i + 1)) || !is_digit(at(i + 2)) || is_digit(at(i + 3))) continue;
    result += at(i + 1);
    i += 2;
  }
  return result;
}

/// Groups that hold nothing, whatever they say.
void remove_empty_groups(std::string& svg) {
  std::string result;
  std::size_t from = 0;
  for (std::size_t end = svg.find("></g>"); end != std::string::npos; end = svg.find("></g>", from)) {
    const std::size_t begin = svg.rfind('<', end);
    const bool empty = begin != std::string::npos && begin >= from && svg[end - 1] != '/' &&
                       (svg.compare(begin, 3, "<g ") == 0 || svg.compare(begin, 3, "<g>") == 0);
    result.append(svg, from, (empty ? begin : end + 5) - from);
    from = end + 5;
  }
  svg = result.append(svg, from);
}

/// Says once what gnuplot says of every group, and nothing of empty ones.
void shorten(std::string& svg) {
  remove_between(svg, "<filter", "</filter>");
  remove_between(svg, "<title>gnuplot_plot", "</title>");
  remove_between(svg, " id=\"gnuplot_plot", "\"");
  for (const char* said : {" stroke-linecap=\"butt\"", " stroke-linejoin=\"miter\"", " stroke=\"currentColor\"",
                           " fill=\"none\"", " color=\"black\"", " color=\"gray\"", " class=\"gridline\"",
                           " shape-rendering='crispEdges'", " font-family=\"sans-serif\"", " stroke-width=\"1.00\""})
    replace_all(svg, said, "");
  for (const char* blank : {"\n", "\t"}) replace_all(svg, blank, " ");
  for (std::size_t before = 0; before != svg.size();) {
    before = svg.size();
    replace_all(svg, "  ", " ");
    replace_all(svg, "> <", "><");
    remove_empty_groups(svg);
  }
}

}  // namespace

std::string page_picture(const Figure& figure, const std::string& svg) {
  std::string body = between(svg, "<g id=\"gnuplot_canvas\">", "</svg>");
  const std::string box = between(svg, "viewBox=\"", "\"");
  remove_between(body, "<rect x=\"0\" y=\"0\"", "/>");  // the background
  const std::string labels = figure.name + "-title " + figure.name + "-text";
  body = with_variables(body);
  replace_all(body, "xlink:href='#gpPt", fmt::format("href='#{}-p", figure.name));
  replace_all(body, "id='gpPt", fmt::format("id='{}-p", figure.name));
  replace_all(body, "id='gpDot'", fmt::format("id='{}-d'", figure.name));
  replace_all(body, "xlink:href='#gpDot'", fmt::format("href='#{}-d'", figure.name));
  remove_unused_symbols(body, figure.name);
  shorten(body);
  body = with_one_digit(body);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{}\" role=\"img\" aria-labelledby=\"{}\" "
      "style=\"max-width:100%;height:auto;font-family:inherit\"><title id=\"{}-title\">{}</title>"
      "<desc id=\"{}-text\">{}</desc><g fill=\"none\" color=\"var(--ink,{})\" stroke=\"currentColor\">{}</svg>\n",
      box, labels, figure.name, escaped(figure.title), figure.name, escaped(figure.summary), kInk, body);
}

std::string picture_variables(bool dark) {
  std::string text;
  for (const PageColour& colour : page_colours())
    text += fmt::format("{}:{};", colour.variable, dark ? colour.dark : colour.light);
  return text;
}

}  // namespace physgrad
