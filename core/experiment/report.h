// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

/// An evaluation to hand to a colleague, as an HTML page: results, pictures, data sets, provenance, what changed since,
/// and the command that makes it again, in one file that needs no other, no network and no script. For report.html the
/// pictures and the lists of mistakes also lie beside it in report_files. Error: the page is there already and
/// `overwrite` was not given; an evaluation without results; a folder that cannot be written.
Status writeReport(const workspace::Workspace& workspace, const Evaluation& evaluation,
                   const std::filesystem::path& page, bool overwrite);

}  // namespace oodscope::experiment
