// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"

namespace oodscope::ui {

/// The same evaluation with its results measured anew under another convention, without scores and images: what the
/// results table needs. Errors: those of experiment::measure.
Result<experiment::EvaluationPtr> withConvention(const experiment::EvaluationPtr& evaluation,
                                                 ood::FprConvention convention, std::stop_token stop);

}  // namespace oodscope::ui
