#pragma once
// Bytes as a parser asks for them, one after the other: of a text in memory, or of a file that never is there as a
// whole.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "physgrad/files/descriptor.hpp"

namespace physgrad {

class ByteReader {
 public:
  /// The text must outlive the reader.
  explicit ByteReader(std::string_view text) : text_(text) { rewind(); }
  /// Throws ReadError, as do iterators of it.
  explicit ByteReader(std::filesystem::path file);
  ByteReader(const ByteReader&) = delete;
  ByteReader& operator=(const ByteReader&) = delete;

  static constexpr int kEnd = -1;
  /// The next byte, or kEnd.
  [[nodiscard]] int peek() { return more() ? static_cast<unsigned char>(*at_) : kEnd; }
  /// Only where peek() is not kEnd.
  void drop() { ++at_; }
  /// Appends the bytes up to the next one that is not `wanted`.
  template <class Predicate>
  void take_while(Predicate wanted, std::string& text) {
    while (more()) {
      const char* const begin = at_;
      while (at_ != end_ && wanted(static_cast<unsigned char>(*at_))) ++at_;
      text.append(begin, at_);
      if (at_ != end_) return;
    }
  }

  /// Whether rewind() can be: not of a pipe.
  [[nodiscard]] bool can_rewind() const { return buffer_.empty() || start_ >= 0; }
  /// Back to where the reader began.
  void rewind();

  /// All iterators stand at the reader's place; the bytes can be gone through once.
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    explicit Iterator(ByteReader* reader = nullptr) : reader_(reader) {}
    const char& operator*() const { return *reader_->at_; }
    Iterator& operator++() {
      ++reader_->at_;
      return *this;
    }
    void operator++(int) { ++reader_->at_; }
    /// Only with end().
    bool operator!=(const Iterator& /*end*/) const { return reader_->more(); }
    bool operator==(const Iterator& /*end*/) const { return !reader_->more(); }

   private:
    ByteReader* reader_;
  };
  [[nodiscard]] Iterator begin() { return Iterator(this); }
  [[nodiscard]] Iterator end() { return Iterator(); }

 private:
  [[nodiscard]] bool more() { return at_ != end_ || refill(); }
  bool refill();

  std::string_view text_;  ///< where it is one
  const char *at_ = nullptr, *end_ = nullptr;
  std::filesystem::path path_;
  Descriptor file_;
  std::int64_t start_ = -1;   ///< in the file; negative: there is no going back
  std::vector<char> buffer_;  ///< empty: a text
};

}  // namespace physgrad
