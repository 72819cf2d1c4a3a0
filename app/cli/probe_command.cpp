// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/run_options.h"
#include "core/experiment/seed_runs.h"

namespace oodscope::cli {
namespace {

nlohmann::json orNull(double fraction) {
    return fraction < 0 ? nlohmann::json() : nlohmann::json(fraction);
}

Status runSeeds(const Context& context, const RunArguments& arguments, const experiment::RunOptions& options,
                workspace::Workspace& workspace) {
    const auto runs = experiment::runProbes(workspace, options, arguments.seeds, context.stop(), context.progress());
    if (!runs) return failFrom(runs);
    context.print(experiment::toJson(*runs), experiment::seedTable(*runs));
    return {};
}

Status run(const Context& context, const RunArguments& arguments) {
    auto options = arguments.toRunOptions(context);
    if (!options) return failFrom(options);
    auto workspace = context.openWorkspace();
    if (!workspace) return failFrom(workspace);
    if (arguments.seeds != 1) return runSeeds(context, arguments, *options, **workspace);
    auto result = experiment::runProbe(**workspace, *options, context.stop(), context.progress());
    if (!result) return failFrom(result);
    const probe::EpochStats last = result->probe.history.empty() ? probe::EpochStats{} : result->probe.history.back();
    const nlohmann::json json{{"probe", result->id},
                              {"accuracy", orNull(result->accuracy)},
                              {"pseudo_label_accuracy", orNull(result->pseudoLabelAccuracy)},
                              {"labels", arguments.labels},
                              {"classes", result->probe.classCount()},
                              {"epochs", result->probe.history.size()},
                              {"final_loss", last.loss},
                              {"train_accuracy", last.trainAccuracy},
                              {"reused", result->reused}};
    std::string text = fmt::format("probe {}{}\n", result->id, result->reused ? " (already there)" : "");
    text +=
        fmt::format("final loss {:.4f}, accuracy on its own labels {:.2f} %\n", last.loss, 100 * last.trainAccuracy);
    if (result->pseudoLabelAccuracy >= 0)
        text += fmt::format("pseudo labels right on train {:.2f} %\n", 100 * result->pseudoLabelAccuracy);
    if (result->accuracy >= 0) text += fmt::format("accuracy on test {:.2f} %\n", 100 * result->accuracy);
    context.print(json, text);
    return {};
}

}  // namespace

void addProbeCommand(CLI::App& app, Context& context, Action& chosen) {
    auto arguments = std::make_shared<RunArguments>();
    CLI::App* command = app.add_subcommand("probe", "Train a linear probe on pseudo labels (PLP) or true labels");
    arguments->addSources(*command);
    command->add_option("--test", arguments->idTest, "ID test set, for the accuracy against true labels");
    arguments->addTraining(*command, "--batch-size");
    arguments->addSeeds(*command);
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    context.addComputeOptions(*command, "--embed-batch-size");
    onChosen(*command, chosen, [&context, arguments] { return run(context, *arguments); });
}

}  // namespace oodscope::cli
