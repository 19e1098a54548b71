#include "physgrad/pages/page_style.hpp"

#include <fmt/format.h>

#include "physgrad/tables/families.hpp"

namespace physgrad {
namespace {

constexpr const char* kStyle = R"css(
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1b1b; --muted: #5c5c5c; --grid: #d9d9d9; --raised: #f5f5f2;
  --link: #0b5394; --mark: #e4f0e2; }
@media (prefers-color-scheme: dark) { :root { --paper: #16181a; --ink: #e6e6e3; --muted: #a3a5a8; --grid: #3c4043;
  --raised: #202326; --link: #8ab8ea; --mark: #24402b; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0 auto; padding: 1rem; max-width: 78rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.5rem; border-bottom: 1px solid var(--grid); }
h3 { font-size: 1.1rem; margin: 1.5rem 0 0.5rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.answer { --back: var(--raised); background: var(--raised); border: 1px solid var(--grid); border-radius: 0.5rem; padding: 0.25rem 1rem 1rem; }
.note, figcaption, .facts { color: var(--muted); font-size: 0.9rem; margin: 0.4rem 0; }
.scroll { overflow-x: auto; scroll-padding-left: 9rem; margin: 0.75rem 0; }
table { border-collapse: separate; border-spacing: 0; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; position: sticky; left: 0; max-width: calc(100vw - 4.5rem); }
th, td { padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--grid); text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid var(--muted); white-space: nowrap; }
tbody th { font-weight: 400; min-width: 7rem; max-width: 14rem; overflow-wrap: anywhere; }
tr > :first-child { position: sticky; left: 0; background: var(--back, var(--paper)); }
.n { text-align: right; white-space: nowrap; }
td strong, tbody th strong { background: var(--mark); padding: 0 0.2rem; }
th button { all: unset; cursor: pointer; }
th button:focus-visible { outline: 3px solid var(--link); }
th[aria-sort="ascending"] button::after { content: " \2191"; }
th[aria-sort="descending"] button::after { content: " \2193"; }
figure { margin: 1rem 0; min-width: 0; max-width: 40rem; }
figure svg { display: block; width: 100%; height: auto; }
.title { font-weight: 600; font-size: 0.9rem; margin: 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 0 1.5rem; }
details { margin: 0.75rem 0; }
summary { cursor: pointer; font-weight: 600; }
pre { background: var(--raised); border: 1px solid var(--grid); padding: 0.75rem; overflow-x: auto; user-select: all; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; list-style: none; padding: 0; margin: 0.5rem 0; }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --muted: #333; --grid: #999; --raised: #fff; --link: #000;
    --mark: #fff; }
  html { font-size: 9pt; }
  body { max-width: none; padding: 0; }
  nav { display: none; }
  .scroll { overflow: visible; }
  tr > :first-child, caption { position: static; }
  .figures { grid-template-columns: 1fr 1fr; }
  figure svg { max-height: 22cm; }
  table { font-size: 6.5pt; }
  th, td { padding: 0.1rem 0.2rem; }
  tbody th { min-width: 4.5em; }
  .n, thead th { white-space: normal; }
  table:has(th:nth-child(18)) thead th { vertical-align: bottom; }
  table:has(th:nth-child(18)) thead th:not(:first-child) { writing-mode: vertical-rl; text-align: right; }
  th button { display: contents; }
  figure, thead, tr, p, .answer { break-inside: avoid; }
  h2, h3, h2 + p, caption, summary, thead, .title { break-after: avoid; }
  a[href^="http"]::after { content: " (" attr(href) ")"; }
}
)css";

// Each header becomes a button; without a number a cell is compared as text, and what has none stays at the end.
constexpr const char* kScript = R"js(
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.onclick = () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      const numeric = head.classList.contains("n");
      const key = row => numeric ? parseFloat(row.cells[column].dataset.v) : row.cells[column].textContent;
      const order = (a, b) => numeric ? (isNaN(a) ? (isNaN(b) ? 0 : 1) : isNaN(b) ? -1 : a === b ? 0 : sign * (a < b ? -1 : 1))
                                      : sign * a.localeCompare(b);
      body.append(...[...body.rows].sort((a, b) => order(key(a), key(b))));
    };
  });
}
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  folded.forEach(each => each.open = true);
});
addEventListener("afterprint", () => folded.forEach(each => each.open = false));
)js";

/// The colours that pictures use (tables/families.hpp), as variables.
std::string family_style() {
  std::string light, dark;
  for (const Look& look : all_looks()) {
    light += fmt::format(" --series-{}: {};", look.variable, look.colour);
    dark += fmt::format(" --series-{}: {};", look.variable, look.dark);
  }
  return fmt::format(
      ":root {{{0} }}\n@media (prefers-color-scheme: dark) {{ :root {{{1} }} }}\n@media print {{ :root {{{0} }} }}\n",
      light, dark);
}

}  // namespace

std::string page_style() { return kStyle + family_style(); }

std::string page_script() { return kScript; }

}  // namespace physgrad
