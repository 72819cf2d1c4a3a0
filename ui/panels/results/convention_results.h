// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"

namespace oodscope::ui {

/// The same evaluation with its results measured anew under another convention. Scores stay as they are. Error: a set
/// without scores for a detector.
Result<experiment::EvaluationPtr> withConvention(const experiment::EvaluationPtr& evaluation,
                                                 ood::FprConvention convention, std::stop_token stop);

}  // namespace oodscope::ui
