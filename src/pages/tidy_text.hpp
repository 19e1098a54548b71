#pragma once
// Tidy data as text for other programs.
#include <string>
#include <vector>

#include "physgrad/files/files.hpp"
#include "physgrad/tables/tidy.hpp"

namespace physgrad {

/// csv: a line of names first, quoted as RFC 4180 has it, lines end in LF; what is absent is empty. jsonl: an object a
/// line; what is absent is null. Numbers have the fewest digits that give the same double when read.
enum class TidyFormat { csv, jsonl };

/// Row by row: no more than some thousands of bytes are held at a time.
void write_tidy(const TidyForm& form, const std::vector<LabelledReport>& reports, TidyFormat format,
                const TextSink& sink);

/// The data dictionary as a document: docs/data-dictionary.md.
[[nodiscard]] std::string dictionary_document();

}  // namespace physgrad
