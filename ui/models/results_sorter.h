// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>

namespace oodscope::ui {

/// Sorts a ResultsModel by its figures, within each level. Whatever the order, the mean over classes stays the first of
/// its classes, means over sets stay below the results, and rows without the figure come last.
class ResultsSorter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit ResultsSorter(QObject* parent = nullptr);

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
};

}  // namespace oodscope::ui
