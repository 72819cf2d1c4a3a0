// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/library_model.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QStringList>
#include <algorithm>
#include <array>
#include <utility>

#include "ui/models/number_text.h"

namespace oodscope::ui {
namespace {

using workspace::Artefact;
using workspace::ArtefactKind;

constexpr std::array kSections{ArtefactKind::Evaluation, ArtefactKind::Dataset, ArtefactKind::Model,
                               ArtefactKind::Embedding, ArtefactKind::Probe};

QString sectionTitle(ArtefactKind kind) {
    switch (kind) {
        case ArtefactKind::Dataset:
            return LibraryModel::tr("Data sets");
        case ArtefactKind::Model:
            return LibraryModel::tr("Models");
        case ArtefactKind::Embedding:
            return LibraryModel::tr("Embeddings");
        case ArtefactKind::Probe:
            return LibraryModel::tr("Probes");
        case ArtefactKind::Evaluation:
            return LibraryModel::tr("Runs");
    }
    return {};
}

QString sectionHelp(ArtefactKind kind) {
    switch (kind) {
        case ArtefactKind::Dataset:
            return LibraryModel::tr("Image folders that a run has read");
        case ArtefactKind::Model:
            return LibraryModel::tr("Model folders that a run has used");
        case ArtefactKind::Embedding:
            return LibraryModel::tr("Image embeddings; reused by every run that needs them");
        case ArtefactKind::Probe:
            return LibraryModel::tr("Linear probes trained on embeddings");
        case ArtefactKind::Evaluation:
            return LibraryModel::tr("Evaluations; double-click one to open it");
    }
    return {};
}

/// A scalar worth a word in the list; empty for branches, empty text and hashes.
QString shortText(const nlohmann::json& value) {
    if (value.is_number_integer()) return fixedText(value.get<double>(), 0);
    if (value.is_number()) return numberText(value.get<double>());
    if (!value.is_string()) return {};
    const QString text = QString::fromStdString(value.get<std::string>());
    return text.size() <= 24 && !text.contains(QLatin1Char('/')) ? text : QString();
}

/// What the program itself writes beside an artefact, the most telling first; other keys are shown as they are.
constexpr std::pair<const char*, const char*> kDetails[] = {
    {"probe_accuracy", QT_TRANSLATE_NOOP("Artefact", "probe accuracy")},
    {"zero_shot_accuracy", QT_TRANSLATE_NOOP("Artefact", "zero-shot accuracy")},
    {"accuracy", QT_TRANSLATE_NOOP("Artefact", "accuracy")},
    {"images", QT_TRANSLATE_NOOP("Artefact", "images")},
    {"classes", QT_TRANSLATE_NOOP("Artefact", "classes")},
    {"labels", QT_TRANSLATE_NOOP("Artefact", "labels")},
    {"model", QT_TRANSLATE_NOOP("Artefact", "model")},
    {"architecture", QT_TRANSLATE_NOOP("Artefact", "architecture")},
    {"image_size", QT_TRANSLATE_NOOP("Artefact", "image size")},
    {"parameters", QT_TRANSLATE_NOOP("Artefact", "parameters")},
    {"skipped_files", QT_TRANSLATE_NOOP("Artefact", "skipped files")},
    {"unreadable", QT_TRANSLATE_NOOP("Artefact", "unreadable")},
    {"width", QT_TRANSLATE_NOOP("Artefact", "width")},
    {"projected_width", QT_TRANSLATE_NOOP("Artefact", "projected width")},
};

QString detailText(const std::string& key, const nlohmann::json& value) {
    const bool nothing = (key == "classes" || key == "skipped_files" || key == "unreadable") && value == 0;
    if (nothing) return {};
    if (!value.is_number_float() || !key.ends_with("accuracy")) return shortText(value);
    return percentText(value.get<double>(), 1);
}

bool sameArtefact(const Artefact& a, const Artefact& b) {
    return a.key == b.key && a.title == b.title && a.path == b.path && a.createdMs == b.createdMs &&
           a.details == b.details;
}

auto findKey(std::vector<Artefact>& artefacts, const std::string& key) {
    return std::find_if(artefacts.begin(), artefacts.end(), [&](const Artefact& a) { return a.key == key; });
}

QString dateText(qint64 ms) {
    const QDateTime when = QDateTime::fromMSecsSinceEpoch(ms);
    const QDate today = QDate::currentDate();
    if (when.date() == today) return LibraryModel::tr("today %1").arg(when.toString(QStringLiteral("HH:mm")));
    if (when.date() == today.addDays(-1)) {
        return LibraryModel::tr("yesterday %1").arg(when.toString(QStringLiteral("HH:mm")));
    }
    return when.toString(QStringLiteral("yyyy-MM-dd HH:mm"));
}

}  // namespace

QString artefactSummary(const Artefact& artefact) {
    constexpr qsizetype kMost = 4;
    if (!artefact.details.is_object()) return {};
    nlohmann::json others = artefact.details;
    QStringList parts;
    const auto add = [&](const QString& name, const std::string& key, const nlohmann::json& value) {
        const QString text = detailText(key, value);
        if (!text.isEmpty() && parts.size() < kMost) parts << QStringLiteral("%1 %2").arg(name, text);
    };
    for (const auto& [key, name] : kDetails) {
        if (!others.contains(key)) continue;
        add(QCoreApplication::translate("Artefact", name), key, others[key]);
        others.erase(key);
    }
    for (const auto& item : others.items())
        add(QString::fromStdString(item.key()).replace(QLatin1Char('_'), QLatin1Char(' ')), item.key(), item.value());
    return parts.join(QStringLiteral(" · "));
}

LibraryModel::LibraryModel(QObject* parent) : QAbstractItemModel(parent) {
    for (const auto kind : kSections)
        m_sections.push_back({kind, {}});
}

void LibraryModel::setArtefacts(ArtefactKind kind, std::vector<Artefact> artefacts) {
    const QModelIndex parent = sectionIndex(kind);
    if (!parent.isValid()) return;
    auto& shown = m_sections[static_cast<std::size_t>(parent.row())].artefacts;
    for (int i = static_cast<int>(shown.size()) - 1; i >= 0; --i) {
        if (findKey(artefacts, shown[static_cast<std::size_t>(i)].key) != artefacts.end()) continue;
        beginRemoveRows(parent, i, i);
        shown.erase(shown.begin() + i);
        endRemoveRows();
    }
    for (int i = 0; i < static_cast<int>(artefacts.size()); ++i) {
        auto& artefact = artefacts[static_cast<std::size_t>(i)];
        const int old = static_cast<int>(findKey(shown, artefact.key) - shown.begin());
        if (old == static_cast<int>(shown.size())) {
            beginInsertRows(parent, i, i);
            shown.insert(shown.begin() + i, std::move(artefact));
            endInsertRows();
            continue;
        }
        if (old != i) {
            beginMoveRows(parent, old, old, parent, i);
            std::rotate(shown.begin() + i, shown.begin() + old, shown.begin() + old + 1);
            endMoveRows();
        }
        if (sameArtefact(shown[static_cast<std::size_t>(i)], artefact)) continue;
        shown[static_cast<std::size_t>(i)] = std::move(artefact);
        Q_EMIT dataChanged(index(i, 0, parent), index(i, Columns - 1, parent));
    }
    Q_EMIT dataChanged(parent, parent.siblingAtColumn(Columns - 1));  // the section tells how many it has
}

Status LibraryModel::refresh(const workspace::Workspace& workspace) {
    Status status;
    for (const auto kind : kSections) {
        auto artefacts = workspace.list(kind);
        if (artefacts) {
            setArtefacts(kind, std::move(*artefacts));
        } else if (status) {
            status = failFrom(artefacts);
        }
    }
    return status;
}

void LibraryModel::clear() {
    for (const auto kind : kSections)
        setArtefacts(kind, {});
}

bool LibraryModel::isEmpty() const {
    return std::all_of(m_sections.begin(), m_sections.end(), [](const Section& s) { return s.artefacts.empty(); });
}

QModelIndex LibraryModel::sectionIndex(ArtefactKind kind) const {
    const auto found = std::find(kSections.begin(), kSections.end(), kind);
    return found == kSections.end() ? QModelIndex() : index(static_cast<int>(found - kSections.begin()), 0);
}

QModelIndex LibraryModel::indexOf(ArtefactKind kind, const QString& key) const {
    const QModelIndex section = sectionIndex(kind);
    for (int row = 0; row < rowCount(section); ++row) {
        const QModelIndex child = index(row, 0, section);
        if (child.data(KeyRole).toString() == key) return child;
    }
    return {};
}

const Artefact* LibraryModel::artefact(const QModelIndex& index) const {
    if (!index.isValid() || index.model() != this || index.internalId() == 0) return nullptr;
    const auto& artefacts = m_sections[index.internalId() - 1].artefacts;
    return index.row() < static_cast<int>(artefacts.size()) ? &artefacts[static_cast<std::size_t>(index.row())]
                                                            : nullptr;
}

QModelIndex LibraryModel::index(int row, int column, const QModelIndex& parent) const {
    if (row < 0 || row >= rowCount(parent) || column < 0 || column >= Columns) return {};
    // 0 for a section, else 1 + the section's row.
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : 0);
}

QModelIndex LibraryModel::parent(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == 0) return {};
    return createIndex(static_cast<int>(index.internalId()) - 1, 0, quintptr{0});
}

int LibraryModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) return static_cast<int>(m_sections.size());
    if (parent.internalId() != 0 || parent.column() != 0) return 0;
    return static_cast<int>(m_sections[static_cast<std::size_t>(parent.row())].artefacts.size());
}

int LibraryModel::columnCount(const QModelIndex&) const {
    return Columns;
}

QVariant LibraryModel::sectionData(const Section& section, int column, int role) const {
    switch (role) {
        case Qt::DisplayRole:
        case SortRole:
            if (column != Title) return {};
            return section.artefacts.empty()
                       ? sectionTitle(section.kind)
                       : tr("%1 (%2)").arg(sectionTitle(section.kind), countText(section.artefacts.size()));
        case Qt::ToolTipRole:
            return sectionHelp(section.kind);
        case KindRole:
            return static_cast<int>(section.kind);
        case IsSectionRole:
            return true;
        default:
            return {};
    }
}

QVariant LibraryModel::artefactData(const Artefact& artefact, int column, int role) const {
    const QString title = QString::fromStdString(artefact.title.empty() ? artefact.key : artefact.title);
    const QString path = QString::fromStdString(artefact.path.string());
    switch (role) {
        case Qt::DisplayRole:
            return column == Title     ? title
                   : column == Details ? artefactSummary(artefact)
                                       : dateText(artefact.createdMs);
        case Qt::ToolTipRole: {
            QStringList lines{title, artefactSummary(artefact), path, dateText(artefact.createdMs)};
            lines.removeAll(QString());
            return lines.join(QLatin1Char('\n'));
        }
        case KindRole:
            return static_cast<int>(artefact.kind);
        case KeyRole:
            return QString::fromStdString(artefact.key);
        case PathRole:
            return path;
        case IsSectionRole:
            return false;
        case SortRole:
            return column == Created ? QVariant(qlonglong{artefact.createdMs})
                                     : QVariant(column == Title ? title : artefactSummary(artefact));
        default:
            return {};
    }
}

QVariant LibraryModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.column() >= Columns) return {};
    if (const auto* found = artefact(index)) return artefactData(*found, index.column(), role);
    if (index.internalId() != 0 || index.row() >= static_cast<int>(m_sections.size())) return {};
    return sectionData(m_sections[static_cast<std::size_t>(index.row())], index.column(), role);
}

QVariant LibraryModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Title:
            return tr("Name");
        case Details:
            return tr("Details");
        case Created:
            return tr("Created");
        default:
            return {};
    }
}

}  // namespace oodscope::ui
