// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/scoring.h"

#include <algorithm>
#include <unordered_map>

#include "core/data/pixel_array.h"

namespace oodscope::experiment {
namespace {

std::string_view withoutPrefix(std::string_view key) {
    return isZeroShot(key) ? key.substr(kZeroShotPrefix.size()) : key;
}

ood::DetectorInput inputFor(std::string_view key, const ood::Detector& detector, const ScoringInput& input) {
    ood::DetectorInput detectorInput;
    const bool cosines = isZeroShot(key) || detector.info().needs.text;
    detectorInput.logits = cosines ? input.zeroShotLogits : input.probeLogits;
    detectorInput.features = input.features;
    detectorInput.projected = input.projected;
    detectorInput.head = input.head;
    detectorInput.text = input.text;
    return detectorInput;
}

Status checkAvailable(const std::string& key, const ood::DetectorInfo& info, const Available& available) {
    const bool cosines = isZeroShot(key) || info.needs.text;
    if (info.needs.logits && cosines && !available.zeroShot)
        return fail(ErrorCode::InvalidArgument, key + ": needs a model with a text tower and projected embeddings");
    if (info.needs.head && !available.probe)
        return fail(ErrorCode::InvalidArgument, key + ": needs a probe: it works on the weights of its linear head");
    if (info.needs.head && isZeroShot(key))
        return fail(ErrorCode::InvalidArgument,
                    key + ": works on the linear head of a probe, not on cosines; use " + std::string(info.key));
    if (info.needs.logits && !cosines && !available.probe)
        return fail(ErrorCode::InvalidArgument,
                    key + ": needs a probe; without one use " + std::string(kZeroShotPrefix) + key);
    if (info.key == "neglabel" && !available.negativeWords)
        return fail(ErrorCode::InvalidArgument, key + ": needs a list of negative words (--negative-words)");
    return {};
}

}  // namespace

const ood::DetectorInfo* detectorOf(std::string_view key) {
    return ood::findDetector(withoutPrefix(key));
}

Result<DetectorBank> DetectorBank::make(const std::vector<std::string>& keys, const Available& available) {
    DetectorBank bank;
    for (const std::string& key : keys) {
        if (std::ranges::find(bank.m_keys, key) != bank.m_keys.end()) continue;
        auto detector = ood::makeDetector(withoutPrefix(key));
        if (!detector) return failFrom(detector);
        if (auto good = checkAvailable(key, (*detector)->info(), available); !good) return failFrom(good);
        bank.m_keys.push_back(key);
        bank.m_detectors.push_back(std::move(*detector));
    }
    return bank;
}

bool DetectorBank::needsFit() const {
    return std::ranges::any_of(m_detectors, [](const auto& detector) { return detector->info().needsFit; });
}

bool DetectorBank::needsLabels() const {
    return std::ranges::any_of(m_detectors, [](const auto& detector) { return detector->info().needs.labels; });
}

Status DetectorBank::fit(const ScoringInput& train, const std::vector<std::int32_t>& labels) {
    for (std::size_t i = 0; i < m_detectors.size(); ++i) {
        if (!m_detectors[i]->info().needsFit) continue;
        ood::DetectorInput input = inputFor(m_keys[i], *m_detectors[i], train);
        input.labels = labels;
        if (auto fitted = m_detectors[i]->fit(input); !fitted) return fitted;
    }
    return {};
}

Result<std::vector<std::vector<double>>> DetectorBank::score(const ScoringInput& input) const {
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < m_detectors.size(); ++i) {
        auto scores = m_detectors[i]->score(inputFor(m_keys[i], *m_detectors[i], input));
        if (!scores) return failFrom(scores);
        rows.push_back(std::move(*scores));
    }
    return rows;
}

nlohmann::json DetectorBank::describe() const {
    auto json = nlohmann::json::object();
    for (std::size_t i = 0; i < m_detectors.size(); ++i) {
        const ood::Detector& detector = *m_detectors[i];
        nlohmann::json& entry = json[m_keys[i]];
        entry = {{"formula", detector.info().formula}, {"source", detector.info().source}};
        for (const auto& [option, value] : detector.options().values())
            entry["options"][option] = value;
        if (const std::string note = detector.note(); !note.empty()) entry["note"] = note;
    }
    return json;
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

Matrix rowSlice(const Matrix& matrix, std::size_t first, std::size_t count) {
    return Matrix::share(count, matrix.cols(), {matrix.storage(), matrix.data() + first * matrix.cols()});
}

std::vector<std::vector<std::size_t>> labelConfusion(const std::vector<std::int32_t>& trueLabels,
                                                     const std::vector<std::int32_t>& given, std::size_t trueCount,
                                                     std::size_t givenCount) {
    std::vector<std::vector<std::size_t>> counts(trueCount, std::vector<std::size_t>(givenCount));
    for (std::size_t i = 0; i < std::min(trueLabels.size(), given.size()); ++i) {
        if (trueLabels[i] >= 0) ++counts[static_cast<std::size_t>(trueLabels[i])][static_cast<std::size_t>(given[i])];
    }
    return counts;
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
    const bool numbered = from == data::numberNames(static_cast<std::int64_t>(from.size()) - 1);
    std::vector<std::int32_t> map(from.size(), -1);
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (numbered && i < to.size()) map[i] = static_cast<std::int32_t>(i);
        if (const auto found = index.find(from[i]); found != index.end()) map[i] = found->second;
    }
    std::vector<std::int32_t> mapped(labels.size(), -1);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto label = static_cast<std::size_t>(labels[i]);
        if (labels[i] >= 0 && label < map.size()) mapped[i] = map[label];
    }
    return mapped;
}

}  // namespace oodscope::experiment
