// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/experiment/evaluation.h"

namespace oodscope::ui {

/// Which set of an evaluation an index means: the ID train set, the ID test set, or ood[i].
constexpr int kTrainSet = 0;
constexpr int kIdTestSet = 1;
constexpr int kFirstOodSet = 2;

const experiment::ScoredSet* scoredSet(const experiment::Evaluation& evaluation, int set);  // null: out of range
int setCount(const experiment::Evaluation& evaluation);  // train, ID test and all OOD sets
/// The scores of one set under one detector; empty where the set was not scored with it.
std::span<const double> setScores(const experiment::Evaluation& evaluation, int set, int detector);

struct ImageRef {
    int set = -1;
    int row = -1;
    bool isValid() const { return set >= 0 && row >= 0; }
    bool operator==(const ImageRef&) const = default;
};

enum class Verdict { TrueAccept, FalseReject, FalseAccept, TrueReject, None };
/// Accept when score ≥ threshold; None for the train set and for a score that is not a number.
Verdict verdictOf(int set, double score, double threshold);

/// What the gallery shows. Empty optionals and vectors do not filter.
struct ImageFilter {
    std::vector<int> sets = {};
    std::vector<Verdict> verdicts = {};   // at the context's threshold
    std::optional<int> trueLabel = {};    // into the set's own classNames
    std::optional<int> pseudoLabel = {};  // into Evaluation::classNames
    std::optional<int> predicted = {};
    std::optional<std::pair<double, double>> scores = {};  // [low, high]
    QString text = {};                                     // part of the path or a class name, ignoring case
    bool operator==(const ImageFilter&) const = default;
};

/// The one piece of state that the docks share: which evaluation, which detector, where the threshold stands, what the
/// gallery is filtered to, which image is current. Lives on the GUI thread.
class EvaluationContext : public QObject {
    Q_OBJECT
public:
    explicit EvaluationContext(QObject* parent = nullptr);

    const experiment::EvaluationPtr& evaluation() const { return m_evaluation; }
    int detector() const { return m_detector; }       // into Evaluation::detectorKeys; -1: none
    int oodSet() const { return m_oodSet; }           // kFirstOodSet + i, or -1: all OOD sets pooled
    double threshold() const { return m_threshold; }  // in units of the detector's score
    const ImageFilter& filter() const { return m_filter; }
    ImageRef currentImage() const { return m_current; }

    /// Verdict of one image at the current threshold; None for the train set.
    Verdict verdict(ImageRef image) const;
    /// Score of one image under the current detector; nullopt where it has none.
    std::optional<double> score(ImageRef image) const;
    /// ID test against the chosen OOD set (or all), at the threshold. O(log n): for each step of a drag.
    ood::ThresholdCounts counts() const;
    ood::ThresholdCounts countsAt(double threshold) const;
    /// The scores of a set under the current detector in rising order, without those that are not numbers.
    std::span<const double> sortedScores(int set) const;
    /// The greatest threshold at which at least 95 % of the ID test images are accepted; 0 where there are no scores.
    double threshold95() const;
    /// Whether `set` is part of what is compared: ID test, and the chosen OOD set or all of them.
    bool isCompared(int set) const;
    /// The file of an image; empty where there is no such image.
    QString filePath(ImageRef image) const;

public Q_SLOTS:
    /// Resets detector, OOD choice, threshold (95 % TPR), filter and current image. evaluationChanged comes first and
    /// stands for all; the other signals follow where their value differs from before.
    void setEvaluation(const oodscope::experiment::EvaluationPtr& evaluation);
    void setDetector(int index);  // puts the threshold at the detector's 95 % TPR
    void setOodSet(int set);
    void setThreshold(double threshold);
    void setFilter(const oodscope::ui::ImageFilter& filter);
    void setCurrentImage(oodscope::ui::ImageRef image);

Q_SIGNALS:
    void evaluationChanged();
    void detectorChanged();
    void oodSetChanged();
    void thresholdChanged(double threshold);
    void filterChanged();
    void currentImageChanged();

private:
    const std::vector<std::vector<double>>& sortedOfDetector() const;

    experiment::EvaluationPtr m_evaluation;
    int m_detector = -1;
    int m_oodSet = -1;
    double m_threshold = 0;
    ImageFilter m_filter;
    ImageRef m_current;
    mutable std::vector<std::vector<std::vector<double>>> m_sorted;  // detector, set; filled when first asked for
};

}  // namespace oodscope::ui
