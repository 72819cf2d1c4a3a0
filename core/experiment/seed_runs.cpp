// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/seed_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

namespace oodscope::experiment {
namespace {

Status checkSeeds(const RunOptions& options, int seedCount) {
    if (seedCount < 2)
        return fail(ErrorCode::InvalidArgument,
                    "seeds: " + std::to_string(seedCount) + " (at least 2 for a deviation)");
    if (!options.probe)
        return fail(ErrorCode::InvalidArgument, "a zero-shot evaluation draws nothing: every seed gives the same");
    if (!options.probeId.empty())
        return fail(ErrorCode::InvalidArgument,
                    "a stored probe was trained with its own seed: leave it out to train one per seed");
    return {};
}

/// Runs `once` for every seed; its progress says which one it is.
Status forEachSeed(const RunOptions& options, int seedCount, const ProgressFn& progress,
                   const std::function<Status(const RunOptions&, const ProgressFn&)>& once) {
    if (auto good = checkSeeds(options, seedCount); !good) return good;
    for (int i = 0; i < seedCount; ++i) {
        RunOptions seeded = options;
        seeded.probeOptions.seed = options.probeOptions.seed + static_cast<std::uint64_t>(i);
        const ProgressFn named = [&](const Progress& step) {
            if (!progress) return;
            Progress copy = step;
            copy.stage = fmt::format("seed {} of {}: {}", i + 1, seedCount, step.stage);
            progress(copy);
        };
        if (auto done = once(seeded, named); !done) return done;
    }
    return {};
}

void summarise(SeedRuns& runs) {
    std::vector<double> accuracies;
    for (const EvaluationPtr& evaluation : runs.evaluations) {
        if (evaluation->probeAccuracy >= 0) accuracies.push_back(evaluation->probeAccuracy);
    }
    runs.probeAccuracy = spreadOf(std::move(accuracies));
    for (std::size_t r = 0; r < runs.evaluations.front()->results.size(); ++r) {
        std::vector<double> auroc, fpr95;
        for (const EvaluationPtr& evaluation : runs.evaluations) {
            auroc.push_back(evaluation->results[r].metrics.auroc);
            fpr95.push_back(evaluation->results[r].metrics.fpr95);
        }
        const DetectorResult& first = runs.evaluations.front()->results[r];
        runs.rows.push_back({first.detector, first.ood, spreadOf(std::move(auroc)), spreadOf(std::move(fpr95))});
    }
}

std::string percent(const Spread& spread) {
    return spread.values.empty() ? std::string("-")
                                 : fmt::format("{:.2f} ± {:.2f}", 100 * spread.mean, 100 * spread.deviation);
}

}  // namespace

Spread spreadOf(std::vector<double> values) {
    Spread spread;
    spread.values = std::move(values);
    if (spread.values.empty()) return spread;
    const auto n = static_cast<double>(spread.values.size());
    spread.mean = std::accumulate(spread.values.begin(), spread.values.end(), 0.0) / n;
    double squares = 0;
    for (const double value : spread.values)
        squares += (value - spread.mean) * (value - spread.mean);
    if (spread.values.size() > 1) spread.deviation = std::sqrt(squares / (n - 1));
    return spread;
}

Result<SeedRuns> runEvaluations(workspace::Workspace& workspace, const RunOptions& options, int seedCount,
                                std::stop_token stop, const ProgressFn& progress) {
    SeedRuns runs;
    const auto done = forEachSeed(options, seedCount, progress, [&](const RunOptions& seeded, const ProgressFn& named) {
        auto evaluation = runEvaluation(workspace, seeded, stop, named);
        if (!evaluation) return Status(failFrom(evaluation));
        runs.seeds.push_back(seeded.probeOptions.seed);
        runs.evaluations.push_back(std::move(*evaluation));
        return Status();
    });
    if (!done) return failFrom(done);
    summarise(runs);
    return runs;
}

Result<ProbeSeedRuns> runProbes(workspace::Workspace& workspace, const RunOptions& options, int seedCount,
                                std::stop_token stop, const ProgressFn& progress) {
    ProbeSeedRuns runs;
    std::vector<double> accuracies;
    const auto done = forEachSeed(options, seedCount, progress, [&](const RunOptions& seeded, const ProgressFn& named) {
        auto probe = runProbe(workspace, seeded, stop, named);
        if (!probe) return Status(failFrom(probe));
        runs.seeds.push_back(seeded.probeOptions.seed);
        runs.probes.push_back(probe->id);
        if (probe->accuracy >= 0) accuracies.push_back(probe->accuracy);
        return Status();
    });
    if (!done) return failFrom(done);
    runs.accuracy = spreadOf(std::move(accuracies));
    return runs;
}

nlohmann::json toJson(const Spread& spread) {
    if (spread.values.empty()) return {};
    return {{"mean", spread.mean}, {"deviation", spread.deviation}, {"values", spread.values}};
}

nlohmann::json toJson(const SeedRuns& runs) {
    nlohmann::json json{{"seeds", runs.seeds},
                        {"evaluations", nlohmann::json::array()},
                        {"probe_accuracy", toJson(runs.probeAccuracy)},
                        {"results", nlohmann::json::array()}};
    for (const EvaluationPtr& evaluation : runs.evaluations)
        json["evaluations"].push_back(evaluation->id);
    for (const SeedRuns::Row& row : runs.rows)
        json["results"].push_back(
            {{"detector", row.detector}, {"ood", row.ood}, {"auroc", toJson(row.auroc)}, {"fpr95", toJson(row.fpr95)}});
    return json;
}

nlohmann::json toJson(const ProbeSeedRuns& runs) {
    return {{"seeds", runs.seeds}, {"probes", runs.probes}, {"accuracy", toJson(runs.accuracy)}};
}

std::string seedTable(const SeedRuns& runs) {
    std::string text = fmt::format("{} seeds from {} on: mean ± deviation of the sample, in percent\n",
                                   runs.seeds.size(), runs.seeds.front());
    text += fmt::format("probe accuracy  {}\n\n{:<28} {:<24} {:>16} {:>16}\n", percent(runs.probeAccuracy), "detector",
                        "OOD set", "AUROC", "FPR95");
    for (const SeedRuns::Row& row : runs.rows)
        text +=
            fmt::format("{:<28} {:<24} {:>16} {:>16}\n", row.detector, row.ood, percent(row.auroc), percent(row.fpr95));
    return text;
}

std::string seedTable(const ProbeSeedRuns& runs) {
    std::string text = fmt::format("{} seeds from {} on\naccuracy on test  {} % (mean ± deviation of the sample)\n",
                                   runs.seeds.size(), runs.seeds.front(), percent(runs.accuracy));
    for (std::size_t i = 0; i < runs.seeds.size(); ++i)
        text += fmt::format(
            "seed {}  probe {}{}\n", runs.seeds[i], runs.probes[i],
            i < runs.accuracy.values.size() ? fmt::format("  {:.2f} %", 100 * runs.accuracy.values[i]) : std::string());
    return text;
}

}  // namespace oodscope::experiment
