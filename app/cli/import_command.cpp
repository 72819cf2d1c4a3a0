// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "core/experiment/compare_results.h"
#include "core/experiment/export_results.h"

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
    if (number.ours) json["ours_percent"] = *number.ours;
    if (number.ours) json["difference"] = *number.ours - number.theirs.percent;
    return json;
}

std::string toText(const experiment::ComparedNumber& number) {
    const std::string ours =
        number.ours ? fmt::format("  {:8.4f}  {:+9.4f}", *number.ours, *number.ours - number.theirs.percent) : "";
    return fmt::format("{:<24} {:<20} {:<9} {:8.4f}{}\n", number.theirs.detector, number.theirs.ood,
                       number.theirs.metric, number.theirs.percent, ours);
}

Status importResults(const Context& context, const ResultsOptions& options) {
    experiment::EvaluationPtr evaluation;
    if (!options.compare.empty()) {
        auto workspace = context.openWorkspace();
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

}  // namespace

void addImportCommand(CLI::App& app, Context& context, Action& chosen) {
    CLI::App* command = app.add_subcommand("import", "Read results of other programs");
    command->require_subcommand(1);
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
