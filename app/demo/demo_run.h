// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/experiment/run.h"

namespace oodscope::demo {

/// The workspace of the demo in `dir`.
std::filesystem::path demoWorkspace(const std::filesystem::path& dir);

/// The main job on the demo world in `dir` with the shipped model: nothing but paths is special about it.
Result<experiment::RunOptions> demoRunOptions(const std::filesystem::path& dir);

/// Draws the world into `dir` where it is missing and runs the main job on it. Devices, precision, threads and seed are
/// those of `extract` and `probe`.
Result<experiment::EvaluationPtr> runDemo(const std::filesystem::path& dir, const embed::ExtractOptions& extract,
                                          const probe::ProbeOptions& probe, std::stop_token stop,
                                          const ProgressFn& progress);

}  // namespace oodscope::demo
