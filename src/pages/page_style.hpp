#pragma once
// How the page of a report looks, and the script that sorts its tables; it is complete without the script.
#include <string>

namespace physgrad {

[[nodiscard]] std::string page_style();
[[nodiscard]] std::string page_script();

}  // namespace physgrad
