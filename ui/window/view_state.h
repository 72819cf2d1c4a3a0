// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "ui/models/evaluation_context.h"

namespace oodscope::ui {

/// The view of an evaluation as JSON, by names rather than indices: detector, OOD set, threshold, filter.
std::string viewToJson(const EvaluationContext& context);

/// Brings a saved view back; parts that no longer fit the evaluation are left at their defaults. False: not a view.
bool restoreView(EvaluationContext& context, const std::string& json);

/// Where looking starts: the false accepts alone, the most certain of them current. An evaluation without any stays as
/// it is.
void showWorstMistakes(EvaluationContext& context);

}  // namespace oodscope::ui
