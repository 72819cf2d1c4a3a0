// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/confusion_model.h"

#include <algorithm>

#include "ui/models/image_info.h"
#include "ui/models/number_text.h"

namespace oodscope::ui {
namespace {

/// Rows that are the ID classes by name, and by position where all names agree in number only (own spelling of
/// folders).
std::vector<int> sameClass(const std::vector<std::string>& rows, const std::vector<std::string>& columns, bool isId) {
    std::vector<int> same(rows.size(), -1);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const auto found = std::find(columns.begin(), columns.end(), rows[r]);
        if (found != columns.end()) same[r] = static_cast<int>(found - columns.begin());
        // Of two classes with one name ("crane" in ImageNet) the one at the same place is meant.
        if (isId && rows.size() == columns.size()) same[r] = static_cast<int>(r);
    }
    return same;
}

}  // namespace

ConfusionModel::ConfusionModel(QObject* parent) : QAbstractTableModel(parent) {}

void ConfusionModel::setSource(const experiment::EvaluationPtr& evaluation, int set, Columns columns) {
    beginResetModel();
    m_evaluation = nullptr;
    m_set = set;
    m_columns = columns;
    m_counts.clear();
    m_rowTotals.clear();
    m_sameAs.clear();
    m_total = m_matches = m_max = 0;
    const auto* scored = evaluation ? scoredSet(*evaluation, set) : nullptr;
    if (scored && !scored->classNames.empty()) {
        const auto& given = columns == Columns::PseudoLabel ? scored->pseudoLabels : scored->predicted;
        if (!given.empty()) {
            m_evaluation = evaluation;
            m_sameAs = sameClass(scored->classNames, evaluation->classNames, set < kFirstOodSet);
            countPairs(*scored, given);
        }
    }
    endResetModel();
}

void ConfusionModel::countPairs(const experiment::ScoredSet& set, const std::vector<std::int32_t>& given) {
    const int rows = static_cast<int>(set.classNames.size());
    const int columns = static_cast<int>(m_evaluation->classNames.size());
    m_counts.assign(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns), 0);
    m_rowTotals.assign(static_cast<std::size_t>(rows), 0);
    for (int i = 0; i < static_cast<int>(set.size()); ++i) {
        const int row = labelAt(set.trueLabels, i), column = labelAt(given, i);
        if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
        auto& cell = m_counts[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                              static_cast<std::size_t>(column)];
        m_max = std::max(m_max, ++cell);
        ++m_rowTotals[static_cast<std::size_t>(row)];
        ++m_total;
        m_matches += isMatch(row, column) ? 1 : 0;
    }
}

int ConfusionModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rowTotals.size());
}

int ConfusionModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() || !m_evaluation ? 0 : static_cast<int>(m_evaluation->classNames.size());
}

std::uint32_t ConfusionModel::count(int row, int column) const {
    if (row < 0 || row >= rowCount() || column < 0 || column >= columnCount()) return 0;
    return m_counts[static_cast<std::size_t>(row) * static_cast<std::size_t>(columnCount()) +
                    static_cast<std::size_t>(column)];
}

std::uint32_t ConfusionModel::rowTotal(int row) const {
    return row < 0 || row >= rowCount() ? 0 : m_rowTotals[static_cast<std::size_t>(row)];
}

double ConfusionModel::share(int row, int column) const {
    const auto total = rowTotal(row);
    return total == 0 ? 0 : static_cast<double>(count(row, column)) / total;
}

bool ConfusionModel::isMatch(int row, int column) const {
    return row >= 0 && row < static_cast<int>(m_sameAs.size()) && m_sameAs[static_cast<std::size_t>(row)] == column;
}

ImageFilter ConfusionModel::filterFor(int row, int column) const {
    ImageFilter filter;
    if (m_set >= 0) filter.sets = {m_set};
    if (row >= 0 && row < rowCount()) filter.trueLabel = row;
    if (column >= 0 && column < columnCount()) {
        (m_columns == Columns::PseudoLabel ? filter.pseudoLabel : filter.predicted) = column;
    }
    return filter;
}

QVariant ConfusionModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount()) return {};
    const int row = index.row(), column = index.column();
    switch (role) {
        case Qt::DisplayRole:
        case CountRole:
            return static_cast<int>(count(row, column));
        case ShareRole:
            return share(row, column);
        case IsMatchRole:
            return isMatch(row, column);
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
        case Qt::ToolTipRole:
            return tr("%1 → %2: %3 of %4 images (%5)")
                .arg(headerData(row, Qt::Vertical).toString(), headerData(column, Qt::Horizontal).toString(),
                     countText(count(row, column)), countText(rowTotal(row)), percentText(share(row, column), 1));
        default:
            return {};
    }
}

QVariant ConfusionModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (!m_evaluation || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) return {};
    const auto& names =
        orientation == Qt::Horizontal ? m_evaluation->classNames : scoredSet(*m_evaluation, m_set)->classNames;
    if (section < 0 || section >= static_cast<int>(names.size())) return {};
    return nameAt(names, section);
}

}  // namespace oodscope::ui
