// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_list_model.h"

#include <utility>

#include "ui/models/number_text.h"

namespace oodscope::ui {

namespace {

QString toQString(const std::string& text) {
    return QString::fromStdString(text);
}

double parametersOf(const model::ListedModel& listed) {
    if (listed.usable()) return static_cast<double>(listed.found->info->parameterCount);
    return listed.entry != nullptr ? static_cast<double>(listed.entry->parameters) : 0;
}

int widthOf(const model::ListedModel& listed) {
    if (listed.usable()) return listed.found->info->embeddingWidth;
    return listed.entry != nullptr ? listed.entry->embeddingWidth : 0;
}

QString millionsText(double parameters) {
    const double millions = parameters / 1e6;
    return ModelListModel::tr("%1 M").arg(fixedText(millions, millions < 10 ? 1 : 0));
}

bool isLessChecked(const model::ListedModel& listed) {
    return listed.usable() && listed.found->info->lessChecked;
}

/// Of a column and of its header.
QVariant alignmentOf(int column) {
    const bool figures = column == ModelListModel::Width || column == ModelListModel::Parameters;
    return QVariant::fromValue(Qt::Alignment((figures ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
}

QString sourceOf(const model::ListedModel& listed) {
    if (listed.found) return toQString(listed.found->folder.string());
    const QString repository = toQString(listed.entry->repository);
    const QString file = toQString(listed.entry->file);
    if (repository.isEmpty()) return file;
    return file.isEmpty() ? repository : repository + QStringLiteral(", ") + file;
}

}  // namespace

ModelListModel::ModelListModel(QObject* parent) : QAbstractTableModel(parent) {}

void ModelListModel::setModels(std::vector<model::ListedModel> models) {
    beginResetModel();
    m_models = std::move(models);
    select();
    endResetModel();
}

void ModelListModel::setSearch(const QString& search) {
    if (search == m_search) return;
    beginResetModel();
    m_search = search;
    select();
    endResetModel();
}

void ModelListModel::select() {
    m_shown.clear();
    const std::string search = m_search.toStdString();
    for (std::size_t i = 0; i < m_models.size(); ++i) {
        if (m_models[i].matches(search)) m_shown.push_back(i);
    }
}

int ModelListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : shownCount();
}

int ModelListModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

QString ModelListModel::lessCheckedText() {
    return tr(
        "A TorchScript file, less checked: using it runs the code in the file, and its numbers were compared with "
        "nothing.");
}

QString ModelListModel::reason(const model::ListedModel& listed) const {
    if (listed.usable()) return isLessChecked(listed) ? lessCheckedText() : QString();
    if (listed.found) return toQString(listed.found->problem);
    const QString source = sourceOf(listed);
    if (source.isEmpty()) return tr("Not on this machine. Locate the authors' checkpoint file.");
    return tr("Not on this machine. Get %1, or locate a folder or file that holds it.").arg(source);
}

QString ModelListModel::text(const model::ListedModel& listed, int column) const {
    switch (column) {
        case Name:
            return toQString(listed.name());
        case State:
            if (isLessChecked(listed)) return tr("here, less checked");
            return listed.usable() ? tr("here") : listed.found ? tr("does not fit") : tr("not here");
        case Architecture:
            if (listed.usable()) return toQString(listed.found->info->architecture);
            return listed.entry != nullptr ? toQString(listed.entry->architecture) : QString();
        case Width:
            return widthOf(listed) > 0 ? QString::number(widthOf(listed)) : QString();
        case Parameters:
            return parametersOf(listed) > 0 ? millionsText(parametersOf(listed)) : QString();
        case Licence:
            return listed.entry != nullptr ? toQString(listed.entry->licence) : QString();
        case Source:
            return sourceOf(listed);
        default:
            return {};
    }
}

QVariant ModelListModel::sortKey(const model::ListedModel& listed, int column) const {
    if (column == Width) return double(widthOf(listed));
    if (column == Parameters) return parametersOf(listed);
    if (column == State) return listed.usable() ? 0.0 : listed.found ? 1.0 : 2.0;
    return text(listed, column);
}

QVariant ModelListModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= shownCount() || index.column() >= Columns) return {};
    const model::ListedModel& listed = m_models[m_shown[static_cast<std::size_t>(index.row())]];
    switch (role) {
        case Qt::DisplayRole:
            return text(listed, index.column());
        case Qt::ToolTipRole:
            return listed.usable() && !isLessChecked(listed) ? sourceOf(listed) : reason(listed);
        case Qt::TextAlignmentRole:
            return alignmentOf(index.column());
        case SortRole:
            return sortKey(listed, index.column());
        case UsableRole:
            return listed.usable();
        case PathRole:
            return listed.found ? toQString(listed.found->folder.string()) : QString();
        case NameRole:
            return toQString(listed.name());
        case ReasonRole:
            return reason(listed);
        default:
            return {};
    }
}

QVariant ModelListModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return alignmentOf(section);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Name:
            return tr("Model");
        case State:
            return tr("State");
        case Architecture:
            return tr("Architecture");
        case Width:
            return tr("Width");
        case Parameters:
            return tr("Parameters");
        case Licence:
            return tr("Licence");
        case Source:
            return tr("Where");
        default:
            return {};
    }
}

}  // namespace oodscope::ui
