// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/folder_list.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/widgets/dropped_files.h"

namespace oodscope::ui {

namespace {

/// Edited by a double click: a part of a set ("#test") cannot be browsed for.
QListWidgetItem* itemOf(const QString& folder) {
    auto* item = new QListWidgetItem(folder);
    item->setToolTip(folder);
    item->setFlags(item->flags() | Qt::ItemIsEditable);
    return item;
}

}  // namespace

FolderList::FolderList(const QString& caption, QWidget* parent)
    : QWidget(parent),
      m_caption(caption),
      m_list(new QListWidget(this)),
      m_add(new QPushButton(tr("Add…"), this)),
      m_remove(new QPushButton(tr("Remove"), this)) {
    setAcceptDrops(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMinimumHeight(4 * (fontMetrics().height() + 4));
    m_remove->setEnabled(false);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    auto* buttons = new QVBoxLayout;
    buttons->addWidget(m_add);
    buttons->addWidget(m_remove);
    buttons->addStretch(1);
    row->addWidget(m_list, 1);
    row->addLayout(buttons);
    setFocusProxy(m_list);
    connect(m_list, &QListWidget::itemChanged, this, [this](QListWidgetItem* item) {
        if (item->toolTip() != item->text()) return item->setToolTip(item->text());  // comes here again
        Q_EMIT changed();
    });
    connect(m_add, &QPushButton::clicked, this, [this] {
        if (!m_add->menu()) browse(PathKind::Folder);
    });
    connect(m_remove, &QPushButton::clicked, this, &FolderList::removeSelected);
    connect(m_list, &QListWidget::itemSelectionChanged, this,
            [this] { m_remove->setEnabled(!m_list->selectedItems().isEmpty()); });
}

void FolderList::allowFiles(const QStringList& filters) {
    m_fileFilters = filters;
    m_add->setMenu(makePathMenu([this](PathKind kind) { browse(kind); }, m_add));
}

QStringList FolderList::folders() const {
    QStringList folders;
    for (int i = 0; i < m_list->count(); ++i)
        folders << m_list->item(i)->text();
    return folders;
}

void FolderList::setFolders(const QStringList& folders) {
    m_list->clear();
    for (const QString& folder : folders)
        m_list->addItem(itemOf(folder));
    Q_EMIT changed();
}

void FolderList::addFolder(const QString& folder) {
    const QString clean = QDir::cleanPath(folder);
    if (clean.isEmpty() || folders().contains(clean)) return;
    m_list->addItem(itemOf(clean));
    Q_EMIT changed();
}

void FolderList::removeSelected() {
    qDeleteAll(m_list->selectedItems());
    Q_EMIT changed();
}

void FolderList::browse(PathKind kind) {
    QFileDialog* dialog = makePathDialog(kind, m_caption, folders().value(0), m_fileFilters, this);
    connect(dialog, &QFileDialog::fileSelected, this, &FolderList::addFolder);
    dialog->open();
}

void FolderList::dragEnterEvent(QDragEnterEvent* event) {
    acceptFiles(event);
}

void FolderList::dropEvent(QDropEvent* event) {
    for (const QString& path : takeFiles(event))
        addFolder(path);
}

}  // namespace oodscope::ui
