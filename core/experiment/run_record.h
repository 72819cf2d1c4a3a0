// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/experiment/run.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

/// Words of one command of oodscope-cli, the program's name first.
using Command = std::vector<std::string>;

/// Everything that a run was asked for, with absolute paths: enough to ask for it again (see runCommand). Class names,
/// negative words, and prompts that are not the default are kept as text files in the workspace, named in the record.
Result<nlohmann::json> recordRun(const workspace::Workspace& workspace, const RunOptions& options);

/// `oodscope-cli evaluate`, or `oodscope-cli probe` for a run without OOD sets, with every option of `run` (a
/// recordRun) that is not the default. Throws JSON exceptions where `run` is damaged.
Command runCommand(const nlohmann::json& run, const std::filesystem::path& workspaceFolder);

}  // namespace oodscope::experiment
