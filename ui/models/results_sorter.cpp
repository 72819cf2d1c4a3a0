// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/results_sorter.h"

#include "ui/models/results_model.h"

namespace oodscope::ui {
namespace {

/// Rows of a lower rank come first in either order.
int rankOf(const QModelIndex& index) {
    switch (index.data(ResultsModel::KindRole).toInt()) {
        case ResultsModel::ClassMean:
            return 0;
        case ResultsModel::SetMean:
            return 3;
        default:
            return index.data(ResultsModel::SortRole).isValid() ? 1 : 2;
    }
}

}  // namespace

ResultsSorter::ResultsSorter(QObject* parent) : QSortFilterProxyModel(parent) {}

bool ResultsSorter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    const int a = rankOf(left);
    const int b = rankOf(right);
    if (a != b) return (a < b) == (sortOrder() == Qt::AscendingOrder);
    const QVariant x = left.data(ResultsModel::SortRole);
    const QVariant y = right.data(ResultsModel::SortRole);
    if (x.typeId() == QMetaType::QString) return QString::localeAwareCompare(x.toString(), y.toString()) < 0;
    return x.toDouble() < y.toDouble();
}

}  // namespace oodscope::ui
