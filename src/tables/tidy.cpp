#include "physgrad/tables/tidy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "physgrad/tables/measures.hpp"

namespace physgrad {
namespace {

using enum TidyType;

template <class Get>
TidyColumn of_point(std::string name, TidyType type, std::string unit, std::string meaning, Get get) {
  return {std::move(name), type, std::move(unit), std::move(meaning),
          [get](const Observation& at) -> TidyValue { return get(*at.point); }};
}

std::vector<TidyColumn> with_identity(std::vector<TidyColumn> columns) {
  std::vector<TidyColumn> all = tidy_identity();
  std::ranges::move(columns, std::back_inserter(all));
  return all;
}

template <class Visit>
void each_cell(const std::vector<LabelledReport>& reports, Visit visit) {
  for (const LabelledReport& report : reports)
    for (const CellRecord& cell : report.report.cells) visit(Observation{&report, &cell.key, &cell});
}

std::string cpu_of(const Observation& at) {
  const RunHeader& header = at.report->report.header;
  const auto machine = static_cast<std::size_t>(at.cell->machine);
  return machine < header.machines.size() ? header.machines[machine].cpu : header.environment.cpu;
}

TidyForm cells_form() {
  return {"cells", "one cell; those that were planned and have no record come after the others of their run",
          with_identity(tidy_cell_columns()),
          [](const std::vector<LabelledReport>& reports, const ObservationVisitor& visit) {
            for (const LabelledReport& report : reports) {
              std::set<CellKey> ended;
              for (const CellRecord& cell : report.report.cells) {
                ended.insert(cell.key);
                visit({&report, &cell.key, &cell});
              }
              for (const CellKey& key : report.report.header.planned)
                if (!ended.contains(key)) visit({&report, &key});
            }
          }};
}

TidyForm curves_form() {
  const auto loss = [](const char* name, const char* unit, const char* meaning, double Losses::*which) {
    return of_point(name, number, unit, meaning, [which](const CurvePoint& point) { return point.losses.*which; });
  };
  return {"curves", "one point of a cell's convergence curve",
          with_identity(
              {of_point("step", integer, "", "updates made so far",
                        [](const CurvePoint& point) { return static_cast<double>(point.step); }),
               of_point("seconds", number, "s", "training time so far: without evaluation",
                        [](const CurvePoint& point) { return point.seconds; }),
               of_point("samples", integer, "", "samples that updates used so far",
                        [](const CurvePoint& point) { return static_cast<double>(point.samples); }),
               of_point("simulator_calls", integer, "",
                        "runs of the simulator and products with its Jacobian so far, of single samples",
                        [](const CurvePoint& point) { return point.simulator_calls; }),
               loss("train_loss", "loss", "loss over the training data", &Losses::train_loss),
               loss("test_loss", "loss", "loss over the held-out data", &Losses::test_loss),
               loss("x_error", "x", "sum of abs(x - reference)", &Losses::x_error),
               loss("x_error_relative", "", "distance of x over the norm of the reference", &Losses::x_error_relative),
               loss("x_error_determined", "", "the same in the components of x that y determines",
                    &Losses::x_error_determined),
               of_point("hash", text, "", "of all losses and weights so far",
                        [](const CurvePoint& point) { return fmt::format("{:016x}", point.hash); })}),
          [](const std::vector<LabelledReport>& reports, const ObservationVisitor& visit) {
            each_cell(reports, [&](Observation at) {
              for (const CurvePoint& point : at.cell->curve) {
                at.point = &point;
                visit(at);
              }
            });
          }};
}

TidyForm targets_form() {
  const auto column = [](const char* name, TidyType type, const char* unit, const char* meaning, auto get) {
    return TidyColumn{name, type, unit, meaning, [get](const Observation& at) -> TidyValue { return get(at); }};
  };
  return {"targets", "one target of a cell: a training loss that is the same in every run",
          with_identity({column("target", number, "loss", "the training loss",
                                [](const Observation& at) { return at.target->loss; }),
                         column("reached", boolean, "", "a point of the curve has this training loss or less",
                                [](const Observation& at) { return !std::isnan(at.target->seconds); }),
                         column("met_at_start", boolean, "", "it was met before the first update: medians leave it out",
                                [](const Observation& at) { return met_at_start(*at.cell, at.target->loss); }),
                         column("seconds", number, "s", "training time up to the first such point; absent: missed",
                                [](const Observation& at) { return at.target->seconds; }),
                         column("steps", integer, "", "updates up to there",
                                [](const Observation& at) { return at.target->steps; })}),
          [](const std::vector<LabelledReport>& reports, const ObservationVisitor& visit) {
            each_cell(reports, [&](Observation at) {
              for (const TargetRecord& target : at.cell->targets) {
                at.target = &target;
                visit(at);
              }
            });
          }};
}

TidyForm settings_form() {
  const auto column = [](const char* name, TidyType type, const char* meaning, auto get) {
    return TidyColumn{name, type, "", meaning, [get](const Observation& at) -> TidyValue { return get(at); }};
  };
  return {"settings", "one setting of a cell as it was used",
          with_identity(
              {column("setting", text, "its name", [](const Observation& at) { return at.setting->first; }),
               column("value", text, "as a person writes it: 0.5, true, tanh, 4-20-4",
                      [](const Observation& at) { return to_text(at.setting->second); }),
               column("given", boolean, "somebody asked for it",
                      [](const Observation& at) { return at.cell->given.contains(at.setting->first); }),
               column("of_problem", boolean, "it is the problem's, not the method's",
                      [](const Observation& at) { return contains(at.cell->problem_settings, at.setting->first); })}),
          [](const std::vector<LabelledReport>& reports, const ObservationVisitor& visit) {
            each_cell(reports, [&](Observation at) {
              for (const auto& setting : at.cell->used) {
                at.setting = &setting;
                visit(at);
              }
            });
          }};
}

}  // namespace

const char* to_text(TidyType type) {
  constexpr const char* names[] = {"number", "integer", "boolean", "text"};
  return names[static_cast<std::size_t>(type)];
}

std::vector<TidyColumn> tidy_identity() {
  const auto key = [](const char* name, const char* meaning, std::string CellKey::*which) {
    return TidyColumn{name, text, "", meaning, [which](const Observation& at) -> TidyValue { return at.key->*which; }};
  };
  const auto cell = [](const char* name, const char* meaning, auto get) {
    return TidyColumn{name, text, "", meaning, [get](const Observation& at) -> TidyValue {
                        return at.cell == nullptr ? TidyValue{} : TidyValue(get(at));
                      }};
  };
  return {
      {"report", text, "", "name of the run", [](const Observation& at) -> TidyValue { return at.report->label; }},
      key("problem", "name of the problem", &CellKey::problem),
      key("method", "name of the method", &CellKey::method),
      key("problem_sweep", "swept settings of the problem", &CellKey::problem_sweep),
      key("method_sweep", "swept settings of the method", &CellKey::method_sweep),
      {"seed", integer, "", "one seed: one data set and one start for all methods",
       [](const Observation& at) -> TidyValue { return at.key->seed; }},
      cell("task_id", "equal for equal tasks: only these may be compared",
           [](const Observation& at) { return at.cell->task_id; }),
      cell("setup_id", "equal for repetitions of one set-up", [](const Observation& at) { return at.cell->setup_id; }),
      {"machine", integer, "", "index into the run's machines",
       [](const Observation& at) -> TidyValue {
         return at.cell == nullptr ? TidyValue{} : TidyValue(static_cast<double>(at.cell->machine));
       }},
      cell("cpu", "processor of that machine", cpu_of),
      cell("program", "what measured the cell", [](const Observation& at) { return at.cell->program; })};
}

std::vector<TidyForm> tidy_forms() { return {cells_form(), curves_form(), targets_form(), settings_form()}; }

TidyForm tidy_dictionary() {
  const auto column = [](const char* name, const char* meaning, auto get) {
    return TidyColumn{name, text, "", meaning, [get](const Observation& at) -> TidyValue { return get(at); }};
  };
  return {"dictionary",
          "one column of one of the others",
          {column("what", "the form that has the column", [](const Observation& at) { return at.form->name; }),
           column("column", "its name", [](const Observation& at) { return at.column->name; }),
           column("type", "number, integer, boolean or text",
                  [](const Observation& at) { return std::string(to_text(at.column->type)); }),
           column("unit", "s, B (bytes), loss and x (as the problem defines them); empty: none",
                  [](const Observation& at) { return at.column->unit; }),
           column("meaning", "what it says", [](const Observation& at) { return at.column->meaning; })},
          [](const std::vector<LabelledReport>&, const ObservationVisitor& visit) {
            for (const TidyForm& form : tidy_forms())
              for (const TidyColumn& each : form.columns) {
                Observation at;
                at.form = &form;
                at.column = &each;
                visit(at);
              }
          }};
}

}  // namespace physgrad
