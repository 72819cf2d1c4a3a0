// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"

namespace oodscope::experiment {

/// Writes what the window would show, for use without a display: roc.svg, scores.svg, pseudo-label-confusion.svg,
/// false-accepts.png and false-rejects.png (the most certain mistakes at 95 % TPR) with a .csv naming each image.
/// All for the first detector of the evaluation.
Status writePictures(const Evaluation& evaluation, const std::filesystem::path& folder);

}  // namespace oodscope::experiment
