#include "physgrad/update/rule_course.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

namespace physgrad {
namespace {

constexpr double kWarmUpFrom = 0.01;

// Entries to [-limit, limit]; what is not finite stays so, for the training to explain.
void clip_entries(double limit, Vector& direction) {
  for (double& entry : direction)
    if (std::isfinite(entry)) entry = std::clamp(entry, -limit, limit);
}

void clip_length(double limit, Vector& direction) {
  if (const double norm = direction.stableNorm(); norm > limit) direction *= limit / norm;
}

class CourseRule final : public Rule {
 public:
  CourseRule(std::unique_ptr<Rule> rule, double clip_value, double clip_norm, Schedule schedule)
      : rule_(std::move(rule)), clip_value_(clip_value), clip_norm_(clip_norm), schedule_(std::move(schedule)) {}

  void update(const Vector& gradient, const Parameters& at, Vector& out) override {
    if (clips()) {
      clipped_ = gradient;
      if (clip_value_ > 0) clip_entries(clip_value_, clipped_);
      if (clip_norm_ > 0) clip_length(clip_norm_, clipped_);
    }
    rule_->update(clips() ? clipped_ : gradient, at, out);
    out *= schedule_.factor(at.progress);
  }
  [[nodiscard]] double operations(const Parameters& at) const override {
    return rule_->operations(at) + (clips() ? 5.0 : 1.0) * static_cast<double>(at.theta.size());
  }
  [[nodiscard]] double bytes(Index parameters) const override {
    return rule_->bytes(parameters) + (clips() ? 8.0 * static_cast<double>(parameters) : 0.0);
  }
  [[nodiscard]] double matrix_bytes(std::span<const Block> blocks) const override {
    return rule_->matrix_bytes(blocks);
  }

 private:
  [[nodiscard]] bool clips() const { return clip_value_ > 0 || clip_norm_ > 0; }

  std::unique_ptr<Rule> rule_;
  double clip_value_, clip_norm_;
  Schedule schedule_;
  Vector clipped_;
};

SettingSpec since(const SettingValue& historic, SettingSpec spec) {
  spec.historic = historic;
  return spec;
}

SettingSpec idle_unless(SettingSpec spec, std::vector<std::string> schedules) {
  spec.idle = [schedules = std::move(schedules)](const Settings& settings) -> std::string {
    const std::string& kind = settings.text("schedule");
    return contains(schedules, kind) ? "" : "schedule is " + kind;
  };
  return spec;
}

}  // namespace

double Schedule::factor(double progress) const {
  const double p = std::clamp(progress, 0.0, 1.0);
  if (kind == "cosine") {
    if (p < warmup) return kWarmUpFrom + (1 - kWarmUpFrom) * p / warmup;
    const double rest = warmup < 1 ? (p - warmup) / (1 - warmup) : 0.0;
    return final_rate + (1 - final_rate) * 0.5 * (1 + std::cos(std::numbers::pi * rest));
  }
  if (kind == "exponential") return std::pow(final_rate, p);
  if (kind == "step") {
    const auto count = static_cast<double>(drops);
    return std::pow(final_rate, std::min(count, std::floor(p * (count + 1))) / count);
  }
  return 1;
}

std::vector<SettingSpec> rule_course_settings() {
  return {
      since(0.0, real_setting("clip_value", 0, 0, 1e300,
                              "entries of the direction are cut to this before the rule sees them; 0: none are")),
      since(0.0, real_setting("clip_norm", 0, 0, 1e300,
                              "the direction is shortened to this norm before the rule sees it; 0: it is not")),
      since(std::string("constant"),
            tuned(choice_setting("schedule", "constant", {"constant", "cosine", "exponential", "step"},
                                 "how the rate changes over the budget of steps or of time"),
                  {.low = 0, .high = 1, .logarithmic = false})),  // the first two
      since(0.1, idle_unless(real_setting("warmup", 0.1, 0, 1,
                                          "share of the budget over which the rate rises from a hundredth of it"),
                             {"cosine"})),
      since(0.01, idle_unless(real_setting("final_rate", 0.01, 1e-12, 1, "the rate at the end, as a share of it"),
                              {"cosine", "exponential", "step"})),
      since(2.0, idle_unless(integer_setting("drops", 2, 1, 1000, "equal factors by which the rate falls to its end"),
                             {"step"}))};
}

std::unique_ptr<Rule> with_course(std::unique_ptr<Rule> rule, const Settings& settings) {
  if (!settings.knows("schedule")) return rule;
  const double value = settings.real("clip_value"), norm = settings.real("clip_norm");
  Schedule schedule{settings.text("schedule"), settings.real("warmup"), settings.real("final_rate"),
                    settings.integer("drops")};
  if (value == 0 && norm == 0 && schedule.kind == "constant") return rule;
  return std::make_unique<CourseRule>(std::move(rule), value, norm, std::move(schedule));
}

}  // namespace physgrad
