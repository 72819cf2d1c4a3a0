// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QString>
#include <vector>

#include "core/workspace/workspace.h"

namespace oodscope::ui {

/// What the workspace holds: a section for each kind of artefact, the artefacts below. A refresh changes only the rows
/// that differ, so that views keep what is expanded and selected.
class LibraryModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Title, Details, Created, Columns };
    enum Role {
        KindRole = Qt::UserRole,  // int of workspace::ArtefactKind, for sections too
        KeyRole,                  // QString; empty for a section
        PathRole,                 // QString
        IsSectionRole,            // bool
        SortRole,                 // ms since 1970 in Created, text elsewhere
    };

    explicit LibraryModel(QObject* parent = nullptr);

    /// Newest first, as Workspace::list gives them.
    void setArtefacts(workspace::ArtefactKind kind, std::vector<workspace::Artefact> artefacts);
    /// Lists all kinds anew; the first error, and the sections that could be read are filled all the same.
    Status refresh(const workspace::Workspace& workspace);
    void clear();

    const workspace::Artefact* artefact(const QModelIndex& index) const;  // null for sections and out of range
    QModelIndex indexOf(workspace::ArtefactKind kind, const QString& key) const;
    QModelIndex sectionIndex(workspace::ArtefactKind kind) const;
    bool isEmpty() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Section {
        workspace::ArtefactKind kind;
        std::vector<workspace::Artefact> artefacts;
    };
    QVariant sectionData(const Section& section, int column, int role) const;
    QVariant artefactData(const workspace::Artefact& artefact, int column, int role) const;

    std::vector<Section> m_sections;
};

/// "1,200 images, 12 classes" from the details of an artefact; empty where it tells nothing.
QString artefactSummary(const workspace::Artefact& artefact);

}  // namespace oodscope::ui
