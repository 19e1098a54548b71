#pragma once
// Where pictures go.
#include <string>
#include <vector>

#include "physgrad/tables/figure.hpp"

namespace physgrad::driver {

struct PictureRequest {
  std::string format = "svg";
  std::string out;    ///< empty: standard output
  bool keep = false;  ///< the scripts too
};

/// The words, as "svg, png, pdf (default svg)".
[[nodiscard]] std::string picture_formats_text();

/// Throws UsageError for an unknown format, and for --keep without a place for it.
void check_picture_request(const PictureRequest& request);

/// One picture as the file or to standard output, several into the directory; of those that are files a line each on
/// standard output, with what is to be seen. Throws UsageError, WriteError and GnuplotError.
void write_pictures(const std::vector<Figure>& figures, const PictureRequest& request);

}  // namespace physgrad::driver
