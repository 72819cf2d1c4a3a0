// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"

namespace oodscope::cli {

// Each adds its subcommands to `app`; the one that the user gives is left in `chosen`.
void addDemoCommands(CLI::App& app, Context& context, Action& chosen);      // demo, train-demo-clip
void addEmbedCommand(CLI::App& app, Context& context, Action& chosen);      // embed
void addTextCommands(CLI::App& app, Context& context, Action& chosen);      // embed-text, tokenize
void addProbeCommand(CLI::App& app, Context& context, Action& chosen);      // probe
void addEvaluateCommand(CLI::App& app, Context& context, Action& chosen);   // evaluate
void addMetricsCommand(CLI::App& app, Context& context, Action& chosen);    // metrics
void addMachineCommands(CLI::App& app, Context& context, Action& chosen);   // models, devices
void addWorkspaceCommand(CLI::App& app, Context& context, Action& chosen);  // workspace ls/show/gc/check

}  // namespace oodscope::cli
