#pragma once
// Whether there is nothing to say of a value, found out in one walk: reports have millions of values, nearly all of
// them right. What it does not accept is for the validator, which takes fifty times as long and knows why.
#include <memory>
#include <vector>

#include "physgrad/files/json.hpp"

namespace physgrad {

class QuickCheck {
 public:
  explicit QuickCheck(const Json& schema);
  ~QuickCheck();
  QuickCheck(QuickCheck&&) noexcept;
  QuickCheck& operator=(QuickCheck&&) = delete;

  /// True: valid by the schema (draft 7), with no key that the schema does not name where it names keys. False says
  /// nothing, and is all that can be had of schemas with other keywords than are known here.
  [[nodiscard]] bool accepts(const Json& value) const;

  struct Rule;

 private:
  std::vector<std::unique_ptr<const Rule>> rules_;
  const Rule* root_ = nullptr;  ///< null: not to be had
};

}  // namespace physgrad
