// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/run_options.h"
#include "core/experiment/evaluation_store.h"
#include "core/experiment/pictures.h"
#include "core/experiment/result_table.h"
#include "core/ood/detector.h"
#include "core/text/prompts.h"

namespace oodscope::cli {
namespace {

struct Options {
    RunArguments run;
    std::vector<std::string> ood;
    std::string probe;
    std::vector<std::string> detectors{"msp", "free_energy", "max_logit"};
    std::string convention = "plp";
    std::string negativeWords;
    std::string pictures;
    bool noZeroShot = false;
};

Result<experiment::RunOptions> runOptions(const Context& context, const Options& options) {
    auto convention = ood::parseConvention(options.convention);
    if (!convention) return failFrom(convention);
    auto run = options.run.toRunOptions(context);
    if (!run) return run;
    run->ood.assign(options.ood.begin(), options.ood.end());
    run->detectors = options.detectors;
    if (!options.negativeWords.empty()) {
        auto words = text::readClassNames(options.negativeWords);
        if (!words) return failFrom(words);
        run->negativeWords = std::move(*words);
    }
    run->convention = *convention;
    run->zeroShot = !options.noZeroShot;
    run->probe = options.probe != "zero-shot";
    if (run->probe) run->probeId = options.probe;
    return run;
}

Status run(const Context& context, const Options& options) {
    auto runWith = runOptions(context, options);
    if (!runWith) return failFrom(runWith);
    auto workspace = context.openWorkspace();
    if (!workspace) return failFrom(workspace);
    auto evaluation = experiment::runEvaluation(**workspace, *runWith, context.stop(), context.progress());
    if (!evaluation) return failFrom(evaluation);
    if (!options.pictures.empty()) {
        if (auto written = experiment::writePictures(**evaluation, options.pictures); !written) return written;
    }
    context.print(experiment::resultJson(**evaluation), experiment::resultTable(**evaluation));
    return {};
}

std::string detectorHelp() {
    std::string text =
        "Detectors, separated by commas, each with its options: knn:k=5,react:percentile=95. With zero-shot/ before "
        "the "
        "name a detector of logits looks at zero-shot cosines. 'oodscope-cli detectors' lists options and sources:";
    for (const ood::DetectorInfo& info : ood::detectors())
        text += fmt::format("\n  {}: {}", info.key, info.formula);
    return text;
}

}  // namespace

void addEvaluateCommand(CLI::App& app, Context& context, Action& chosen) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "evaluate", "Embed what is missing, train the probe, score the OOD sets: a table of detectors x OOD sets");
    options->run.addSources(*command);
    command->add_option("--id", options->run.idTest, "ID test set: image folder or embeddings file")->required();
    command->add_option("--ood", options->ood, "OOD set; may be given several times")->required();
    command->add_option("--probe", options->probe,
                        "Key of a stored probe, or zero-shot for none (default: train one, or reuse the same)");
    command->add_option("--detectors", options->detectors, detectorHelp())->delimiter(',')->capture_default_str();
    command->add_flag("--no-zero-shot", options->noZeroShot, "Leave out zero-shot/msp where it was not asked for");
    command->add_option("--negative-words", options->negativeWords,
                        "File with one word a line, from which neglabel takes its negative labels");
    command
        ->add_option("--convention", options->convention,
                     "How FPR95 is read off the curve: plp, mcm, ninco, openood or torch_uncertainty")
        ->capture_default_str();
    command->add_option("--pictures", options->pictures,
                        "Folder for ROC, histogram, confusion and worst-image pictures");
    options->run.addTraining(*command, "--probe-batch-size");
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    context.addComputeOptions(*command);
    onChosen(*command, chosen, [&context, options] { return run(context, *options); });
}

}  // namespace oodscope::cli
