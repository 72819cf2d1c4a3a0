// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListWidget>
#include <QPushButton>
#include <QStringList>
#include <QWidget>

#include "ui/widgets/path_dialog.h"

namespace oodscope::ui {

/// A short list of folders, or of folders and files: add, remove, or drop from a file manager.
class FolderList : public QWidget {
    Q_OBJECT
public:
    /// `caption`: of the dialog that browses for one.
    explicit FolderList(const QString& caption, QWidget* parent = nullptr);

    /// As PathEdit::allowFiles().
    void allowFiles(const QStringList& filters);

    QStringList folders() const;
    void setFolders(const QStringList& folders);
    QListWidget* list() const { return m_list; }
    QPushButton* addButton() const { return m_add; }
    QPushButton* removeButton() const { return m_remove; }

public Q_SLOTS:
    void addFolder(const QString& folder);  // once each
    void removeSelected();

Q_SIGNALS:
    void changed();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void browse(PathKind kind);

    QString m_caption;
    QStringList m_fileFilters;
    QListWidget* m_list;
    QPushButton* m_add;
    QPushButton* m_remove;
};

}  // namespace oodscope::ui
