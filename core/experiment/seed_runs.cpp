// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/seed_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <numeric>
#include <utility>

#include "core/experiment/measuring.h"
#include "core/experiment/result_table.h"

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

/// `figure` of each evaluation.
template <class Figure>
Spread spreadOver(const SeedRuns& runs, Figure figure) {
    std::vector<double> values;
    for (const EvaluationPtr& evaluation : runs.evaluations)
        values.push_back(figure(*evaluation));
    return spreadOf(std::move(values));
}

/// The OOD classes of result `r`, where all runs have the same.
void addClasses(const SeedRuns& runs, std::size_t r, SeedRuns::Row& row) {
    const Evaluation& first = *runs.evaluations.front();
    const auto classesOf = [r](const Evaluation& evaluation) -> const auto& {
        return evaluation.results[r].classes;
    };
    const auto labels = [&](const Evaluation& evaluation) {
        std::vector<std::int32_t> all;
        std::ranges::transform(classesOf(evaluation).classes, std::back_inserter(all), &ood::ClassMetrics::label);
        return all;
    };
    const std::vector<std::int32_t> known = labels(first);
    const auto differs = [&](const EvaluationPtr& evaluation) { return labels(*evaluation) != known; };
    if (known.size() < 2 || std::ranges::any_of(runs.evaluations, differs)) return;
    row.classAuroc = spreadOver(runs, [&](const Evaluation& e) { return classesOf(e).auroc; });
    row.classFpr95 = spreadOver(runs, [&](const Evaluation& e) { return classesOf(e).fpr95; });
    const auto set = std::ranges::find(first.ood, row.ood, &ScoredSet::name);
    for (std::size_t c = 0; c < known.size() && set != first.ood.end(); ++c)
        row.classes.push_back({set->classNames[static_cast<std::size_t>(known[c])],
                               spreadOver(runs, [&](const Evaluation& e) { return classesOf(e).classes[c].auroc; }),
                               spreadOver(runs, [&](const Evaluation& e) { return classesOf(e).classes[c].fpr95; })});
}

void summarise(SeedRuns& runs) {
    std::vector<double> accuracies;
    for (const EvaluationPtr& evaluation : runs.evaluations) {
        if (evaluation->probeAccuracy >= 0) accuracies.push_back(evaluation->probeAccuracy);
    }
    runs.probeAccuracy = spreadOf(std::move(accuracies));
    const Evaluation& first = *runs.evaluations.front();
    for (std::size_t r = 0; r < first.results.size(); ++r) {
        SeedRuns::Row row;
        row.detector = first.results[r].detector;
        row.ood = first.results[r].ood;
        row.auroc = spreadOver(runs, [r](const Evaluation& e) { return e.results[r].metrics.auroc; });
        row.fpr95 = spreadOver(runs, [r](const Evaluation& e) { return e.results[r].metrics.fpr95; });
        addClasses(runs, r, row);
        runs.rows.push_back(std::move(row));
    }
    for (std::size_t g = 0; g < first.groups.size(); ++g) {
        const GroupResult& group = first.groups[g];
        runs.groups.push_back({group.detector, group.group, group.sets,
                               spreadOver(runs, [g](const Evaluation& e) { return e.groups[g].auroc; }),
                               spreadOver(runs, [g](const Evaluation& e) { return e.groups[g].fpr95; })});
    }
}

nlohmann::json figuresJson(const Spread& auroc, const Spread& fpr95) {
    return {{"auroc", toJson(auroc)}, {"fpr95", toJson(fpr95)}};
}

nlohmann::json rowJson(const SeedRuns::Row& row, bool perClass) {
    nlohmann::json json = figuresJson(row.auroc, row.fpr95);
    json["detector"] = row.detector;
    json["ood"] = row.ood;
    if (row.classes.empty()) return json;
    json["mean_over_classes"] = figuresJson(row.classAuroc, row.classFpr95);
    json["mean_over_classes"]["classes"] = row.classes.size();
    if (!perClass) return json;
    for (const SeedRuns::ClassRow& one : row.classes) {
        nlohmann::json figures = figuresJson(one.auroc, one.fpr95);
        figures["class"] = one.name;
        json["per_class"].push_back(std::move(figures));
    }
    return json;
}

std::string tableRow(const std::string& detector, const std::string& ood, const std::string& auroc,
                     const std::string& fpr95) {
    return fmt::format("{:<28} {:<24} {:>16} {:>16}\n", detector, ood, auroc, fpr95);
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

Result<std::vector<std::vector<Spread>>> fprAtTpr(const SeedRuns& runs, const std::vector<double>& levels) {
    std::vector<std::vector<std::vector<ood::FprReading>>> bySeed;
    for (const EvaluationPtr& evaluation : runs.evaluations) {
        auto readings = fprAtTpr(*evaluation, levels);
        if (!readings) return failFrom(readings);
        bySeed.push_back(std::move(*readings));
    }
    std::vector<std::vector<Spread>> spreads(runs.rows.size());
    for (std::size_t r = 0; r < runs.rows.size(); ++r) {
        for (std::size_t l = 0; l < levels.size(); ++l) {
            std::vector<double> values;
            for (const auto& readings : bySeed)
                values.push_back(readings[r][l].fpr);
            spreads[r].push_back(spreadOf(std::move(values)));
        }
    }
    return spreads;
}

nlohmann::json toJson(const SeedRuns& runs, bool perClass) {
    nlohmann::json json{{"seeds", runs.seeds},
                        {"evaluations", nlohmann::json::array()},
                        {"probe_accuracy", toJson(runs.probeAccuracy)},
                        {"results", nlohmann::json::array()},
                        {"groups", nlohmann::json::array()}};
    for (const EvaluationPtr& evaluation : runs.evaluations)
        json["evaluations"].push_back(evaluation->id);
    for (const SeedRuns::Row& row : runs.rows)
        json["results"].push_back(rowJson(row, perClass));
    for (const SeedRuns::GroupRow& row : runs.groups) {
        nlohmann::json figures = figuresJson(row.auroc, row.fpr95);
        figures["detector"] = row.detector;
        figures["group"] = row.group == OodGroup::None ? "all" : groupName(row.group);
        figures["sets"] = row.sets;
        json["groups"].push_back(std::move(figures));
    }
    return json;
}

nlohmann::json toJson(const ProbeSeedRuns& runs) {
    return {{"seeds", runs.seeds}, {"probes", runs.probes}, {"accuracy", toJson(runs.accuracy)}};
}

std::string percentText(const Spread& spread) {
    return spread.values.empty() ? std::string("-")
                                 : fmt::format("{:.2f} ± {:.2f}", 100 * spread.mean, 100 * spread.deviation);
}

std::string seedTable(const SeedRuns& runs) {
    std::string text = fmt::format("{} seeds from {} on: mean ± deviation of the sample, in percent\n",
                                   runs.seeds.size(), runs.seeds.front());
    text += fmt::format("probe accuracy  {}\n\n", percentText(runs.probeAccuracy));
    text += tableRow("detector", "OOD set", "AUROC", "FPR95");
    for (const SeedRuns::Row& row : runs.rows)
        text += tableRow(row.detector, row.ood, percentText(row.auroc), percentText(row.fpr95));
    for (const SeedRuns::GroupRow& row : runs.groups)
        text += tableRow(row.detector, meanName(row.group, row.sets), percentText(row.auroc), percentText(row.fpr95));
    if (std::ranges::all_of(runs.rows, [](const SeedRuns::Row& row) { return row.classes.empty(); })) return text;
    text += "\nUnweighted means over OOD classes\n";
    for (const SeedRuns::Row& row : runs.rows) {
        if (!row.classes.empty())
            text += tableRow(row.detector, fmt::format("{} ({})", row.ood, row.classes.size()),
                             percentText(row.classAuroc), percentText(row.classFpr95));
    }
    return text;
}

std::string seedClassTables(const SeedRuns& runs) {
    std::string text;
    for (const SeedRuns::Row& row : runs.rows) {
        if (row.classes.empty()) continue;
        std::vector<SeedRuns::ClassRow> hardest = row.classes;
        std::ranges::stable_sort(hardest, {}, [](const SeedRuns::ClassRow& one) { return one.auroc.mean; });
        text += fmt::format("\n{} on the classes of {}\n{:<53} {:>16} {:>16}\n", row.detector, row.ood, "OOD class",
                            "AUROC", "FPR95");
        for (const SeedRuns::ClassRow& one : hardest)
            text += fmt::format("{:<53} {:>16} {:>16}\n", one.name, percentText(one.auroc), percentText(one.fpr95));
    }
    return text;
}

std::string seedTable(const ProbeSeedRuns& runs) {
    std::string text = fmt::format("{} seeds from {} on\naccuracy on test  {} % (mean ± deviation of the sample)\n",
                                   runs.seeds.size(), runs.seeds.front(), percentText(runs.accuracy));
    for (std::size_t i = 0; i < runs.seeds.size(); ++i)
        text += fmt::format(
            "seed {}  probe {}{}\n", runs.seeds[i], runs.probes[i],
            i < runs.accuracy.values.size() ? fmt::format("  {:.2f} %", 100 * runs.accuracy.values[i]) : std::string());
    return text;
}

}  // namespace oodscope::experiment
