// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/scoring.h"

#include <algorithm>
#include <unordered_map>

#include "core/ood/auroc_interval.h"

namespace oodscope::experiment {
namespace {

bool isZeroShot(std::string_view key) {
    return key.starts_with(kZeroShotPrefix);
}

ood::DetectorInput inputFor(std::string_view key, const ScoringInput& input) {
    ood::DetectorInput detectorInput;
    detectorInput.logits = isZeroShot(key) ? input.zeroShotLogits : input.probeLogits;
    detectorInput.features = input.features;
    return detectorInput;
}

}  // namespace

Result<DetectorBank> DetectorBank::make(const std::vector<std::string>& keys, bool hasProbe, bool hasZeroShot) {
    DetectorBank bank;
    for (const std::string& key : keys) {
        const bool zeroShot = isZeroShot(key);
        auto detector = ood::makeDetector(zeroShot ? key.substr(kZeroShotPrefix.size()) : key);
        if (!detector) return failFrom(detector);
        if (zeroShot && !hasZeroShot)
            return fail(ErrorCode::InvalidArgument, key + ": needs a model with a text tower and projected embeddings");
        if (!zeroShot && !hasProbe)
            return fail(ErrorCode::InvalidArgument,
                        key + ": needs a probe; without one use " + std::string(kZeroShotPrefix) + key);
        bank.m_keys.push_back(key);
        bank.m_detectors.push_back(std::move(*detector));
    }
    return bank;
}

bool DetectorBank::needsFit() const {
    return std::ranges::any_of(m_detectors, [](const auto& detector) { return detector->info().needsFit; });
}

Status DetectorBank::fit(const ScoringInput& train, const std::vector<std::int32_t>& labels) {
    for (std::size_t i = 0; i < m_detectors.size(); ++i) {
        if (!m_detectors[i]->info().needsFit) continue;
        ood::DetectorInput input = inputFor(m_keys[i], train);
        input.labels = labels;
        if (auto fitted = m_detectors[i]->fit(input); !fitted) return fitted;
    }
    return {};
}

Result<std::vector<std::vector<double>>> DetectorBank::score(const ScoringInput& input) const {
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < m_detectors.size(); ++i) {
        auto scores = m_detectors[i]->score(inputFor(m_keys[i], input));
        if (!scores) return failFrom(scores);
        rows.push_back(std::move(*scores));
    }
    return rows;
}

ScoredSet describeSet(const embed::EmbeddingSet& set) {
    ScoredSet result;
    result.name = set.datasetName;
    result.root = set.datasetRoot;
    result.classNames = set.classNames;
    result.paths = set.paths;
    result.trueLabels = set.labels;
    for (const embed::UnreadableFile& file : set.unreadable)
        result.unreadable.emplace_back(file.path, file.reason);
    result.trueLabels.resize(set.size(), -1);
    result.paths.resize(set.size());
    return result;
}

std::vector<std::int32_t> rowArgmax(const Matrix& matrix) {
    std::vector<std::int32_t> best(matrix.rows());
    for (std::size_t i = 0; i < matrix.rows(); ++i) {
        const auto row = matrix.row(i);
        best[i] = static_cast<std::int32_t>(std::ranges::max_element(row) - row.begin());
    }
    return best;
}

double accuracy(const std::vector<std::int32_t>& predicted, const std::vector<std::int32_t>& labels) {
    std::size_t counted = 0;
    std::size_t right = 0;
    for (std::size_t i = 0; i < std::min(predicted.size(), labels.size()); ++i) {
        if (labels[i] < 0) continue;
        ++counted;
        if (predicted[i] == labels[i]) ++right;
    }
    return counted == 0 ? -1 : static_cast<double>(right) / static_cast<double>(counted);
}

std::vector<std::int32_t> mapLabels(const std::vector<std::int32_t>& labels, const std::vector<std::string>& from,
                                    const std::vector<std::string>& to) {
    std::unordered_map<std::string_view, std::int32_t> index;
    for (std::size_t i = 0; i < to.size(); ++i)
        index.emplace(to[i], static_cast<std::int32_t>(i));
    std::vector<std::int32_t> map(from.size(), -1);
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (const auto found = index.find(from[i]); found != index.end()) map[i] = found->second;
    }
    std::vector<std::int32_t> mapped(labels.size(), -1);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto label = static_cast<std::size_t>(labels[i]);
        if (labels[i] >= 0 && label < map.size()) mapped[i] = map[label];
    }
    return mapped;
}

Result<std::vector<DetectorResult>> measure(const ScoredSet& idTest, const std::vector<ScoredSet>& oodSets,
                                            const std::vector<std::string>& detectorKeys,
                                            ood::FprConvention convention) {
    std::vector<DetectorResult> results;
    for (std::size_t d = 0; d < detectorKeys.size(); ++d) {
        for (const ScoredSet& ood : oodSets) {
            const auto name = [&](const Error& error) {
                return detectorKeys[d] + " on " + ood.name + ": " + error.message;
            };
            auto metrics = ood::computeMetrics(idTest.scores[d], ood.scores[d], convention);
            if (!metrics) return fail(metrics.error().code, name(metrics.error()));
            auto interval = ood::aurocInterval(idTest.scores[d], ood.scores[d]);
            if (!interval) return fail(interval.error().code, name(interval.error()));
            results.push_back(DetectorResult{detectorKeys[d], ood.name, *metrics, interval->low, interval->high});
        }
    }
    return results;
}

}  // namespace oodscope::experiment
