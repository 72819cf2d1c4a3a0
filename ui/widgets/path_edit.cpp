// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/path_edit.h"

#include <QDir>
#include <QHBoxLayout>

#include "ui/widgets/dropped_files.h"

namespace oodscope::ui {

PathEdit::PathEdit(PathKind kind, const QString& caption, QWidget* parent)
    : QWidget(parent), m_caption(caption), m_edit(new QLineEdit(this)), m_button(new QToolButton(this)) {
    setAcceptDrops(true);
    m_edit->setAcceptDrops(false);  // a dropped file is a path here, not a URL in the text
    m_edit->setClearButtonEnabled(true);
    m_button->setText(QStringLiteral("…"));
    m_button->setToolTip(tr("Browse"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_edit, 1);
    row->addWidget(m_button);
    setFocusProxy(m_edit);
    connect(m_button, &QToolButton::clicked, this, [this, kind] {
        if (!m_button->menu()) browse(kind);
    });
    connect(m_edit, &QLineEdit::textChanged, this, &PathEdit::changed);
}

void PathEdit::allowFiles(const QStringList& filters) {
    m_fileFilters = filters;
    m_button->setMenu(makePathMenu([this](PathKind kind) { browse(kind); }, m_button));
    m_button->setPopupMode(QToolButton::InstantPopup);
}

QString PathEdit::path() const {
    QString path = m_edit->text().trimmed();
    if (path == QStringLiteral("~") || path.startsWith(QStringLiteral("~/"))) path.replace(0, 1, QDir::homePath());
    return path;
}

void PathEdit::setPath(const QString& path) {
    m_edit->setText(path);
}

void PathEdit::browse(PathKind kind) {
    QFileDialog* dialog = makePathDialog(kind, m_caption, path(), m_fileFilters, this);
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
