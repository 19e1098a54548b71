#include "cell_streams.hpp"

#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <iterator>
#include <new>

#include "physgrad/files/json.hpp"
#include "physgrad/record/cell_lines.hpp"

namespace physgrad::driver {

CellSpec read_cell_spec() {
  const std::string text{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  constexpr const char* kSource = "standard input";
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    throw ReadError("standard input is empty; expected a cell's specification, as `run --specs` prints it");
  const std::size_t end = text.find('\n');
  const bool more = end != std::string::npos && text.find_first_not_of(" \t\r\n", end) != std::string::npos;
  if (more && Json::accept(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end)))
    throw ReadError("standard input holds more than one line of JSON; expected one cell's specification");
  return parse_run_line(text, kSource);
}

void write_line(std::string text) {
  text += '\n';
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) ::_exit(0);  // nobody is reading any more
    done += static_cast<std::size_t>(count);
  }
}

void write_reason(std::string_view reason) {
  if (reason == std::bad_alloc().what() || reason.size() >= 200) return;
  char line[202] = "!";
  reason.copy(line + 1, reason.size());
  line[reason.size() + 1] = '\n';
  (void)!::write(STDOUT_FILENO, line, reason.size() + 2);
}

}  // namespace physgrad::driver
