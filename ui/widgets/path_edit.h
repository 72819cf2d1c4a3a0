// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>
#include <QToolButton>
#include <QWidget>

namespace oodscope::ui {

/// A path to type, browse for or drop.
class PathEdit : public QWidget {
    Q_OBJECT
public:
    enum class Kind { Folder, File };
    PathEdit(Kind kind, const QString& caption, QWidget* parent = nullptr);

    QString path() const;
    void setPath(const QString& path);
    QLineEdit* edit() const { return m_edit; }

Q_SIGNALS:
    void changed();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void browse();

    Kind m_kind;
    QString m_caption;
    QLineEdit* m_edit;
};

}  // namespace oodscope::ui
