// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"
#include "core/experiment/foreign_results.h"

namespace oodscope::experiment {

struct ComparedNumber {
    ForeignNumber theirs;
    std::optional<double> ours;  // percent; absent: this evaluation has no such number
};

/// Sets each number against that of `evaluation` (null: none), measured under the other program's convention: plp for
/// tables that name detectors (the reference), openood for those that do not (then `detector` does). OOD sets are
/// matched by name, in any case. Error: `detector` is needed, or the evaluation has no such detector.
Result<std::vector<ComparedNumber>> compareResults(const std::vector<ForeignNumber>& numbers,
                                                   const Evaluation* evaluation, const std::string& detector);

}  // namespace oodscope::experiment
