// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/benchmark.h"

#include <fmt/format.h>

#include <utility>

#include "core/experiment/evaluation_store.h"
#include "core/experiment/result_table.h"

namespace oodscope::experiment {
Result<BenchmarkResult> runBenchmark(workspace::Workspace& workspace, const BenchmarkOptions& options,
                                     std::stop_token stop, const ProgressFn& progress) {
    auto sets = locate(options.protocol, options.folders, stop, progress);
    if (!sets) return failFrom(sets);
    auto run = protocolRun(options.protocol, *sets, options.run, options.skipMissing);
    if (!run) return failFrom(run);
    auto evaluation = runEvaluation(workspace, *run, std::move(stop), progress);
    if (!evaluation) return failFrom(evaluation);
    return BenchmarkResult{options.protocol, std::move(*sets), std::move(*evaluation)};
}

std::string benchmarkTable(const BenchmarkResult& result) {
    std::string text = result.protocol.title + "\n";
    for (const LocatedSet& set : result.sets)
        text += fmt::format("  {:8}  {}: {}\n", roleName(set.role), set.name(), set.text());
    return text + "\n" + resultTable(*result.evaluation);
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
    return json;
}

}  // namespace oodscope::experiment
