// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/benchmark.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/experiment/evaluation_store.h"
#include "core/experiment/result_table.h"

namespace oodscope::experiment {
namespace {

/// Groups of the OOD sets that take part, in the order of the evaluation.
std::vector<OodGroup> groupsOf(const LocatedSets& sets) {
    std::vector<OodGroup> groups;
    for (const LocatedSet& set : sets) {
        if (set.role == SetRole::Ood && set.isUsable()) groups.push_back(set.group);
    }
    return groups;
}

/// `sets` is 0 where no set belongs to the group.
GroupMean meanOf(const Evaluation& evaluation, const std::vector<OodGroup>& groups, const std::string& detector,
                 OodGroup group) {
    GroupMean mean{detector, group};
    for (const DetectorResult& result : evaluation.results) {
        if (result.detector != detector) continue;
        const auto set = std::ranges::find(evaluation.ood, result.ood, &ScoredSet::name) - evaluation.ood.begin();
        const auto at = static_cast<std::size_t>(set);
        if (group != OodGroup::None && (at >= groups.size() || groups[at] != group)) continue;
        ++mean.sets;
        mean.auroc += result.metrics.auroc;
        mean.fpr95 += result.metrics.fpr95;
    }
    if (mean.sets == 0) return mean;
    mean.auroc /= static_cast<double>(mean.sets);
    mean.fpr95 /= static_cast<double>(mean.sets);
    return mean;
}

std::string_view labelOf(OodGroup group) {
    return group == OodGroup::None ? "all" : groupName(group);
}

}  // namespace

std::vector<GroupMean> groupMeans(const Evaluation& evaluation, const std::vector<OodGroup>& groups) {
    std::vector<GroupMean> means;
    for (const std::string& detector : evaluation.detectorKeys) {
        for (const OodGroup group : {OodGroup::Near, OodGroup::Far, OodGroup::None}) {
            GroupMean mean = meanOf(evaluation, groups, detector, group);
            if (mean.sets > 0) means.push_back(std::move(mean));
        }
    }
    return means;
}

Result<BenchmarkResult> runBenchmark(workspace::Workspace& workspace, const BenchmarkOptions& options,
                                     std::stop_token stop, const ProgressFn& progress) {
    auto sets = locate(options.protocol, options.folders, stop, progress);
    if (!sets) return failFrom(sets);
    auto run = protocolRun(options.protocol, *sets, options.run, options.skipMissing);
    if (!run) return failFrom(run);
    auto evaluation = runEvaluation(workspace, *run, std::move(stop), progress);
    if (!evaluation) return failFrom(evaluation);
    auto means = groupMeans(**evaluation, groupsOf(*sets));
    return BenchmarkResult{options.protocol, std::move(*sets), std::move(*evaluation), std::move(means)};
}

std::string benchmarkTable(const BenchmarkResult& result) {
    std::string text = result.protocol.title + "\n";
    for (const LocatedSet& set : result.sets)
        text += fmt::format("  {:8}  {}: {}\n", roleName(set.role), set.name(), set.text());
    text += "\n" + resultTable(*result.evaluation) + "\n";
    std::size_t width = std::string_view("detector").size();
    for (const GroupMean& mean : result.means)
        width = std::max(width, mean.detector.size());
    text += fmt::format("{:<{}}  {:>9}  {:>4}  {:>8}  {:>8}\n", "detector", width, "mean over", "sets", "AUROC %",
                        "FPR95 %");
    for (const GroupMean& mean : result.means)
        text += fmt::format("{:<{}}  {:>9}  {:>4}  {:8.2f}  {:8.2f}\n", mean.detector, width, labelOf(mean.group),
                            mean.sets, 100 * mean.auroc, 100 * mean.fpr95);
    return text;
}

nlohmann::json toJson(const LocatedSet& set) {
    nlohmann::json json{{"role", roleName(set.role)}, {"set", set.set},
                        {"name", set.name()},         {"source", set.source},
                        {"text", set.text()},         {"state", data::stateName(set.report.state)}};
    if (set.group != OodGroup::None) json["group"] = groupName(set.group);
    return json;
}

nlohmann::json benchmarkJson(const BenchmarkResult& result) {
    nlohmann::json json = resultJson(*result.evaluation);
    json["protocol"] = result.protocol.key;
    json["title_of_protocol"] = result.protocol.title;
    for (const LocatedSet& set : result.sets)
        json["sets"].push_back(toJson(set));
    for (const GroupMean& mean : result.means)
        json["means"].push_back({{"detector", mean.detector},
                                 {"group", labelOf(mean.group)},
                                 {"sets", mean.sets},
                                 {"auroc", mean.auroc},
                                 {"fpr95", mean.fpr95}});
    return json;
}

}  // namespace oodscope::experiment
