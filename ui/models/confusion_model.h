// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <cstdint>
#include <vector>

#include "ui/models/evaluation_context.h"

namespace oodscope::ui {

/// Counts of (class of the image's own folder) × (ID class given by the zero-shot labels or by the probe) over one set.
/// Rectangular where the set has classes of its own, as OOD sets have. Images without either label are left out.
class ConfusionModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum class Columns { PseudoLabel, Predicted };
    enum Role {
        CountRole = Qt::UserRole,  // int
        ShareRole,                 // double, count / row total; 0 for an empty row
        IsMatchRole,               // bool: row and column are the same class
    };

    explicit ConfusionModel(QObject* parent = nullptr);

    /// Empty for a null evaluation, a set out of range, or one without labels.
    void setSource(const experiment::EvaluationPtr& evaluation, int set, Columns columns = Columns::PseudoLabel);
    int set() const { return m_set; }
    Columns columns() const { return m_columns; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    /// Out of range: 0.
    std::uint32_t count(int row, int column) const;
    double share(int row, int column) const;
    std::uint32_t rowTotal(int row) const;
    std::uint32_t total() const { return m_total; }
    std::uint32_t matches() const { return m_matches; }  // where row and column are the same class
    std::uint32_t maxCount() const { return m_max; }
    bool isMatch(int row, int column) const;

    /// The filter that leaves exactly the images of a cell.
    ImageFilter filterFor(int row, int column) const;

private:
    void countPairs(const experiment::ScoredSet& set, const std::vector<std::int32_t>& given);

    experiment::EvaluationPtr m_evaluation;
    int m_set = -1;
    Columns m_columns = Columns::PseudoLabel;
    std::vector<std::uint32_t> m_counts;  // rows × columns
    std::vector<std::uint32_t> m_rowTotals;
    std::vector<int> m_sameAs;  // per row: the column of the same class, or -1
    std::uint32_t m_total = 0, m_matches = 0, m_max = 0;
};

}  // namespace oodscope::ui
