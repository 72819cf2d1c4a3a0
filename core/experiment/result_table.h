// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/experiment/evaluation.h"

namespace oodscope::experiment {

/// The result as aligned plain text: accuracies, then one row per detector and OOD set, in percent.
std::string resultTable(const Evaluation& evaluation);

}  // namespace oodscope::experiment
