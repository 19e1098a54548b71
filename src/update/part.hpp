#pragma once
// What methods are composed of: parts by place and word, each a file src/toolbox/PLACE/WORD.cpp.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "physgrad/core/settings.hpp"
#include "physgrad/update/joint_step.hpp"
#include "physgrad/update/loss_step.hpp"
#include "physgrad/update/network_step.hpp"
#include "physgrad/update/physics_step.hpp"
#include "physgrad/update/rule.hpp"
#include "physgrad/update/search.hpp"

namespace physgrad {

/// A part at `joint` stands at physics and at network under one word.
enum class Place { loss, physics, network, joint, rule, search };
[[nodiscard]] const char* to_text(Place place);

template <class T>
using Maker = std::function<std::unique_ptr<T>(const Settings&)>;

/// A property that some other part of the composition must have (PartDefinition::offers), and why.
struct Ask {
  std::string what;
  std::string because;  ///< "contains the loss": continues "physics=newton"
};

/// A setting of another part that means nothing beside this one, and then does not exist.
struct Without {
  Place place;
  std::string word, key;
};

/// What a file src/toolbox/PLACE/WORD.cpp defines: `PartDefinition physgrad::parts::PLACE_WORD()` ('-' becomes '_').
struct PartDefinition {
  std::string summary;
  std::string citation;
  /// With defaults, ranges for tuning and when they change nothing. No two parts of a composition share a key.
  std::vector<SettingSpec> settings = {};
  /// Of a problem: gradient, inverse, jacobian, products, newton-step and curvature (the loss's).
  std::vector<std::string> needs = {};
  /// Properties of this part that others may ask for, and what it asks for itself.
  std::vector<std::string> offers = {};
  std::vector<Ask> asks = {};
  std::vector<Without> without = {};
  /// Makes the part from the composition's settings: a function that returns std::unique_ptr to what its place takes.
  std::variant<Maker<LossStep>, Maker<PhysicsStep>, Maker<NetworkStep>, Maker<JointStep>, Maker<Rule>, Maker<Search>>
      make;
};

struct Part {
  Place place;
  std::string word;
  PartDefinition definition;

  [[nodiscard]] bool offers(const std::string& what) const { return contains(definition.offers, what); }
  /// The part at work; T is what its place takes.
  template <class T>
  [[nodiscard]] std::unique_ptr<T> make(const Settings& settings) const {
    return std::get<Maker<T>>(definition.make)(settings);
  }
};

class PartTable {
 public:
  /// Whether a part of this word stands at the place, or at one of its places.
  [[nodiscard]] bool has(Place place, const std::string& word) const;
  /// Throws std::logic_error where the word is taken or `make` does not fit the place.
  void add(Place place, std::string word, PartDefinition definition);
  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
  /// The words that may stand at a place, joint parts at both of theirs.
  [[nodiscard]] std::vector<std::string> words(Place place) const;
  /// Throws UsageError for an unknown word (known ones, nearest).
  [[nodiscard]] const Part& find(Place place, const std::string& word) const;

 private:
  std::vector<Part> parts_;
};

}  // namespace physgrad
