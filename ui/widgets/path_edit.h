// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>
#include <QToolButton>
#include <QWidget>

#include "ui/widgets/path_dialog.h"

namespace oodscope::ui {

/// A path to type, browse for or drop: of a folder or a file, or of either after allowFiles().
class PathEdit : public QWidget {
    Q_OBJECT
public:
    PathEdit(PathKind kind, const QString& caption, QWidget* parent = nullptr);

    /// Files beside folders, of these kinds (QFileDialog's words): the button asks which of the two to browse for.
    void allowFiles(const QStringList& filters);

    QString path() const;
    void setPath(const QString& path);
    QLineEdit* edit() const { return m_edit; }
    QToolButton* browseButton() const { return m_button; }

Q_SIGNALS:
    void changed();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void browse(PathKind kind);

    QString m_caption;
    QStringList m_fileFilters;
    QLineEdit* m_edit;
    QToolButton* m_button;
};

}  // namespace oodscope::ui
