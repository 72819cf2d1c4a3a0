// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"
#include "app/cli/model_arguments.h"
#include "core/experiment/run.h"

namespace oodscope::cli {

/// The options that `probe` and `evaluate` share, as given; toRunOptions reads the files that they name.
struct RunArguments {
    ModelArguments model;
    std::string train;
    std::string idTest;
    std::string names;
    std::string prompts;
    std::string labels = "pseudo";
    std::string optimizer = "adam";
    std::string probePrecision = "fp32";
    double maxUnreadable = embed::ExtractOptions().maxUnreadableShare;
    probe::ProbeOptions probe;
    bool noStandardise = false;
    int seeds = 1;

    void addSources(CLI::App& command);  // --train and those of addModel
    void addModel(CLI::App& command);    // --model, --names, --prompts, --labels
    void addTraining(CLI::App& command, const std::string& batchSizeOption);
    void addSeeds(CLI::App& command);  // --seeds
    Result<experiment::RunOptions> toRunOptions(const Context& context) const;
};

}  // namespace oodscope::cli
