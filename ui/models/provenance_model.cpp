// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/provenance_model.h"

#include <vector>

#include "ui/models/number_text.h"

namespace oodscope::ui {
namespace {

constexpr int kMaxDepth = 32;           // JSON from a file may nest as deep as it likes
constexpr std::size_t kMaxList = 1000;  // entries of a list that are shown one by one

QString scalarText(const nlohmann::json& json) {
    if (json.is_string()) return QString::fromStdString(json.get<std::string>());
    if (json.is_number_float()) return exactText(json.get<double>());
    return QString::fromStdString(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

struct ProvenanceModel::Node {
    Node* parent = nullptr;
    int row = 0;
    QString name, value;
    std::vector<std::unique_ptr<Node>> children;

    Node& add(QString childName) {
        auto child = std::make_unique<Node>();
        child->parent = this;
        child->row = static_cast<int>(children.size());
        child->name = std::move(childName);
        children.push_back(std::move(child));
        return *children.back();
    }
};

ProvenanceModel::ProvenanceModel(QObject* parent) : QAbstractItemModel(parent), m_root(std::make_unique<Node>()) {}
ProvenanceModel::~ProvenanceModel() = default;

void ProvenanceModel::setJson(const nlohmann::json& json) {
    beginResetModel();
    m_root = std::make_unique<Node>();
    if (json.is_structured()) {
        addChildren(*m_root, json, 0);
    } else if (!json.is_null()) {
        m_root->add(tr("Value")).value = scalarText(json);
    }
    endResetModel();
}

void ProvenanceModel::addChildren(Node& parent, const nlohmann::json& json, int depth) {
    std::size_t i = 0;
    for (const auto& item : json.items()) {
        if (json.is_array() && i++ == kMaxList) {
            parent.add(tr("…")).value = tr("%n more", nullptr, static_cast<int>(json.size() - kMaxList));
            return;
        }
        Node& child = parent.add(json.is_array() ? QString::number(i) : QString::fromStdString(item.key()));
        const auto& value = item.value();
        if (!value.is_structured()) {
            child.value = scalarText(value);
            continue;
        }
        // Below the last level only their number: writing them out would recurse as deep as the file nests.
        if (value.is_array() || depth == kMaxDepth)
            child.value = tr("%n entries", nullptr, static_cast<int>(value.size()));
        if (depth < kMaxDepth) addChildren(child, value, depth + 1);
    }
}

const ProvenanceModel::Node& ProvenanceModel::node(const QModelIndex& index) const {
    return index.isValid() ? *static_cast<const Node*>(index.internalPointer()) : *m_root;
}

QModelIndex ProvenanceModel::index(int row, int column, const QModelIndex& parent) const {
    if (parent.isValid() && parent.column() != 0) return {};
    const auto& children = node(parent).children;
    if (row < 0 || row >= static_cast<int>(children.size()) || column < 0 || column >= Columns) return {};
    return createIndex(row, column, children[static_cast<std::size_t>(row)].get());
}

QModelIndex ProvenanceModel::parent(const QModelIndex& index) const {
    if (!index.isValid()) return {};
    Node* parent = node(index).parent;
    return parent == m_root.get() ? QModelIndex() : createIndex(parent->row, 0, parent);
}

int ProvenanceModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() && parent.column() != 0 ? 0 : static_cast<int>(node(parent).children.size());
}

int ProvenanceModel::columnCount(const QModelIndex&) const {
    return Columns;
}

QVariant ProvenanceModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) return {};
    return index.column() == Name ? node(index).name : node(index).value;
}

QVariant ProvenanceModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    if (section == Name) return tr("Name");
    return section == Value ? tr("Value") : QVariant();
}

}  // namespace oodscope::ui
