// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QThreadPool>
#include <QTimer>
#include <memory>
#include <stop_token>
#include <vector>

#include "ui/models/evaluation_context.h"
#include "ui/models/image_candidates.h"

namespace oodscope::ui {

/// The images of the context's evaluation that pass its filter, sorted. A vector of references over the evaluation, so
/// a million images cost eight bytes each. New filters over many images are worked out on a thread; a threshold that is
/// being dragged is followed at most every few milliseconds and keeps the rows that stay.
class ImageListModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        ImageRefRole = Qt::UserRole,  // ImageRef
        PathRole,                     // file, absolute
        RelativePathRole,
        SetNameRole,
        VerdictRole,  // int of Verdict
        ScoreRole,    // double; invalid: none
        TrueClassRole,
        PseudoClassRole,
        PredictedClassRole,
    };
    /// Above this many images a query runs on a thread.
    static constexpr std::size_t kSynchronousLimit = 50'000;

    explicit ImageListModel(EvaluationContext* context, QObject* parent = nullptr);
    ~ImageListModel() override;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

    ImageRef imageAt(int row) const;  // invalid: out of range
    int rowOf(ImageRef image) const;  // -1: not shown
    const std::vector<ImageRef>& images() const { return m_rows; }

    ImageSort sortKey() const { return m_sort; }
    bool isDescending() const { return m_descending; }
    void setSort(ImageSort key, bool descending);

    bool isBusy() const { return m_busy; }
    /// Of the images that pass everything but the filter's verdicts.
    const VerdictCounts& counts() const { return m_counts; }
    /// All images that could be shown without any filter.
    std::size_t totalCount() const { return m_total; }

Q_SIGNALS:
    void busyChanged(bool busy);
    void countsChanged();

private:
    void onEvaluationChanged();
    void onFilterChanged();
    void requery();
    void adopt(ImageCandidates candidates);
    void refreshRows(bool reset);
    void replaceRows(std::vector<ImageRef> rows);
    void permuteRows(std::vector<ImageRef> rows);
    void setBusy(bool busy);
    ImageQuery query() const;

    EvaluationContext* m_context;
    experiment::EvaluationPtr m_evaluation;  // the one m_rows point into
    std::vector<ImageRef> m_rows;
    ImageCandidates m_candidates;
    ImageQuery m_query;  // the one m_candidates are made with
    ImageSort m_sort = ImageSort::Score;
    bool m_descending = false;
    VerdictCounts m_counts;
    std::size_t m_total = 0;
    bool m_busy = false;
    int m_generation = 0;
    std::stop_source m_stop;
    QTimer m_thresholdTimer;
    QThreadPool m_pool;
};

}  // namespace oodscope::ui
