// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "app/cli/commands.h"
#include "core/experiment/comparison.h"
#include "core/ood/metrics.h"

namespace oodscope::cli {
namespace {

using experiment::Comparison;
using experiment::EvaluationPtr;

struct Options {
    std::string a;
    std::string b;
    std::vector<std::string> detectors;
    double tpr = ood::kUsualTpr;
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Which detector of A against which of B: the two that were named; else the same of each, or, within one evaluation,
/// the first against every other.
Result<Pairs> pairsOf(const Options& options, const EvaluationPtr& a, const EvaluationPtr& b) {
    const std::vector<std::string>& named = options.detectors;
    if (named.size() == 2) return Pairs{{named[0], named[1]}};
    Pairs pairs;
    if (a != b) {
        for (const std::string& key : named.empty() ? a->detectorKeys : named) {
            if (!named.empty() || std::ranges::find(b->detectorKeys, key) != b->detectorKeys.end())
                pairs.emplace_back(key, key);
        }
    } else {
        const std::string first = named.empty() ? a->detectorKeys.front() : named.front();
        for (const std::string& key : a->detectorKeys) {
            if (key != first) pairs.emplace_back(first, key);
        }
    }
    if (!pairs.empty()) return pairs;
    return fail(ErrorCode::InvalidArgument, "there are no two detectors to compare; name them with --detectors A,B");
}

Status run(const Context& context, const Options& options) {
    auto workspace = context.openExistingWorkspace();
    if (!workspace) return failFrom(workspace);
    const auto a = loadByPrefix(**workspace, options.a);
    if (!a) return failFrom(a);
    auto b = a;
    if (!options.b.empty() && options.b != options.a) b = loadByPrefix(**workspace, options.b);
    if (!b) return failFrom(b);
    const auto pairs = pairsOf(options, *a, *b);
    if (!pairs) return failFrom(pairs);
    std::vector<Comparison> comparisons;
    nlohmann::json json{{"a", (*a)->id}, {"b", (*b)->id}, {"comparisons", nlohmann::json::array()}};
    for (const auto& [detectorA, detectorB] : *pairs) {
        auto comparison = experiment::compareDetectors({a->get(), detectorA}, {b->get(), detectorB}, options.tpr);
        if (!comparison) return failFrom(comparison);
        json["comparisons"].push_back(experiment::toJson(*comparison));
        comparisons.push_back(std::move(*comparison));
    }
    context.printMade(json, experiment::comparisonTable(comparisons));
    return {};
}

constexpr const char* kHelp =
    "Two detectors on the same images: paired DeLong test, and how many images one fixes and the other breaks";

}  // namespace

void addCompareCommand(CLI::App& app, Context& context, Action& chosen) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("compare", kHelp);
    command->add_option("A", options->a, "Key of an evaluation, or the beginning of it ('oodscope-cli workspace ls')")
        ->required();
    command->add_option("B", options->b,
                        "Another evaluation; images are matched by path. Without it A is compared "
                        "with itself: its first detector against every other");
    command
        ->add_option("--detectors", options->detectors,
                     "Detector of A and detector of B, separated by a comma; one stands for both (default: each that "
                     "both have)")
        ->delimiter(',')
        ->expected(1, 2);
    command->add_option("--tpr", options->tpr, "Share of ID that each detector's threshold accepts")
        ->capture_default_str();
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    onChosen(*command, chosen, [&context, options] { return run(context, *options); });
}

}  // namespace oodscope::cli
