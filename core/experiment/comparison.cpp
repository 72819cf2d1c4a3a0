// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/experiment/measuring.h"
#include "core/experiment/paired_text.h"
#include "core/ood/metrics.h"

namespace oodscope::experiment {
namespace {

using Scores = std::vector<double>;

/// The scores of the images that both sets have, in the same order.
struct Matched {
    Scores a;
    Scores b;
    std::size_t unmatched = 0;
};

bool hasPaths(const ScoredSet& set) {
    return std::ranges::none_of(set.paths, [](const std::string& path) { return path.empty(); });
}

Result<const Scores*> comparedScores(const ScoredSet& set, const ComparedDetector& of) {
    const auto& keys = of.evaluation->detectorKeys;
    const auto index = static_cast<std::size_t>(std::ranges::find(keys, of.detector) - keys.begin());
    if (const Scores* scores = scoresOf(set, index)) return scores;
    return fail(ErrorCode::InvalidArgument, of.detector + ": " + set.name + " has no scores of it");
}

/// Sets from embedding files may have no paths: then row i is the same image in both.
Result<Matched> matchRows(const ScoredSet& a, const ScoredSet& b, const Scores& scoresA, const Scores& scoresB) {
    if (a.size() == b.size()) return Matched{scoresA, scoresB, 0};
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: has no image paths to match by, and {} images in one evaluation but {} in the other",
                            a.name, a.size(), b.size()));
}

Result<Matched> match(const ScoredSet& a, const ScoredSet& b, const ComparedDetector& ofA,
                      const ComparedDetector& ofB) {
    const auto scoresA = comparedScores(a, ofA);
    if (!scoresA) return failFrom(scoresA);
    const auto scoresB = comparedScores(b, ofB);
    if (!scoresB) return failFrom(scoresB);
    if (!hasPaths(a) || !hasPaths(b)) return matchRows(a, b, **scoresA, **scoresB);
    std::unordered_map<std::string_view, std::size_t> rows;
    for (std::size_t i = 0; i < b.size(); ++i)
        rows.emplace(b.paths[i], i);
    Matched matched;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto found = rows.find(a.paths[i]);
        if (found == rows.end()) continue;
        matched.a.push_back((**scoresA)[i]);
        matched.b.push_back((**scoresB)[found->second]);
    }
    if (matched.a.empty())
        return fail(ErrorCode::InvalidArgument, a.name + ": the two evaluations have no image in common");
    matched.unmatched = a.size() + b.size() - 2 * matched.a.size();
    return matched;
}

Changes changes(const Matched& scores, double thresholdA, double thresholdB, bool acceptIsRight) {
    Changes changes;
    for (std::size_t i = 0; i < scores.a.size(); ++i) {
        const bool rightA = (scores.a[i] >= thresholdA) == acceptIsRight;
        const bool rightB = (scores.b[i] >= thresholdB) == acceptIsRight;
        changes.fixed += !rightA && rightB ? 1 : 0;
        changes.broken += rightA && !rightB ? 1 : 0;
    }
    return changes;
}

double accepted(const Scores& scores, double threshold) {
    const auto count = std::ranges::count_if(scores, [=](double score) { return score >= threshold; });
    return static_cast<double>(count) / static_cast<double>(scores.size());
}

Result<SetComparison> compareOn(const ScoredSet& oodA, const ScoredSet& oodB, const Matched& id,
                                const ComparedDetector& a, const ComparedDetector& b, double tpr) {
    const auto ood = match(oodA, oodB, a, b);
    if (!ood) return failFrom(ood);
    const auto test = ood::pairedDelong({id.a, ood->a}, {id.b, ood->b});
    if (!test) return fail(test.error().code, oodA.name + ": " + test.error().message);
    const auto threshold = [&](const Scores& idScores, const Scores& oodScores) {
        return ood::fprAtTpr(idScores, oodScores, ood::FprConvention::Plp, std::span(&tpr, 1))->front().threshold;
    };
    const double thresholdA = threshold(id.a, ood->a);
    const double thresholdB = threshold(id.b, ood->b);
    SetComparison set;
    set.ood = oodA.name;
    set.idCount = id.a.size();
    set.oodCount = ood->a.size();
    set.unmatched = id.unmatched + ood->unmatched;
    set.test = *test;
    set.fprA = accepted(ood->a, thresholdA);
    set.fprB = accepted(ood->b, thresholdB);
    set.idImages = changes(id, thresholdA, thresholdB, /*acceptIsRight=*/true);
    set.oodImages = changes(*ood, thresholdA, thresholdB, /*acceptIsRight=*/false);
    return set;
}

Status checkDetector(const ComparedDetector& of) {
    const auto& keys = of.evaluation->detectorKeys;
    if (std::ranges::find(keys, of.detector) != keys.end()) return {};
    return fail(ErrorCode::InvalidArgument, fmt::format("evaluation '{}' has no detector '{}' (it has: {})",
                                                        of.evaluation->title, of.detector, fmt::join(keys, ", ")));
}

void addSkipped(const Evaluation& in, const Evaluation& other, std::vector<std::string>& skipped) {
    for (const ScoredSet& set : in.ood) {
        if (std::ranges::find(other.ood, set.name, &ScoredSet::name) == other.ood.end()) skipped.push_back(set.name);
    }
}

nlohmann::json changesJson(const Changes& changes) {
    return {{"fixed", changes.fixed}, {"broken", changes.broken}};
}

nlohmann::json setJson(const SetComparison& set) {
    nlohmann::json json = toJson(set.test);
    json["ood"] = set.ood;
    json["id_count"] = set.idCount;
    json["ood_count"] = set.oodCount;
    json["unmatched"] = set.unmatched;
    json["fpr_a"] = set.fprA;
    json["fpr_b"] = set.fprB;
    json["id_images"] = changesJson(set.idImages);
    json["ood_images"] = changesJson(set.oodImages);
    return json;
}

std::string heading(const Comparison& comparison) {
    return comparison.titleA == comparison.titleB
               ? fmt::format("A: {}; B: {} ({})\n", comparison.detectorA, comparison.detectorB, comparison.titleA)
               : fmt::format("A: {} of {}\nB: {} of {}\n", comparison.detectorA, comparison.titleA,
                             comparison.detectorB, comparison.titleB);
}

std::string row(const SetComparison& set, std::size_t width) {
    const ood::PairedDelong& test = set.test;
    return fmt::format("{:<{}}  {:7.2f}  {:7.2f}  {:+7.2f}  {:>16}  {:>8}  {:7.2f}  {:7.2f}  {:>11}  {:>11}\n", set.ood,
                       width, 100 * test.aurocA, 100 * test.aurocB, 100 * test.difference,
                       fmt::format("{:+.2f} to {:+.2f}", 100 * test.low, 100 * test.high), pText(test.p),
                       100 * set.fprA, 100 * set.fprB,
                       fmt::format("{} / {}", set.oodImages.fixed, set.oodImages.broken),
                       fmt::format("{} / {}", set.idImages.fixed, set.idImages.broken));
}

}  // namespace

Result<Comparison> compareDetectors(const ComparedDetector& a, const ComparedDetector& b, double tpr) {
    if (auto good = ood::checkTpr(tpr); !good) return failFrom(good);
    if (auto good = checkDetector(a); !good) return failFrom(good);
    if (auto good = checkDetector(b); !good) return failFrom(good);
    Comparison comparison{a.detector, a.evaluation->title, b.detector, b.evaluation->title, tpr, {}, {}};
    const auto id = match(a.evaluation->idTest, b.evaluation->idTest, a, b);
    if (!id) return failFrom(id);
    for (const ScoredSet& oodA : a.evaluation->ood) {
        const auto oodB = std::ranges::find(b.evaluation->ood, oodA.name, &ScoredSet::name);
        if (oodB == b.evaluation->ood.end()) continue;
        auto set = compareOn(oodA, *oodB, *id, a, b, tpr);
        if (!set) return failFrom(set);
        comparison.sets.push_back(std::move(*set));
    }
    addSkipped(*a.evaluation, *b.evaluation, comparison.skipped);
    addSkipped(*b.evaluation, *a.evaluation, comparison.skipped);
    if (comparison.sets.empty())
        return fail(ErrorCode::InvalidArgument, fmt::format("the evaluations have no OOD set in common (there are: {})",
                                                            fmt::join(comparison.skipped, ", ")));
    return comparison;
}

nlohmann::json toJson(const Comparison& comparison) {
    nlohmann::json json{
        {"detector_a", comparison.detectorA}, {"title_a", comparison.titleA}, {"detector_b", comparison.detectorB},
        {"title_b", comparison.titleB},       {"tpr", comparison.tpr},        {"skipped", comparison.skipped},
        {"sets", nlohmann::json::array()}};
    for (const SetComparison& set : comparison.sets)
        json["sets"].push_back(setJson(set));
    return json;
}

std::string comparisonTable(const std::vector<Comparison>& comparisons) {
    std::string text;
    for (const Comparison& comparison : comparisons) {
        std::size_t width = std::string_view("OOD set").size();
        for (const SetComparison& set : comparison.sets)
            width = std::max(width, set.ood.size());
        const std::string fpr = fmt::format("FPR{:g}", 100 * comparison.tpr);
        text += heading(comparison);
        text += fmt::format("{:<{}}  {:>7}  {:>7}  {:>7}  {:>16}  {:>8}  {:>7}  {:>7}  {:>11}  {:>11}\n", "OOD set",
                            width, "AUROC A", "AUROC B", "A - B", "95 % interval", "p", fpr + " A", fpr + " B",
                            "OOD fix/brk", "ID fix/brk");
        for (const SetComparison& set : comparison.sets)
            text += row(set, width);
        const std::size_t unmatched = comparison.sets.front().unmatched;
        if (unmatched > 0) text += fmt::format("{} images are in one evaluation only and left out\n", unmatched);
        if (!comparison.skipped.empty())
            text += fmt::format("in one evaluation only: {}\n", fmt::join(comparison.skipped, ", "));
        text += "\n";
    }
    return text +
           "p: paired DeLong test, two-sided. FPR: at the highest threshold that accepts this share of ID, as counted "
           "(some conventions of 'evaluate' interpolate).\nfix/brk: images that B gets right and A wrong / A right "
           "and B wrong, each at that threshold.\n";
}

}  // namespace oodscope::experiment
