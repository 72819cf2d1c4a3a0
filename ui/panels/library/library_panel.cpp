// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/library/library_panel.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QStringList>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QUrl>
#include <QVBoxLayout>
#include <functional>

#include "ui/models/library_model.h"
#include "ui/widgets/colors.h"
#include "ui/widgets/message_page.h"

namespace oodscope::ui {
namespace {

using workspace::ArtefactKind;

bool isSection(const QModelIndex& index) {
    return index.data(LibraryModel::IsSectionRole).toBool();
}

ArtefactKind kindOf(const QModelIndex& index) {
    return static_cast<ArtefactKind>(index.data(LibraryModel::KindRole).toInt());
}

/// A section in bold; an artefact in two lines, title above details and date, so that it can be read in a narrow dock.
class LibraryDelegate : public QStyledItemDelegate {
public:
    LibraryDelegate(const QString* openRun, QObject* parent) : QStyledItemDelegate(parent), m_openRun(openRun) {}

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        return {120, option.fontMetrics.height() * (isSection(index) ? 1 : 2) + 8};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const override {
        QStyleOptionViewItem option = given;
        initStyleOption(&option, index);
        const QString title = option.text;
        option.text.clear();
        const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
        style->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        const QColor text = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
        const QRect area = option.rect.adjusted(3, 4, -4, -4);
        const bool open = !isSection(index) && kindOf(index) == ArtefactKind::Evaluation &&
                          index.data(LibraryModel::KeyRole).toString() == *m_openRun;
        QFont font = option.font;
        font.setBold(isSection(index) || open);
        const QFontMetrics metrics(font);
        painter->save();
        painter->setFont(font);
        painter->setPen(text);
        const QString shown = open ? QStringLiteral("● ") + title : title;
        painter->drawText(QRect(area.x(), area.y(), area.width(), metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                          metrics.elidedText(shown, Qt::ElideMiddle, area.width()));
        if (!isSection(index)) paintDetails(painter, area, option, index, selected ? text : faintText(option.palette));
        painter->restore();
    }

private:
    /// The date first: of two runs it is what tells them apart.
    static void paintDetails(QPainter* painter, const QRect& area, const QStyleOptionViewItem& option,
                             const QModelIndex& index, const QColor& color) {
        QStringList parts{index.siblingAtColumn(LibraryModel::Created).data().toString(),
                          index.siblingAtColumn(LibraryModel::Details).data().toString()};
        parts.removeAll(QString());
        const QFontMetrics& metrics = option.fontMetrics;
        painter->setFont(option.font);
        painter->setPen(color);
        painter->drawText(QRect(area.x(), area.bottom() + 1 - metrics.height(), area.width(), metrics.height()),
                          Qt::AlignLeft | Qt::AlignVCenter,
                          metrics.elidedText(parts.join(QStringLiteral(" · ")), Qt::ElideRight, area.width()));
    }

    const QString* m_openRun;
};

}  // namespace

LibraryPanel::LibraryPanel(QWidget* parent)
    : QWidget(parent),
      m_model(new LibraryModel(this)),
      m_tree(new QTreeView(this)),
      m_message(new MessagePage(this)),
      m_stack(new QStackedWidget(this)),
      m_menu(new QMenu(this)) {
    setObjectName(QStringLiteral("libraryPanel"));
    m_tree->setObjectName(QStringLiteral("libraryTree"));
    m_tree->setAccessibleName(tr("Library"));
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(new LibraryDelegate(&m_openRun, m_tree));
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_tree->setExpandsOnDoubleClick(true);
    m_tree->setHeaderHidden(true);
    m_tree->setColumnHidden(LibraryModel::Details, true);
    m_tree->setColumnHidden(LibraryModel::Created, true);
    m_tree->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_tree->expandAll();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    m_stack->addWidget(m_tree);
    m_stack->addWidget(m_message);
    createActions();
    connect(m_tree, &QTreeView::activated, this, &LibraryPanel::activate);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &LibraryPanel::updateActions);
    connect(m_message, &MessagePage::actionTriggered, this, &LibraryPanel::newRunRequested);
    updateActions();
    showState();
}

void LibraryPanel::createActions() {
    const auto add = [this](const QString& name, const QString& text, const QKeySequence& key, auto slot) {
        auto* action = new QAction(text, this);
        action->setObjectName(name);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, slot);
        m_tree->addAction(action);
        m_menu->addAction(action);
        return action;
    };
    const auto path = [this] { return m_tree->currentIndex().data(LibraryModel::PathRole).toString(); };
    m_open = add(QStringLiteral("openRun"), tr("Open run"), {}, [this] { activate(m_tree->currentIndex()); });
    m_copyPath = add(QStringLiteral("copyPath"), tr("Copy path"), QKeySequence::Copy,
                     [path] { QGuiApplication::clipboard()->setText(path()); });
    m_showInFolder = add(QStringLiteral("showInFolder"), tr("Show in folder"), {}, [path] {
        const QFileInfo file(path());
        QDesktopServices::openUrl(QUrl::fromLocalFile(file.isDir() ? file.filePath() : file.absolutePath()));
    });
    m_menu->addSeparator();
    m_remove =
        add(QStringLiteral("remove"), tr("Remove from library…"), QKeySequence::Delete, [this] { askToRemove(); });
    auto* reload = add(QStringLiteral("refresh"), tr("Refresh"), QKeySequence::Refresh, [this] { refresh(); });
    reload->setEnabled(true);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_tree, &QWidget::customContextMenuRequested, this, &LibraryPanel::showMenu);
}

void LibraryPanel::updateActions() {
    const auto* artefact = m_model->artefact(m_tree->currentIndex());
    m_open->setEnabled(artefact && artefact->kind == ArtefactKind::Evaluation);
    m_copyPath->setEnabled(artefact && !artefact->path.empty());
    m_showInFolder->setEnabled(artefact && !artefact->path.empty());
    m_remove->setEnabled(artefact && m_workspace && m_workspace->writable());
}

void LibraryPanel::setWorkspace(std::shared_ptr<workspace::Workspace> workspace) {
    m_workspace = std::move(workspace);
    m_model->clear();
    refresh();
}

void LibraryPanel::refresh() {
    if (m_workspace) {
        const bool wasEmpty = m_model->isEmpty();
        const auto status = m_model->refresh(*m_workspace);
        if (!status) Q_EMIT failed(QString::fromStdString(status.error().message));
        if (wasEmpty) m_tree->expandAll();
    }
    updateActions();
    showState();
}

void LibraryPanel::setOpenRun(const QString& id) {
    m_openRun = id;
    m_tree->viewport()->update();
}

bool LibraryPanel::hasRuns() const {
    return m_model->rowCount(m_model->sectionIndex(ArtefactKind::Evaluation)) > 0;
}

void LibraryPanel::activate(const QModelIndex& index) {
    if (index.isValid() && !isSection(index) && kindOf(index) == ArtefactKind::Evaluation) {
        Q_EMIT evaluationRequested(index.data(LibraryModel::KeyRole).toString());
    }
}

void LibraryPanel::showMenu(const QPoint& position) {
    const QModelIndex index = m_tree->indexAt(position);
    if (!index.isValid() || isSection(index)) return;
    m_tree->setCurrentIndex(index);
    m_menu->popup(m_tree->viewport()->mapToGlobal(position));
}

void LibraryPanel::askToRemove() {
    const auto* artefact = m_model->artefact(m_tree->currentIndex());
    if (!artefact || !m_workspace) return;
    auto* box = new QMessageBox(QMessageBox::Question, tr("Remove from library"),
                                tr("Remove “%1” from the library?").arg(QString::fromStdString(artefact->title)),
                                QMessageBox::Cancel, this);
    box->setObjectName(QStringLiteral("removeDialog"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    const bool own = artefact->kind == ArtefactKind::Dataset || artefact->kind == ArtefactKind::Model;
    box->setInformativeText(own ? tr("Your files stay where they are.")
                                : tr("Its files are deleted when the workspace is cleaned up. It can be made again, at "
                                     "the cost of computing it again."));
    auto* button = box->addButton(tr("Remove"), QMessageBox::DestructiveRole);
    button->setObjectName(QStringLiteral("confirmRemove"));
    const auto kind = artefact->kind;
    const auto key = QString::fromStdString(artefact->key);
    connect(button, &QPushButton::clicked, this, [this, kind, key] { remove(kind, key); });
    box->open();
}

void LibraryPanel::remove(ArtefactKind kind, const QString& key) {
    if (!m_workspace) return;
    const auto status = m_workspace->remove(kind, key.toStdString());
    if (!status) {
        Q_EMIT failed(QString::fromStdString(status.error().message));
        return;
    }
    refresh();
    Q_EMIT removed(kind, key);
}

void LibraryPanel::showState() {
    const bool empty = m_model->isEmpty();
    m_stack->setCurrentIndex(empty ? 1 : 0);
    if (!empty) return;
    if (m_workspace) {
        m_message->setMessage(tr("Nothing here yet"),
                              tr("A run embeds your images, trains a probe and measures how well it tells known from "
                                 "unknown. What it reads and makes is kept here."),
                              tr("New run…"));
    } else {
        m_message->setMessage(tr("No workspace is open"),
                              tr("A workspace is a folder that keeps runs and embeddings."));
    }
}

}  // namespace oodscope::ui
