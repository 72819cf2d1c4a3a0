// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QLocale>
#include <optional>
#include <utility>

#include "core/experiment/evaluation.h"

namespace oodscope::ui {

/// The metrics as a tree: one row for each detector and OOD set, then the means over near, far and all sets. Below a
/// result whose OOD set has several classes: the unweighted mean over these, then each of them. Fractions are shown in
/// percent.
class ResultsModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column {
        Detector,  // of a class its name
        OodSet,
        Auroc,
        Interval,
        Fpr95,
        RealisedTpr,
        AuprIn,
        AuprOut,
        DetectionError,
        Ties,
        IdAccuracy,
        IdCount,
        OodCount,
        Columns
    };
    enum Kind { Pooled, SetMean, ClassMean, OodClass };
    enum Role {
        SortRole = Qt::UserRole,  // double for figures, text for names; invalid where the row has no such figure
        KindRole,                 // Kind
        DetectorIndexRole,        // int, into Evaluation::detectorKeys; -1: unknown
        OodIndexRole,             // int, into Evaluation::ood; -1: unknown, or several
        ClassRole,                // int, into ScoredSet::classNames; -1: not a class
        FailsRole,                // bool: a class that fails as a unit test
        PlainTextRole,            // as shown, but with figures as other programs read them
    };

    explicit ResultsModel(QObject* parent = nullptr);
    void setEvaluation(const experiment::EvaluationPtr& evaluation);
    /// The convention of what is shown; nullopt where there is nothing.
    std::optional<ood::FprConvention> convention() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    /// What a row is of; the pointers that do not belong to its kind are null.
    struct Row {
        Kind kind = Pooled;
        const experiment::DetectorResult* result = nullptr;
        const experiment::GroupResult* group = nullptr;
        const ood::ClassMetrics* one = nullptr;
    };
    Row rowAt(const QModelIndex& index) const;
    int resultCount() const;
    const experiment::ScoredSet* setOf(const experiment::DetectorResult& result) const;
    std::pair<double, double> interval(const Row& row) const;
    QString name(const Row& row) const;
    QString setName(const Row& row) const;
    QVariant figure(const Row& row, int column) const;
    QVariant pooledFigure(const experiment::DetectorResult& result, int column) const;
    QVariant meanFigure(const experiment::GroupResult& group, int column) const;
    QVariant classFigure(const ood::ClassMetrics& one, int column) const;
    QString text(const Row& row, int column, const QLocale& locale = QLocale()) const;
    QString toolTip(const Row& row, int column) const;
    QString help(int column) const;

    experiment::EvaluationPtr m_evaluation;
};

}  // namespace oodscope::ui
