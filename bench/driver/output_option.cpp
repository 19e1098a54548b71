#include "output_option.hpp"

#include <cstdio>

#include "physgrad/files/files.hpp"

namespace physgrad::driver {

void add_output_option(CLI::App& verb, std::string& out) {
  out = kStandardOutput;
  verb.add_option("--out", out, "file to write, '-' for standard output (default)");
}

void check_output(const std::string& out) {
  if (out != kStandardOutput) check_output_path(out);
}

void put_output(const std::string& out, std::string_view text) {
  if (out == kStandardOutput)
    std::fwrite(text.data(), 1, text.size(), stdout);
  else
    write_text_file(out, text);
}

}  // namespace physgrad::driver
