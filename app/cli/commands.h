// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"
#include "core/experiment/evaluation.h"

namespace oodscope::cli {

// Each adds its subcommands to `app`; the one that the user gives is left in `chosen`.
void addDemoCommands(CLI::App& app, Context& context, Action& chosen);      // demo, train-demo-clip
void addDetectorsCommand(CLI::App& app, Context& context, Action& chosen);  // detectors
void addBenchmarkCommand(CLI::App& app, Context& context, Action& chosen);  // benchmark
void addDatasetsCommand(CLI::App& app, Context& context, Action& chosen);   // datasets
void addEmbedCommand(CLI::App& app, Context& context, Action& chosen);      // embed
void addTextCommands(CLI::App& app, Context& context, Action& chosen);      // embed-text, tokenize
void addCompareCommand(CLI::App& app, Context& context, Action& chosen);    // compare
void addKnnCommands(CLI::App& app, Context& context, Action& chosen);       // knn, correlate
void addProbeCommand(CLI::App& app, Context& context, Action& chosen);      // probe
void addPromptsCommand(CLI::App& app, Context& context, Action& chosen);    // prompts list/show/save/remove/compare
void addEvaluateCommand(CLI::App& app, Context& context, Action& chosen);   // evaluate
void addExplainCommand(CLI::App& app, Context& context, Action& chosen);    // explain
void addExportCommand(CLI::App& app, Context& context, Action& chosen);     // export
void addImportCommand(CLI::App& app, Context& context, Action& chosen);     // import probe/scores/results
void addMetricsCommand(CLI::App& app, Context& context, Action& chosen);    // metrics
void addMachineCommands(CLI::App& app, Context& context, Action& chosen);   // devices
void addModelsCommand(CLI::App& app, Context& context, Action& chosen);     // models
void addReportCommand(CLI::App& app, Context& context, Action& chosen);     // report
void addSelftestCommand(CLI::App& app, Context& context, Action& chosen);   // selftest
void addWorkspaceCommand(CLI::App& app, Context& context, Action& chosen);  // workspace ls/show/gc/check

/// The evaluation whose key is or starts with `prefix`.
Result<experiment::EvaluationPtr> loadByPrefix(const workspace::Workspace& workspace, const std::string& prefix);

}  // namespace oodscope::cli
