// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QString>
#include <memory>
#include <nlohmann/json.hpp>

namespace oodscope::ui {

/// A JSON value as a tree of names and values: where a number came from.
class ProvenanceModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Name, Value, Columns };

    explicit ProvenanceModel(QObject* parent = nullptr);
    ~ProvenanceModel() override;

    /// Objects and arrays become branches; anything else at the top becomes one row.
    void setJson(const nlohmann::json& json);

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Node;
    const Node& node(const QModelIndex& index) const;
    static void addChildren(Node& parent, const nlohmann::json& json, int depth);

    std::unique_ptr<Node> m_root;
};

}  // namespace oodscope::ui
