// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

struct ScoreImport {
    std::filesystem::path id;                // scores of the ID test set (see io::readScores)
    std::vector<std::filesystem::path> ood;  // of the OOD sets; each is named after its file
    std::string detector = "imported";       // what the scores are called
    ood::FprConvention convention = ood::FprConvention::OpenOod;
    std::filesystem::path pickle = {};  // of OpenOOD (see readOpenOodPickle), in place of `id` and `ood`
};

/// An evaluation of another program's scores, kept in the workspace: curves, thresholds and metrics without images.
/// Predictions and labels come from a file of OpenOOD (.pkl, or a .npz that has "pred" and "label"); label -1: none.
/// Higher scores mean more in-distribution. The same scores give the same evaluation. Errors: those of the files;
/// arrays of different lengths; no OOD set; two sets of one name.
Result<EvaluationPtr> importScores(workspace::Workspace& workspace, const ScoreImport& options);

}  // namespace oodscope::experiment
