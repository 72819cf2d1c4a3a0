// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/evaluation_context.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace oodscope::ui {

const experiment::ScoredSet* scoredSet(const experiment::Evaluation& evaluation, int set) {
    if (set == kTrainSet) return &evaluation.train;
    if (set == kIdTestSet) return &evaluation.idTest;
    const int ood = set - kFirstOodSet;
    return ood >= 0 && ood < static_cast<int>(evaluation.ood.size()) ? &evaluation.ood[ood] : nullptr;
}

int setCount(const experiment::Evaluation& evaluation) {
    return kFirstOodSet + static_cast<int>(evaluation.ood.size());
}

std::span<const double> setScores(const experiment::Evaluation& evaluation, int set, int detector) {
    const auto* scored = scoredSet(evaluation, set);
    if (!scored || detector < 0 || detector >= static_cast<int>(scored->scores.size())) return {};
    const auto& scores = scored->scores[detector];
    return scores.size() == scored->size() ? std::span<const double>(scores) : std::span<const double>();
}

Verdict verdictOf(int set, double score, double threshold) {
    if (set < kIdTestSet || std::isnan(score)) return Verdict::None;
    const bool accepted = score >= threshold;
    if (set == kIdTestSet) return accepted ? Verdict::TrueAccept : Verdict::FalseReject;
    return accepted ? Verdict::FalseAccept : Verdict::TrueReject;
}

EvaluationContext::EvaluationContext(QObject* parent) : QObject(parent) {}

std::optional<double> EvaluationContext::score(ImageRef image) const {
    if (!m_evaluation || !image.isValid()) return std::nullopt;
    const auto scores = setScores(*m_evaluation, image.set, m_detector);
    if (image.row >= static_cast<int>(scores.size()) || std::isnan(scores[image.row])) return std::nullopt;
    return scores[image.row];
}

Verdict EvaluationContext::verdict(ImageRef image) const {
    const auto value = score(image);
    return value ? verdictOf(image.set, *value, m_threshold) : Verdict::None;
}

QString EvaluationContext::filePath(ImageRef image) const {
    const auto* set = m_evaluation ? scoredSet(*m_evaluation, image.set) : nullptr;
    if (!set || image.row < 0 || image.row >= static_cast<int>(set->size())) return {};
    return QString::fromStdString((set->root / set->paths[image.row]).string());
}

bool EvaluationContext::isCompared(int set) const {
    if (!m_evaluation || !scoredSet(*m_evaluation, set) || set == kTrainSet) return false;
    return set == kIdTestSet || m_oodSet < 0 || set == m_oodSet;
}

const std::vector<std::vector<double>>& EvaluationContext::sortedOfDetector() const {
    static const std::vector<std::vector<double>> kNone;
    if (!m_evaluation || m_detector < 0) return kNone;
    auto& sorted = m_sorted[m_detector];
    if (!sorted.empty()) return sorted;
    for (int set = 0; set < setCount(*m_evaluation); ++set) {
        const auto scores = setScores(*m_evaluation, set, m_detector);
        std::vector<double> values;
        values.reserve(scores.size());
        std::copy_if(scores.begin(), scores.end(), std::back_inserter(values), [](double s) { return !std::isnan(s); });
        std::sort(values.begin(), values.end());
        sorted.push_back(std::move(values));
    }
    return sorted;
}

std::span<const double> EvaluationContext::sortedScores(int set) const {
    const auto& sorted = sortedOfDetector();
    if (set < 0 || set >= static_cast<int>(sorted.size())) return {};
    return sorted[set];
}

ood::ThresholdCounts EvaluationContext::counts() const {
    return countsAt(m_threshold);
}

ood::ThresholdCounts EvaluationContext::countsAt(double threshold) const {
    ood::ThresholdCounts counts;
    const int sets = static_cast<int>(sortedOfDetector().size());
    for (int set = kIdTestSet; set < sets; ++set) {
        if (!isCompared(set)) continue;
        const auto scores = sortedScores(set);
        const std::size_t rejected = std::lower_bound(scores.begin(), scores.end(), threshold) - scores.begin();
        (set == kIdTestSet ? counts.falseRejects : counts.trueRejects) += rejected;
        (set == kIdTestSet ? counts.trueAccepts : counts.falseAccepts) += scores.size() - rejected;
    }
    return counts;
}

double EvaluationContext::threshold95() const {
    const auto scores = sortedScores(kIdTestSet);
    if (scores.empty()) return 0;
    const std::size_t accepted = (95 * scores.size() + 99) / 100;  // ⌈0.95 n⌉ without rounding
    return scores[scores.size() - accepted];
}

void EvaluationContext::setEvaluation(const experiment::EvaluationPtr& evaluation) {
    if (evaluation == m_evaluation) return;
    const auto before = std::make_tuple(m_detector, m_oodSet, m_threshold, m_filter, m_current);
    const auto previous = std::exchange(m_evaluation, evaluation);  // kept alive while the panels change over
    m_sorted.assign(evaluation ? evaluation->detectorKeys.size() : 0, {});
    m_detector = m_sorted.empty() ? -1 : 0;
    m_oodSet = -1;
    m_filter = {};
    m_current = {};
    m_threshold = threshold95();
    Q_EMIT evaluationChanged();
    if (m_evaluation != evaluation) return;  // a listener has set another one
    if (std::get<0>(before) != m_detector) Q_EMIT detectorChanged();
    if (std::get<1>(before) != m_oodSet) Q_EMIT oodSetChanged();
    if (std::get<2>(before) != m_threshold) Q_EMIT thresholdChanged(m_threshold);
    if (std::get<3>(before) != m_filter) Q_EMIT filterChanged();
    if (std::get<4>(before) != m_current) Q_EMIT currentImageChanged();
}

void EvaluationContext::setDetector(int index) {
    if (!m_evaluation || index == m_detector || index < 0 || index >= static_cast<int>(m_sorted.size())) return;
    m_detector = index;
    const double threshold = threshold95();
    const bool moved = threshold != std::exchange(m_threshold, threshold);
    Q_EMIT detectorChanged();
    if (moved && m_threshold == threshold) Q_EMIT thresholdChanged(threshold);
}

void EvaluationContext::setOodSet(int set) {
    if (!m_evaluation || set == m_oodSet) return;
    if (set != -1 && (set < kFirstOodSet || !scoredSet(*m_evaluation, set))) return;
    m_oodSet = set;
    Q_EMIT oodSetChanged();
}

void EvaluationContext::setThreshold(double threshold) {
    if (std::isnan(threshold) || threshold == m_threshold) return;
    m_threshold = threshold;
    Q_EMIT thresholdChanged(threshold);
}

void EvaluationContext::setFilter(const ImageFilter& filter) {
    if (filter == m_filter) return;
    m_filter = filter;
    Q_EMIT filterChanged();
}

void EvaluationContext::setCurrentImage(ImageRef image) {
    const auto* set = m_evaluation ? scoredSet(*m_evaluation, image.set) : nullptr;
    if (!set || image.row < 0 || image.row >= static_cast<int>(set->size())) image = {};
    if (image == m_current) return;
    m_current = image;
    Q_EMIT currentImageChanged();
}

}  // namespace oodscope::ui
