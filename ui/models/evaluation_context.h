// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <optional>
#include <utility>
#include <vector>

#include "core/experiment/evaluation.h"

namespace oodscope::ui {

/// Which set of an evaluation an index means: the ID train set, the ID test set, or ood[i].
constexpr int kTrainSet = 0;
constexpr int kIdTestSet = 1;
constexpr int kFirstOodSet = 2;

const experiment::ScoredSet* scoredSet(const experiment::Evaluation& evaluation, int set);  // null: out of range

struct ImageRef {
    int set = -1;
    int row = -1;
    bool isValid() const { return set >= 0 && row >= 0; }
    bool operator==(const ImageRef&) const = default;
};

enum class Verdict { TrueAccept, FalseReject, FalseAccept, TrueReject, None };

/// What the gallery shows. Empty optionals and vectors do not filter.
struct ImageFilter {
    std::vector<int> sets;
    std::vector<Verdict> verdicts;              // at the context's threshold
    std::optional<int> trueLabel;               // into the set's own classNames
    std::optional<int> pseudoLabel;             // into Evaluation::classNames
    std::optional<int> predicted;
    std::optional<std::pair<double, double>> scores;  // [low, high]
    QString text;                               // part of the path or a class name, ignoring case
    bool operator==(const ImageFilter&) const = default;
};

/// The one piece of state that the docks share: which evaluation, which detector, where the threshold stands, what the
/// gallery is filtered to, which image is current. Lives on the GUI thread.
class EvaluationContext : public QObject {
    Q_OBJECT
public:
    explicit EvaluationContext(QObject* parent = nullptr);

    const experiment::EvaluationPtr& evaluation() const { return m_evaluation; }
    int detector() const { return m_detector; }          // into Evaluation::detectorKeys; -1: none
    int oodSet() const { return m_oodSet; }               // kFirstOodSet + i, or -1: all OOD sets pooled
    double threshold() const { return m_threshold; }      // in units of the detector's score
    const ImageFilter& filter() const { return m_filter; }
    ImageRef currentImage() const { return m_current; }

    /// Verdict of one image at the current threshold; None for the train set.
    Verdict verdict(ImageRef image) const;
    /// Score of one image under the current detector; nullopt where it has none.
    std::optional<double> score(ImageRef image) const;
    /// ID test against the chosen OOD set (or all), at the threshold.
    ood::ThresholdCounts counts() const;

public Q_SLOTS:
    /// Resets detector, threshold (95 % TPR), filter and current image.
    void setEvaluation(const oodscope::experiment::EvaluationPtr& evaluation);
    void setDetector(int index);   // puts the threshold at the detector's 95 % TPR
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
    experiment::EvaluationPtr m_evaluation;
    int m_detector = -1;
    int m_oodSet = -1;
    double m_threshold = 0;
    ImageFilter m_filter;
    ImageRef m_current;
};

}  // namespace oodscope::ui
