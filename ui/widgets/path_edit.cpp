// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/path_edit.h"

#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>

#include "ui/widgets/dropped_files.h"

namespace oodscope::ui {

PathEdit::PathEdit(Kind kind, const QString& caption, QWidget* parent)
    : QWidget(parent), m_kind(kind), m_caption(caption), m_edit(new QLineEdit(this)) {
    setAcceptDrops(true);
    m_edit->setAcceptDrops(false);  // a dropped file is a path here, not a URL in the text
    m_edit->setClearButtonEnabled(true);
    auto* button = new QToolButton(this);
    button->setText(QStringLiteral("…"));
    button->setToolTip(tr("Browse"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_edit, 1);
    row->addWidget(button);
    setFocusProxy(m_edit);
    connect(button, &QToolButton::clicked, this, &PathEdit::browse);
    connect(m_edit, &QLineEdit::textChanged, this, &PathEdit::changed);
}

QString PathEdit::path() const {
    QString path = m_edit->text().trimmed();
    if (path == QStringLiteral("~") || path.startsWith(QStringLiteral("~/"))) path.replace(0, 1, QDir::homePath());
    return path;
}

void PathEdit::setPath(const QString& path) {
    m_edit->setText(path);
}

void PathEdit::browse() {
    auto* dialog = new QFileDialog(this, m_caption, path());
    if (m_kind == Kind::Folder) {
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
    } else {
        dialog->setFileMode(QFileDialog::ExistingFile);
    }
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &PathEdit::setPath);
    dialog->open();
}

void PathEdit::dragEnterEvent(QDragEnterEvent* event) {
    acceptFiles(event);
}

void PathEdit::dropEvent(QDropEvent* event) {
    const QStringList paths = takeFiles(event);
    if (!paths.isEmpty()) setPath(paths.front());
}

}  // namespace oodscope::ui
