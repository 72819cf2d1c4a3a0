// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <vector>

#include "core/model/model_list.h"

namespace oodscope::ui {

/// The models that the program knows and those that lie on this machine, those that match a search.
class ModelListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, State, Architecture, Width, Parameters, Licence, Source, Columns };
    enum Role {
        SortRole = Qt::UserRole,  // double for figures, text elsewhere
        UsableRole,               // bool
        PathRole,                 // QString; empty: not on this machine
        NameRole,                 // QString, of the registry where it knows the model
        ReasonRole,               // QString: why it does not fit, where to get it, what to know of it
    };

    explicit ModelListModel(QObject* parent = nullptr);

    /// What to know about a model that is "less checked".
    static QString lessCheckedText();

    void setModels(std::vector<model::ListedModel> models);
    void setSearch(const QString& search);
    int shownCount() const { return static_cast<int>(m_shown.size()); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void select();
    QString text(const model::ListedModel& listed, int column) const;
    QVariant sortKey(const model::ListedModel& listed, int column) const;
    QString reason(const model::ListedModel& listed) const;

    std::vector<model::ListedModel> m_models;
    std::vector<std::size_t> m_shown;  // into m_models
    QString m_search;
};

}  // namespace oodscope::ui
