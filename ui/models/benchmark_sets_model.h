// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QString>

#include "core/experiment/protocol.h"

namespace oodscope::ui {

/// The sets of a benchmark and what was found of each.
class BenchmarkSetsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Set, Use, State, Found, Columns };
    enum Role {
        StateRole = Qt::UserRole,  // int of data::SetReport::State
        SourceRole,                // QString; empty: missing
    };

    explicit BenchmarkSetsModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    void setSets(experiment::LocatedSets sets);
    const experiment::LocatedSets& sets() const { return m_sets; }
    int missingCount() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    static QString textOf(const experiment::LocatedSet& set, int column);
    static QString tipOf(const experiment::LocatedSet& set);

    experiment::LocatedSets m_sets;
};

}  // namespace oodscope::ui
