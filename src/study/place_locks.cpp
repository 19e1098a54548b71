#include "physgrad/study/place_locks.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <utility>

namespace physgrad {
namespace {

constexpr off_t kWorkPlace = off_t{1} << 40;  // behind all others

struct flock lock_of(short type, off_t start, off_t length) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = start;
  lock.l_len = length;
  return lock;
}

/// Of the open file, not of the process: whichever thread closes whatever else, it stays.
int lock_range(int file, int command, short type, off_t start, off_t length) {
  struct flock lock = lock_of(type, start, length);
  return ::fcntl(file, command, &lock);
}

/// Neighbouring places as [first, last).
std::vector<std::pair<std::size_t, std::size_t>> ranges_of(const std::vector<std::size_t>& places) {
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  for (const std::size_t place : places) {
    if (ranges.empty() || ranges.back().second != place) ranges.emplace_back(place, place);
    ++ranges.back().second;
  }
  return ranges;
}

/// A lock that ends with the block.
class WorkLock {
 public:
  explicit WorkLock(int file) : file_(file) {
    while (lock_range(file_, F_OFD_SETLKW, F_WRLCK, kWorkPlace, 1) != 0)
      if (errno != EINTR)
        throw std::runtime_error(fmt::format("no lock on the run directory: {}", std::strerror(errno)));
  }
  ~WorkLock() { (void)lock_range(file_, F_OFD_SETLK, F_UNLCK, kWorkPlace, 1); }
  WorkLock(const WorkLock&) = delete;
  WorkLock& operator=(const WorkLock&) = delete;

 private:
  int file_;
};

}  // namespace

int locked_in_a_moment(const std::function<int()>& lock) {
  constexpr int kTries = 25;
  for (int i = 0;; ++i) {
    if (lock() == 0) return 0;
    const int error = errno;
    if (!is_held_lock(error) || i + 1 == kTries) return error;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

bool is_held_lock(int error) { return error == EWOULDBLOCK || error == EAGAIN || error == EACCES || error == EINTR; }

PlaceLocks::PlaceLocks(const std::filesystem::path& file)
    : file_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {}

int PlaceLocks::hold(const std::vector<std::size_t>& places) const {
  for (const auto& [first, last] : ranges_of(places)) {
    const auto start = static_cast<off_t>(first), length = static_cast<off_t>(last - first);
    const int error =
        locked_in_a_moment([&] { return lock_range(file_.number(), F_OFD_SETLK, F_WRLCK, start, length); });
    if (error != 0) return error;
  }
  return 0;
}

void PlaceLocks::release() const { (void)lock_range(file_.number(), F_OFD_SETLK, F_UNLCK, 0, kWorkPlace); }

bool PlaceLocks::others_hold() const {
  struct flock lock = lock_of(F_WRLCK, 0, kWorkPlace);
  return ::fcntl(file_.number(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void PlaceLocks::alone(const std::function<void()>& work) const {
  const WorkLock lock(file_.number());
  work();
}

}  // namespace physgrad
