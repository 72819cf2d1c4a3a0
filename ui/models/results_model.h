// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include "core/experiment/evaluation.h"

namespace oodscope::ui {

/// One row for each detector and OOD set: the metrics as a table. Fractions are shown in percent.
class ResultsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Detector,
        OodSet,
        Auroc,
        Interval,
        Fpr95,
        AuprIn,
        AuprOut,
        RealisedTpr,
        Ties,
        IdCount,
        OodCount,
        Columns
    };
    enum Role {
        SortRole = Qt::UserRole,  // double for figures, text for names
        DetectorIndexRole,        // int, into Evaluation::detectorKeys; -1: unknown
        OodIndexRole,             // int, into Evaluation::ood; -1: unknown
    };

    explicit ResultsModel(QObject* parent = nullptr);
    void setEvaluation(const experiment::EvaluationPtr& evaluation);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

private:
    const experiment::DetectorResult& result(int row) const;
    QVariant figure(const experiment::DetectorResult& result, int column) const;
    QString text(const experiment::DetectorResult& result, int column) const;
    QString help(int column) const;

    experiment::EvaluationPtr m_evaluation;
    std::vector<int> m_order;  // into Evaluation::results
};

}  // namespace oodscope::ui
