#include "physgrad/files/byte_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "physgrad/files/files.hpp"

namespace physgrad {
namespace {

constexpr std::size_t kPiece = 256u << 10;

/// Where a file that can be read twice is read from; -1: it cannot.
std::int64_t place_in(int file) {
  struct stat found {};
  return ::fstat(file, &found) == 0 && S_ISREG(found.st_mode) ? ::lseek(file, 0, SEEK_CUR) : -1;
}

[[noreturn]] void fail_read(const std::filesystem::path& path) {
  throw ReadError(fmt::format("cannot read '{}': {}", path.string(), std::strerror(errno)));
}

}  // namespace

ByteReader::ByteReader(std::filesystem::path file)
    : path_(std::move(file)), file_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)), buffer_(kPiece) {
  if (file_.number() < 0) fail_read(path_);
  start_ = place_in(file_.number());
}

void ByteReader::rewind() {
  at_ = text_.data();
  end_ = at_ + text_.size();
  if (!buffer_.empty() && ::lseek(file_.number(), start_, SEEK_SET) < 0) fail_read(path_);
}

bool ByteReader::refill() {
  if (buffer_.empty()) return false;
  ssize_t got = 0;
  do got = ::read(file_.number(), buffer_.data(), buffer_.size());
  while (got < 0 && errno == EINTR);
  if (got < 0) fail_read(path_);
  at_ = buffer_.data();
  end_ = at_ + got;
  return got > 0;
}

}  // namespace physgrad
