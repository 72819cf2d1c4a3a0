// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_options.h"

#include "core/experiment/prompt_library.h"

namespace oodscope::cli {
namespace {

Result<probe::Optimizer> parseOptimizer(const std::string& name) {
    if (name == "adam") return probe::Optimizer::Adam;
    if (name == "adamw") return probe::Optimizer::AdamW;
    if (name == "sgd") return probe::Optimizer::Sgd;
    return fail(ErrorCode::InvalidArgument, "--optimizer " + name + ": adam, adamw or sgd");
}

}  // namespace

void RunArguments::addSources(CLI::App& command) {
    addModel(command);
    command
        .add_option("--train", train,
                    "ID training set: images as 'embed --data' takes them, an embeddings file, or the "
                    "reference's folder of them (its raw embeddings are projected by --model)")
        ->required();
}

void RunArguments::addModel(CLI::App& command) {
    model.addName(command, "; may be left out where every set is an embeddings file");
    model.addPreprocessing(command);
    command.add_option("--names", names,
                       "File with one class name a line, in the order of the training folders, or a list that "
                       "'prompts list' names: cifar100, imagenet, ... (default: the folder names)");
    command.add_option("--prompts", prompts,
                       "File with one prompt a line, {c} for the class, or a set that 'prompts list' names "
                       "(default: reference5, the paper's)");
    command.add_option("--max-unreadable", maxUnreadable, "Share of unreadable files that is put up with")
        ->capture_default_str();
    command.add_option("--labels", labels, "What the probe learns: pseudo (PLP) or true (supervised probing)")
        ->check(CLI::IsMember({"pseudo", "true"}))
        ->capture_default_str();
}

void RunArguments::addTraining(CLI::App& command, const std::string& batchSizeOption) {
    command.add_option("--epochs", probe.epochs, "Epochs of the probe")->capture_default_str();
    command.add_option(batchSizeOption, probe.batchSize, "Batch size of the probe")->capture_default_str();
    command.add_option("--lr", probe.learningRate, "Learning rate of the probe")->capture_default_str();
    command.add_option("--wd", probe.weightDecay, "Weight decay of the probe")->capture_default_str();
    command.add_option("--optimizer", optimizer, "adam, adamw or sgd")->capture_default_str();
    command.add_option("--shots", probe.shots, "Train on this many images per class; 0: all")->capture_default_str();
    command.add_option("--warmup", probe.warmupShare, "Share of the steps in which the learning rate rises")
        ->capture_default_str();
    command.add_option("--probe-precision", probePrecision, "Of the probe's products: fp32 or bf16")
        ->capture_default_str();
    command.add_flag("--no-standardise", noStandardise,
                     "Train on the embeddings as they are, without mean and deviation of the training set");
    command.add_flag("--scale-lr", probe.scaleLearningRate, "Scale the learning rate by batch / 256");
}

void RunArguments::addSeeds(CLI::App& command) {
    command
        .add_option("--seeds", seeds,
                    "Repeat with this many seeds from --seed on (shots, initial weights, order): mean and deviation")
        ->capture_default_str();
}

Result<experiment::RunOptions> RunArguments::toRunOptions(const Context& context) const {
    experiment::RunOptions options;
    options.model = model.name;
    auto opening = model.options();
    if (!opening) return failFrom(opening);
    options.opening = *opening;
    options.train = train;
    options.idTest = idTest;
    options.labels = labels == "true" ? experiment::LabelSource::True : experiment::LabelSource::Pseudo;
    const experiment::PromptLibrary library(context.workspacePath());
    if (!names.empty()) {
        auto read = library.names(names);
        if (!read) return failFrom(read);
        options.classNames = *read;
    }
    if (!prompts.empty()) {
        auto read = library.prompts(prompts);
        if (!read) return failFrom(read);
        options.prompts = *read;
    }
    auto extract = context.extractOptions();
    if (!extract) return failFrom(extract);
    options.extract = *extract;
    options.extract.maxUnreadableShare = maxUnreadable;
    options.probeOptions = probe;
    options.probeOptions.standardise = !noStandardise;
    auto parsed = parseOptimizer(optimizer);
    if (!parsed) return failFrom(parsed);
    options.probeOptions.optimizer = *parsed;
    auto precision = model::parsePrecision(probePrecision);
    if (!precision) return failFrom(precision);
    options.probeOptions.precision = *precision;
    if (auto applied = context.applyTo(options.probeOptions); !applied) return failFrom(applied);
    return options;
}

}  // namespace oodscope::cli
