#pragma once
// The life of a cell in its own process.
#include <functional>
#include <string>

#include "physgrad/record/cell_spec.hpp"
#include "physgrad/study/heap_pass.hpp"

namespace physgrad {

struct CellConditions {
  bool beside = false;        ///< other cells run at the same time: its times are not valid
  bool with_heap = true;      ///< count the heap before
  bool save_weights = false;  ///< write a line with the weights before the last one
};

// A step of the heap pass may be one that nobody waits for (an SVD of a large batch); the peak is then not known.
inline constexpr double kHeapPassSeconds = 20;

/// Trains the cell and hands over the lines of its file, the first of them when the heap has been counted and training
/// begins. Throws UsageError for a specification that cannot be carried out, std::bad_alloc beyond the cell's limit of
/// memory, which holds for the whole process from here on.
void live_cell(const Catalogue& catalogue, const CellSpec& spec, const CellConditions& conditions,
               const HeapCounter& counter, const std::function<void(const std::string&)>& line);

}  // namespace physgrad
