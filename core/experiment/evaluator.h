// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/experiment/evaluation.h"
#include "core/experiment/probe_job.h"
#include "core/experiment/run_inputs.h"
#include "core/experiment/scoring.h"

namespace oodscope::experiment {

/// Detector keys of a run: without a probe each that reads logits looks at zero-shot cosines; pseudo-MSP is added where
/// asked for.
std::vector<std::string> detectorKeys(const RunOptions& options, bool hasZeroShot);

/// The detectors of a run, not fitted yet. Error: one needs what the run does not have.
Result<DetectorBank> makeBank(const RunOptions& options, const RunInputs& inputs);

/// Content key of an evaluation: the same inputs and options give the same one.
std::string evaluationKey(const RunOptions& options, const RunInputs& inputs);

/// Scores every set and measures every detector. `probe` is null for a zero-shot evaluation. The result has no id yet,
/// and its provenance tells of the detectors alone.
Result<std::shared_ptr<Evaluation>> scoreAndMeasure(const RunOptions& options, const RunInputs& inputs,
                                                    const StoredProbe* probe, std::stop_token stop);

}  // namespace oodscope::experiment
