// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/experiment/evaluation.h"

namespace oodscope::experiment {

/// The result as aligned plain text, in percent: accuracies; one row per detector and OOD set, then the means over
/// near, far and all sets; where OOD sets have several classes, the unweighted means over these.
std::string resultTable(const Evaluation& evaluation);

/// "near mean (2)": what a mean over `sets` OOD sets of a group is called.
std::string meanName(OodGroup group, std::size_t sets);

/// The OOD classes of every detector and set, the hardest first; empty where no set has several.
std::string classTables(const Evaluation& evaluation);

}  // namespace oodscope::experiment
