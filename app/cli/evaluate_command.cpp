// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "app/cli/commands.h"
#include "app/cli/metric_options.h"
#include "app/cli/run_options.h"
#include "core/experiment/evaluation_store.h"
#include "core/experiment/measuring.h"
#include "core/experiment/pictures.h"
#include "core/experiment/result_table.h"
#include "core/experiment/seed_runs.h"
#include "core/ood/detector.h"
#include "core/text/prompts.h"

namespace oodscope::cli {
namespace {

struct Options {
    RunArguments run;
    std::vector<std::string> ood;
    std::vector<std::string> near;
    std::vector<std::string> far;
    std::vector<double> tpr;
    bool perClass = false;
    std::string probe;
    std::vector<std::string> detectors{"msp", "free_energy", "max_logit"};
    std::string convention = "plp";
    std::string negativeWords;
    std::string pictures;
    bool noZeroShot = false;
    bool idOnTrain = false;
};

/// A set that is named twice gets the later group: --ood A --near A.
void addSets(experiment::RunOptions& run, const std::vector<std::string>& sets, experiment::OodGroup group) {
    run.oodGroups.resize(run.ood.size());
    for (const std::string& set : sets) {
        const auto known = std::ranges::find(run.ood, std::filesystem::path(set));
        if (known != run.ood.end()) {
            run.oodGroups[static_cast<std::size_t>(known - run.ood.begin())] = group;
            continue;
        }
        run.ood.emplace_back(set);
        run.oodGroups.push_back(group);
    }
}

Result<experiment::RunOptions> runOptions(const Context& context, const Options& options) {
    auto convention = ood::parseConvention(options.convention);
    if (!convention) return failFrom(convention);
    auto run = options.run.toRunOptions(context);
    if (!run) return run;
    addSets(*run, options.ood, experiment::OodGroup::None);
    addSets(*run, options.near, experiment::OodGroup::Near);
    addSets(*run, options.far, experiment::OodGroup::Far);
    run->detectors = options.detectors;
    if (!options.negativeWords.empty()) {
        auto words = text::readClassNames(options.negativeWords);
        if (!words) return failFrom(words);
        run->negativeWords = std::move(*words);
    }
    run->convention = *convention;
    run->zeroShot = !options.noZeroShot;
    run->idOnTrain = options.idOnTrain;
    run->probe = options.probe != "zero-shot";
    if (run->probe) run->probeId = options.probe;
    return run;
}

/// "fpr_at_tpr" in each result, and a table of them.
Status addLevels(const experiment::Evaluation& evaluation, const std::vector<double>& levels, nlohmann::json& json,
                 std::string& text) {
    const auto readings = experiment::fprAtTpr(evaluation, levels);
    if (!readings) return failFrom(readings);
    text += "\nFPR in % at other TPRs\n";
    for (std::size_t i = 0; i < readings->size(); ++i) {
        nlohmann::json& list = json["results"][i]["fpr_at_tpr"] = experiment::fprJson(levels, (*readings)[i]);
        text += evaluation.results[i].detector + " on " + evaluation.results[i].ood + ":";
        for (const nlohmann::json& at : list)
            text += fmt::format("  FPR{:g} {:.2f}", 100 * at["tpr"].get<double>(), 100 * at["fpr"].get<double>());
        text += "\n";
    }
    return {};
}

/// The same over seeds.
Status addLevels(const experiment::SeedRuns& runs, const std::vector<double>& levels, nlohmann::json& json,
                 std::string& text) {
    const auto spreads = experiment::fprAtTpr(runs, levels);
    if (!spreads) return failFrom(spreads);
    text += "\nFPR in % at other TPRs\n";
    for (std::size_t i = 0; i < spreads->size(); ++i) {
        text += runs.rows[i].detector + " on " + runs.rows[i].ood + ":";
        for (std::size_t l = 0; l < levels.size(); ++l) {
            const experiment::Spread& spread = (*spreads)[i][l];
            json["results"][i]["fpr_at_tpr"].push_back({{"tpr", levels[l]}, {"fpr", experiment::toJson(spread)}});
            text += fmt::format("  FPR{:g} {}", 100 * levels[l], experiment::percentText(spread));
        }
        text += "\n";
    }
    return {};
}

Status runSeeds(const Context& context, const Options& options, const experiment::RunOptions& runWith,
                workspace::Workspace& workspace) {
    const auto runs =
        experiment::runEvaluations(workspace, runWith, options.run.seeds, context.stop(), context.progress());
    if (!runs) return failFrom(runs);
    if (!options.pictures.empty()) {
        const auto written = experiment::writePictures(*runs->evaluations.front(), options.pictures);
        if (!written) return written;
    }
    nlohmann::json json = experiment::toJson(*runs, options.perClass);
    std::string text = experiment::seedTable(*runs);
    if (!options.tpr.empty()) {
        if (auto done = addLevels(*runs, options.tpr, json, text); !done) return done;
    }
    if (options.perClass) text += experiment::seedClassTables(*runs);
    context.print(json, text);
    return {};
}

Status run(const Context& context, const Options& options) {
    for (const double level : options.tpr) {
        if (auto good = ood::checkTpr(level); !good) return good;
    }
    auto runWith = runOptions(context, options);
    if (!runWith) return failFrom(runWith);
    auto workspace = context.openWorkspace();
    if (!workspace) return failFrom(workspace);
    if (options.run.seeds != 1) return runSeeds(context, options, *runWith, **workspace);
    auto evaluation = experiment::runEvaluation(**workspace, *runWith, context.stop(), context.progress());
    if (!evaluation) return failFrom(evaluation);
    if (!options.pictures.empty()) {
        if (auto written = experiment::writePictures(**evaluation, options.pictures); !written) return written;
    }
    nlohmann::json json = experiment::resultJson(**evaluation, options.perClass);
    std::string text = experiment::resultTable(**evaluation);
    if (!options.tpr.empty()) {
        if (auto done = addLevels(**evaluation, options.tpr, json, text); !done) return done;
    }
    if (options.perClass) text += experiment::classTables(**evaluation);
    context.print(json, text);
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
    CLI::Option_group* sets = command->add_option_group("OOD sets", "At least one is needed");
    sets->add_option("--ood", options->ood, "OOD set: image folder or embeddings file; may be given several times");
    sets->add_option("--near", options->near, "OOD set near the ID classes; the table also has the mean over these");
    sets->add_option("--far", options->far, "OOD set far from them; likewise");
    sets->require_option(1, 0);
    command->add_option("--probe", options->probe,
                        "Key of a stored probe, or zero-shot for none (default: train one, or reuse the same)");
    command->add_option("--detectors", options->detectors, detectorHelp())->delimiter(',')->capture_default_str();
    command->add_flag("--no-zero-shot", options->noZeroShot, "Leave out zero-shot/msp where it was not asked for");
    command->add_option("--negative-words", options->negativeWords,
                        "File with one word a line, from which neglabel takes its negative labels");
    addConventionOption(*command, options->convention);
    addLevelsOption(*command, options->tpr);
    command->add_flag("--per-class", options->perClass,
                      "Also every OOD class on its own, and which fail as a unit test (NINCO: FPR95 above 10 %)");
    command->add_option("--pictures", options->pictures,
                        "Folder for ROC, histogram, confusion and worst-image pictures");
    command->add_flag("--reference-defect-id-train", options->idOnTrain,
                      "Score the training set as the ID side, as the reference does for its IN21k baseline: a defect, "
                      "for comparison only");
    options->run.addTraining(*command, "--probe-batch-size");
    options->run.addSeeds(*command);
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    context.addComputeOptions(*command);
    onChosen(*command, chosen, [&context, options] { return run(context, *options); });
}

}  // namespace oodscope::cli
