// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/metric_options.h"
#include "core/experiment/compare_results.h"
#include "core/experiment/evaluation_store.h"
#include "core/experiment/export_embeddings.h"
#include "core/experiment/foreign_results.h"
#include "core/experiment/import_scores.h"
#include "core/experiment/reference_probe.h"
#include "core/experiment/result_table.h"
#include "core/experiment/sources.h"

namespace oodscope::cli {
namespace {

constexpr const char* kResultsFooter =
    R"(Reads the reference's ood_metrics.json and ood_metrics.csv, and OpenOOD's CSV. With --compare, each number is set
against this program's, measured under the convention of the other one. OpenOOD's tables name no detector: --detector.
Examples:
  oodscope-cli import results runs/plp/ood_metrics.json --compare 3f2a
  oodscope-cli import results openood/msp.csv --compare 3f2a --detector msp)";

struct ResultsOptions {
    std::vector<std::string> files;
    std::string compare;
    std::string detector;
};

nlohmann::json toJson(const experiment::ComparedNumber& number) {
    nlohmann::json json{{"detector", number.theirs.detector},
                        {"ood", number.theirs.ood},
                        {"metric", number.theirs.metric},
                        {"theirs_percent", number.theirs.percent}};
    if (number.theirs.deviation >= 0) json["theirs_deviation"] = number.theirs.deviation;
    if (number.ours) json["ours_percent"] = *number.ours;
    if (number.ours) json["difference"] = *number.ours - number.theirs.percent;
    return json;
}

std::string toText(const experiment::ComparedNumber& number) {
    const std::string ours =
        number.ours ? fmt::format("  {:8.4f}  {:+9.4f}", *number.ours, *number.ours - number.theirs.percent) : "";
    const std::string over =
        number.theirs.deviation < 0 ? std::string() : fmt::format("  ± {:.2f} over runs", number.theirs.deviation);
    return fmt::format("{:<24} {:<20} {:<9} {:8.4f}{}{}\n", number.theirs.detector, number.theirs.ood,
                       number.theirs.metric, number.theirs.percent, ours, over);
}

Status importResults(const Context& context, const ResultsOptions& options) {
    experiment::EvaluationPtr evaluation;
    if (!options.compare.empty()) {
        auto workspace = context.openExistingWorkspace();
        if (!workspace) return failFrom(workspace);
        auto loaded = loadByPrefix(**workspace, options.compare);
        if (!loaded) return failFrom(loaded);
        evaluation = *loaded;
    }
    nlohmann::json json = nlohmann::json::array();
    std::string text = fmt::format("{:<24} {:<20} {:<9} {:>8}{}\n", "detector", "OOD set", "metric", "theirs %",
                                   evaluation ? "    ours %  difference" : "");
    for (const std::string& file : options.files) {
        auto numbers = experiment::readForeignResults(file);
        if (!numbers) return failFrom(numbers);
        auto compared = experiment::compareResults(*numbers, evaluation.get(), options.detector);
        if (!compared) return failFrom(compared);
        for (const experiment::ComparedNumber& number : *compared) {
            json.push_back(toJson(number));
            text += toText(number);
        }
    }
    context.print({{"results", std::move(json)}}, text);
    return {};
}

constexpr const char* kProbeFooter =
    R"(Reads hp.json, model.pth and pseudo_labels.pth of the reference's linear_probing.py. --train: the embeddings that it was
trained on, best the reference's own folder (its mean.pt and std.pt are then used as they are).
Example:
  oodscope-cli import probe runs/plp --train embeddings/CIFAR100/openclip_ViT-B-16_openai
  oodscope-cli evaluate --probe KEY --train embeddings/CIFAR100/openclip_ViT-B-16_openai ...)";

struct ProbeOptions {
    std::string folder;
    std::string train;
};

Status importProbe(const Context& context, const ProbeOptions& options) {
    auto workspace = context.openWorkspace();
    if (!workspace) return failFrom(workspace);
    const std::filesystem::path source = experiment::resolveSource(options.train, embed::Split::Train);
    auto train = experiment::findEmbeddings(workspace->get(), source.string(), embed::Split::Train);
    if (!train) return failFrom(train);
    auto probe = experiment::importReferenceProbe(**workspace, options.folder, *train, source);
    if (!probe) return failFrom(probe);
    context.print({{"probe", probe->id},
                   {"classes", probe->probe.classCount()},
                   {"width", probe->probe.weight.cols()},
                   {"labels", probe->details["labels"]}},
                  fmt::format("probe {}: {} classes, {} inputs, {} labels\n", probe->id, probe->probe.classCount(),
                              probe->probe.weight.cols(), probe->details["labels"].get<std::string>()));
    return {};
}

void addProbe(CLI::App& parent, Context& context, Action& chosen) {
    auto options = std::make_shared<ProbeOptions>();
    CLI::App* command = parent.add_subcommand("probe", "A probe of the reference, for 'evaluate --probe'");
    command->add_option("folder", options->folder, "Folder with hp.json and model.pth")->required();
    command->add_option("--train", options->train, "Embeddings that it was trained on: a file, folder or key")
        ->required();
    command->footer(kProbeFooter);
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    onChosen(*command, chosen, [&context, options] { return importProbe(context, *options); });
}

constexpr const char* kScoresFooter =
    R"(Makes an evaluation out of score files, for the window, 'report' and 'export'. Either one file a set, named after it:
.npz as OpenOOD's evaluators keep them (conf, pred, label), .npy, or one number a line. Or one file of all sets, near and
far: scores/POSTPROCESSOR.pkl of OpenOOD's eval_ood.py and eval_ood_imagenet.py (--save-score). Of a pickle only plain
values and numpy arrays are taken; nothing in it is executed.
Examples:
  oodscope-cli import scores --id scores/imagenet.npz --ood scores/ninco.npz --ood scores/ssb_hard.npz --detector vim
  oodscope-cli import scores --openood results/imagenet_resnet50/scores/react.pkl)";

struct ScoresOptions {
    std::string pickle;
    std::string id;
    std::vector<std::string> ood;
    std::string detector;
    std::string convention = "openood";

    std::string detectorName() const {
        if (!detector.empty()) return detector;
        return pickle.empty() ? std::string("imported") : std::filesystem::path(pickle).stem().string();
    }
};

Status importScores(const Context& context, const ScoresOptions& options) {
    auto convention = ood::parseConvention(options.convention);
    if (!convention) return failFrom(convention);
    auto workspace = context.openWorkspace();
    if (!workspace) return failFrom(workspace);
    if (options.pickle.empty() && (options.id.empty() || options.ood.empty()))
        return fail(ErrorCode::InvalidArgument, "give --id and --ood, or --openood");
    const experiment::ScoreImport import{
        options.id, {options.ood.begin(), options.ood.end()}, options.detectorName(), *convention, options.pickle};
    auto evaluation = experiment::importScores(**workspace, import);
    if (!evaluation) return failFrom(evaluation);
    context.print(experiment::resultJson(**evaluation),
                  experiment::resultTable(**evaluation) + "evaluation " + (*evaluation)->id + "\n");
    return {};
}

void addScores(CLI::App& parent, Context& context, Action& chosen) {
    auto options = std::make_shared<ScoresOptions>();
    CLI::App* command = parent.add_subcommand("scores", "Scores of another program as an evaluation without images");
    CLI::Option* id = command->add_option("--id", options->id, "Scores of ID test images; higher means more ID");
    CLI::Option* ood = command->add_option("--ood", options->ood, "Scores of an OOD set; may be given several times");
    command->add_option("--openood", options->pickle, "Scores of all sets in one .pkl of OpenOOD")
        ->excludes(id)
        ->excludes(ood);
    command->add_option("--detector", options->detector,
                        "What to call the scores (default: imported, or the name of the .pkl)");
    addConventionOption(*command, options->convention);
    command->footer(kScoresFooter);
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    onChosen(*command, chosen, [&context, options] { return importScores(context, *options); });
}

}  // namespace

void addImportCommand(CLI::App& app, Context& context, Action& chosen) {
    CLI::App* command = app.add_subcommand("import", "Read results of other programs");
    command->require_subcommand(1);
    addProbe(*command, context, chosen);
    addScores(*command, context, chosen);
    auto options = std::make_shared<ResultsOptions>();
    CLI::App* results = command->add_subcommand("results", "Read result tables, and compare them with an evaluation");
    results->add_option("file", options->files, "ood_metrics.json, ood_metrics.csv or a CSV of OpenOOD")->required();
    results->add_option("--compare", options->compare, "Key of an evaluation, or the beginning of it");
    results->add_option("--detector", options->detector, "What a table of OpenOOD is of");
    results->footer(kResultsFooter);
    context.addOutputOptions(*results);
    context.addWorkspaceOption(*results);
    onChosen(*results, chosen, [&context, options] { return importResults(context, *options); });
}

}  // namespace oodscope::cli
