// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"

namespace oodscope::experiment {

/// Error InvalidArgument: one of `files` is there already and `overwrite` was not given; nothing was written.
Status checkOverwrite(const std::vector<std::filesystem::path>& files, bool overwrite);

/// A detector on every OOD set, measured anew under `convention`. Errors name the detector and the set.
Result<std::vector<ood::OodMetrics>> measureUnder(const Evaluation& evaluation, std::size_t detector,
                                                  ood::FprConvention convention);

/// ood_metrics.json, ood_metrics.csv (percent, two decimals, one row per OOD set) and eval_args.json as the reference's
/// logit_evaluation.py writes them (method.md section 5), measured under its convention `plp`. Columns of detectors
/// that the reference knows have its names; others follow the same pattern. `probeFolder`: named in eval_args.json.
Status writeReferenceResults(const Evaluation& evaluation, const std::filesystem::path& folder,
                             const std::filesystem::path& probeFolder, bool overwrite);

}  // namespace oodscope::experiment
