#pragma once
// `tune --study`: a tuning study of many pairs, in a directory.
#include <string>

#include "physgrad/study/request.hpp"
#include "physgrad/study/tuning_study.hpp"
#include "verbs.hpp"

namespace physgrad::driver {

struct StudyRequest {
  std::string folder;
  StudyOptions options;
  bool dry_run = false;
  bool quiet = false;
};

/// Goes on with what is finished there. Returns the exit code.
int tune_study(RunRequest run, const StudyRequest& request, const Call& call);

}  // namespace physgrad::driver
