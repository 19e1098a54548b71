#include "run_tables.hpp"

#include <fmt/format.h>

#include "physgrad/files/files.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad::driver {

std::vector<std::string> run_tables() {
  std::vector<std::string> files;
  for (const std::string& kind : table_kinds()) files.push_back(kind + ".md");
  return files;
}

void write_tables(const std::filesystem::path& directory, const ReportSet& reports) {
  std::error_code error;
  std::filesystem::create_directories(directory / "tables", error);
  if (error) throw WriteError(fmt::format("cannot write '{}': {}", (directory / "tables").string(), error.message()));
  for (const std::string& kind : table_kinds())
    write_text_file(directory / "tables" / (kind + ".md"), render(make_tables(kind, reports), TableFormat::markdown));
}

}  // namespace physgrad::driver
