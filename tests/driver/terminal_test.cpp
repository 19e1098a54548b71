// Progress on terminals: as wide as they are, and plain where they know no escape sequences.
#include "terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "driver/driver_process.hpp"
#include "physgrad/core/settings.hpp"

namespace physgrad {
namespace {

using driver::columns_of;
using driver::fit_columns;

TEST(Terminal, LinesAreCutBetweenCharacters) {
  EXPECT_EQ(fit_columns("abcdef", 4), "abcd");
  EXPECT_EQ(fit_columns("abc", 4), "abc");
  EXPECT_EQ(fit_columns("abc", 0), "");
  EXPECT_EQ(fit_columns("", 4), "");
  EXPECT_EQ(fit_columns("\xc3\xa4\xc3\xb6\xc3\xbc", 2), "\xc3\xa4\xc3\xb6");  // two bytes, one column
  EXPECT_EQ(fit_columns("\xe4\xb8\xad\xe6\x96\x87", 3), "\xe4\xb8\xad");      // three bytes, two columns
  EXPECT_EQ(fit_columns("a\xcc\x88\x62", 1), "a\xcc\x88");                    // a mark on the a
  EXPECT_EQ(fit_columns("\xf0\x9f\x98\x80x", 2), "\xf0\x9f\x98\x80");         // four bytes, two columns
  EXPECT_EQ(fit_columns(one_line("\x1b[31m\xff"), 80), "\\x1b[31m\\xff");     // what could move the cursor
}

/// A terminal of some columns, at whose other end the test reads.
class PseudoTerminal {
 public:
  explicit PseudoTerminal(unsigned short columns) : end_(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)) {
    if (end_ < 0 || ::grantpt(end_) != 0 || ::unlockpt(end_) != 0) return;
    name_ = ::ptsname(end_);
    user_ = ::open(name_.c_str(), O_RDWR | O_NOCTTY);  // keeps what was written after the program's end
    const winsize size{24, columns, 0, 0};
    ::ioctl(user_, TIOCSWINSZ, &size);
  }
  ~PseudoTerminal() {
    ::close(user_);
    ::close(end_);
  }
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;
  [[nodiscard]] int user() const { return user_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string said() const {
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t count; (count = ::read(end_, buffer.data(), buffer.size())) > 0;)
      text.append(buffer.data(), static_cast<std::size_t>(count));
    return text;
  }

 private:
  int end_, user_ = -1;
  std::string name_;
};

TEST(Terminal, WidthsAreTheTerminalsElseTheEnvironmentsElseEighty) {
  const PseudoTerminal narrow(40), unknown(0);
  if (narrow.user() < 0) GTEST_SKIP() << "no terminals here";
  ::setenv("COLUMNS", "57", 1);
  EXPECT_EQ(columns_of(narrow.user()), 40u);
  EXPECT_EQ(columns_of(unknown.user()), 57u);
  for (const char* wrong : {"0", "-3", "x", "57x", ""}) {
    ::setenv("COLUMNS", wrong, 1);
    EXPECT_EQ(columns_of(unknown.user()), 80u) << wrong;
  }
  ::unsetenv("COLUMNS");
  EXPECT_EQ(columns_of(unknown.user()), 80u);
}

class ProgressOnTerminals : public testing::DriverProcess {
 protected:
  /// What a run says to a terminal, in an environment.
  [[nodiscard]] std::string said(unsigned short columns, const std::string& environment) const {
    const PseudoTerminal terminal(columns);
    if (terminal.user() < 0) return {};
    const testing::Outcome outcome = shell(
        "env -u COLUMNS -u NO_COLOR " + environment + " ",
        "run --problem coupled-oscillators --method dp-adam,dp-sgd --seeds 4711, --steps 2 --set samples=16 --set "
        "test_samples=8 --out r 2>" +
            terminal.name());
    std::filesystem::remove_all(folder_ / "r");
    EXPECT_EQ(outcome.code, 0);
    return terminal.said();
  }
};

TEST_F(ProgressOnTerminals, AMovingLineStaysInItsRow) {
  if (said(80, "TERM=xterm").empty()) GTEST_SKIP() << "no terminals here";
  for (const unsigned short columns : std::array<unsigned short, 2>{3, 40}) {
    const std::string text = said(columns, "TERM=xterm");
    const std::string start = "\r\x1b[K";
    std::size_t moving = 0;
    for (std::size_t at = text.find(start); at != std::string::npos; at = text.find(start, at)) {
      at += start.size();
      const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
      if (end < text.size() && text.compare(end, 2, "\r\n") == 0) continue;  // the last word on a cell
      ++moving;
      EXPECT_LT(end - at, columns) << text.substr(at, end - at);
    }
    EXPECT_GT(moving, 0u) << text;
    EXPECT_NE(text.find("dp-sgd seed 4711: completed"), std::string::npos) << text;
  }
}

TEST_F(ProgressOnTerminals, WhereEscapesAreUnknownOrUnwantedThereAreNone) {
  if (said(80, "TERM=xterm").empty()) GTEST_SKIP() << "no terminals here";
  for (const char* environment : {"TERM=dumb", "TERM=", "-u TERM", "TERM=xterm NO_COLOR=1"}) {
    const std::string text = said(80, environment);
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << environment << "\n" << text;
    EXPECT_EQ(std::ranges::count(text, '\n'), 3) << environment << "\n" << text;
  }
}

class TablesOnTerminals : public testing::DriverProcess {
 protected:
  [[nodiscard]] std::string shown(unsigned short columns, const std::string& environment,
                                  const std::string& options = "") const {
    const PseudoTerminal terminal(columns);
    if (terminal.user() < 0) return {};
    const testing::Outcome outcome =
        shell("env -u COLUMNS -u NO_COLOR " + environment + " ", "table --from " PHYSGRAD_SOURCE_DIR
                                                                 "/results/reference --problem heat --seed 0-5 " +
                                                                     options + " >" + terminal.name());
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return terminal.said();
  }
};

TEST_F(TablesOnTerminals, AreAsNarrowAsTheyAreAndColoured) {
  if (shown(80, "TERM=xterm").empty()) GTEST_SKIP() << "no terminals here";
  const std::string plain = shown(70, "TERM=xterm NO_COLOR=1"), coloured = shown(70, "TERM=xterm");
  EXPECT_EQ(plain.find('\x1b'), std::string::npos) << plain;
  EXPECT_NE(coloured.find("\x1b[1mheat"), std::string::npos) << coloured;
  for (std::size_t start = 0, end; (end = plain.find("\r\n", start)) != std::string::npos; start = end + 2)
    EXPECT_LE(end - start, 70u) << plain.substr(start, end - start);
  EXPECT_NE(plain.find("0.0163"), std::string::npos) << plain;
}

TEST_F(TablesOnTerminals, ColoursAreTheUsersChoice) {
  if (shown(80, "TERM=xterm").empty()) GTEST_SKIP() << "no terminals here";
  for (const char* environment : {"TERM=dumb", "-u TERM", "TERM=xterm NO_COLOR=1"}) {
    EXPECT_EQ(shown(80, environment).find('\x1b'), std::string::npos) << environment;
    EXPECT_NE(shown(80, environment, "--color always").find('\x1b'), std::string::npos) << environment;
  }
  EXPECT_NE(shown(80, "TERM=xterm NO_COLOR=").find('\x1b'), std::string::npos);  // set, but empty
  EXPECT_EQ(shown(80, "TERM=xterm", "--color never").find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace physgrad
