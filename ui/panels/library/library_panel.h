// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "core/workspace/workspace.h"

class QAction;
class QLabel;
class QMenu;
class QStackedWidget;
class QTreeView;

namespace oodscope::ui {

class LibraryModel;
class MessagePage;

/// What the workspace holds. Opening a run is asked for by signal, since it is read on a worker.
class LibraryPanel : public QWidget {
    Q_OBJECT
public:
    explicit LibraryPanel(QWidget* parent = nullptr);

    /// Null: none is open.
    void setWorkspace(std::shared_ptr<workspace::Workspace> workspace);
    LibraryModel* model() const { return m_model; }
    QTreeView* tree() const { return m_tree; }

public Q_SLOTS:
    /// Reads the workspace again; what is expanded and selected stays.
    void refresh();
    /// Marks the run that is open; empty: none.
    void setOpenRun(const QString& id);
    bool hasRuns() const;

Q_SIGNALS:
    void evaluationRequested(const QString& id);
    void newRunRequested();               // from the empty library
    void failed(const QString& message);  // reading or changing the workspace
    void removed(oodscope::workspace::ArtefactKind kind, const QString& key);

private:
    void createActions();
    void activate(const QModelIndex& index);
    void showMenu(const QPoint& position);
    void updateActions();
    void askToRemove();
    void remove(workspace::ArtefactKind kind, const QString& key);
    void showState();

    std::shared_ptr<workspace::Workspace> m_workspace;
    LibraryModel* m_model;
    QTreeView* m_tree;
    MessagePage* m_message;
    QStackedWidget* m_stack;
    QMenu* m_menu;
    QAction *m_open = nullptr, *m_copyPath = nullptr, *m_showInFolder = nullptr, *m_remove = nullptr;
    QString m_openRun;
};

}  // namespace oodscope::ui
