// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/gallery/gallery_panel.h"

#include <QAction>
#include <QClipboard>
#include <QDesktopServices>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QSlider>
#include <QStackedWidget>
#include <QStringList>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "core/data/image_location.h"
#include "ui/panels/gallery/gallery_header.h"
#include "ui/panels/gallery/gallery_view.h"
#include "ui/widgets/message_page.h"

namespace oodscope::ui {
namespace {

QString pathOf(const QModelIndex& index) {
    return index.data(ImageListModel::PathRole).toString();
}

/// The file that another program can open: the image's own, or the container that it is in.
QFileInfo fileOf(const QModelIndex& index) {
    return QFileInfo(QString::fromStdString(data::parseLocation(pathOf(index).toStdString()).file.string()));
}

}  // namespace

GalleryPanel::GalleryPanel(EvaluationContext* context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_model(new ImageListModel(context, this)),
      m_header(new GalleryHeader(context, m_model, this)),
      m_view(new GalleryView(this)),
      m_message(new MessagePage(this)),
      m_stack(new QStackedWidget(this)),
      m_menu(new QMenu(this)) {
    setObjectName(QStringLiteral("galleryPanel"));
    m_view->setObjectName(QStringLiteral("galleryView"));
    m_view->setAccessibleName(tr("Images"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_stack, 1);
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_message);
    connectSelection();
    createActions();
    connect(m_model, &ImageListModel::countsChanged, this, &GalleryPanel::showState);
    connect(m_model, &ImageListModel::busyChanged, this, &GalleryPanel::showState);
    connect(m_message, &MessagePage::actionTriggered, this, [this] { m_context->setFilter({}); });
    connect(m_view, &GalleryView::thumbnailSizeChanged, m_header->sizeSlider(), &QSlider::setValue);
    connect(m_header->sizeSlider(), &QSlider::valueChanged, m_view, &GalleryView::setThumbnailSize);
    m_header->sizeSlider()->setValue(m_view->thumbnailSize());
    showState();
}

int GalleryPanel::thumbnailSize() const {
    return m_view->thumbnailSize();
}
void GalleryPanel::setThumbnailSize(int size) {
    m_view->setThumbnailSize(size);
}

/// The connections to "about to" signals come before the view's own, which are made by setModel.
void GalleryPanel::connectSelection() {
    const auto begin = [this] { m_rowsChanging = true; };
    const auto end = [this] {
        m_rowsChanging = false;
        followCurrent();
    };
    connect(m_model, &QAbstractItemModel::modelAboutToBeReset, this, begin);
    connect(m_model, &QAbstractItemModel::rowsAboutToBeRemoved, this, begin);
    connect(m_model, &QAbstractItemModel::rowsAboutToBeInserted, this, begin);
    connect(m_model, &QAbstractItemModel::layoutAboutToBeChanged, this, begin);
    m_view->setModel(m_model);
    connect(m_model, &QAbstractItemModel::modelReset, this, end);
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, end);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, end);
    connect(m_model, &QAbstractItemModel::layoutChanged, this, end);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &GalleryPanel::takeCurrent);
    connect(m_context, &EvaluationContext::currentImageChanged, this, &GalleryPanel::followCurrent);
    connect(m_view, &QAbstractItemView::doubleClicked, this, &GalleryPanel::inspect);
}

void GalleryPanel::createActions() {
    const auto add = [this](const QString& name, const QString& text, const QList<QKeySequence>& keys, auto slot) {
        auto* action = new QAction(text, this);
        action->setObjectName(name);
        action->setShortcuts(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, slot);
        m_view->addAction(action);
        return action;
    };
    const auto current = [this] { return m_view->currentIndex(); };
    m_menu->addAction(add(QStringLiteral("inspect"), tr("Inspect"), {Qt::Key_Return, Qt::Key_Enter},
                          [=, this] { inspect(current()); }));
    m_menu->addAction(add(QStringLiteral("copyPath"), tr("Copy path"), {QKeySequence::Copy}, [this] { copyPaths(); }));
    m_menu->addSeparator();
    m_menu->addAction(add(QStringLiteral("openImage"), tr("Open image"), {},
                          [=] { QDesktopServices::openUrl(QUrl::fromLocalFile(fileOf(current()).filePath())); }));
    m_menu->addAction(add(QStringLiteral("showInFolder"), tr("Show in folder"), {},
                          [=] { QDesktopServices::openUrl(QUrl::fromLocalFile(fileOf(current()).absolutePath())); }));
    auto* find = new QAction(this);
    find->setObjectName(QStringLiteral("find"));
    find->setShortcuts({QKeySequence::Find, QKeySequence(Qt::Key_Slash)});
    find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QAction::triggered, m_header, &GalleryHeader::focusSearch);
    m_view->addAction(find);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_view, &QWidget::customContextMenuRequested, this, &GalleryPanel::showMenu);
}

void GalleryPanel::showMenu(const QPoint& position) {
    if (m_view->indexAt(position).isValid()) m_menu->popup(m_view->viewport()->mapToGlobal(position));
}

void GalleryPanel::copyPaths() const {
    QStringList paths;
    const auto selected = m_view->selectionModel()->selectedIndexes();
    for (const auto& index : selected)
        paths << pathOf(index);
    if (!paths.isEmpty()) QGuiApplication::clipboard()->setText(paths.join(QLatin1Char('\n')));
}

void GalleryPanel::inspect(const QModelIndex& index) {
    const ImageRef image = m_model->imageAt(index.isValid() ? index.row() : -1);
    if (!image.isValid()) return;
    m_context->setCurrentImage(image);
    Q_EMIT inspectRequested(image);
}

void GalleryPanel::takeCurrent(const QModelIndex& index) {
    if (!m_rowsChanging && index.isValid()) m_context->setCurrentImage(m_model->imageAt(index.row()));
}

/// The view's current index follows the context; an image that is filtered away is current nowhere.
void GalleryPanel::followCurrent() {
    if (m_rowsChanging) return;
    const ImageRef image = m_context->currentImage();
    const QModelIndex now = m_view->currentIndex();
    if (now.isValid() && m_model->imageAt(now.row()) == image) return;
    const int row = image.isValid() ? m_model->rowOf(image) : -1;
    m_rowsChanging = true;
    if (row >= 0) {
        m_view->setCurrentIndex(m_model->index(row));
    } else {
        m_view->selectionModel()->setCurrentIndex({}, QItemSelectionModel::Clear);
    }
    m_rowsChanging = false;
}

void GalleryPanel::step(int delta) {
    if (m_model->rowCount() == 0) return;
    const QModelIndex now = m_view->currentIndex();
    const int row = now.isValid() ? std::clamp(now.row() + delta, 0, m_model->rowCount() - 1) : 0;
    m_view->setCurrentIndex(m_model->index(row));
}

QString GalleryPanel::emptyTitle() const {
    if (!m_context->evaluation()) return tr("No run is open");
    if (m_model->isBusy()) return tr("Searching…");
    const auto& verdicts = m_context->filter().verdicts;
    if (verdicts == std::vector{Verdict::FalseAccept}) return tr("No false accepts");
    if (verdicts == std::vector{Verdict::FalseReject}) return tr("No false rejects");
    return tr("No images");
}

QString GalleryPanel::emptyText() const {
    if (!m_context->evaluation()) return tr("Open a run in the Library, or start a new one.");
    if (m_model->isBusy()) return {};
    ImageFilter others = m_context->filter();
    const auto verdicts = std::exchange(others.verdicts, {});
    const QString also = others == ImageFilter{} ? QString() : QLatin1Char(' ') + tr("Other filters are on, too.");
    if (verdicts == std::vector{Verdict::FalseAccept}) {
        return tr("No OOD image scores above this threshold. Lower it to see which come first.") + also;
    }
    if (verdicts == std::vector{Verdict::FalseReject}) {
        return tr("No ID image scores below this threshold. Raise it to see which fall first.") + also;
    }
    if (m_model->totalCount() == 0) return tr("This run has no images.");
    return tr("No image passes all the filters.");
}

void GalleryPanel::showState() {
    const bool empty = m_model->rowCount() == 0;
    m_stack->setCurrentIndex(empty ? 1 : 0);
    if (!empty) return;
    const bool filtered = m_context->evaluation() && !m_model->isBusy() && m_context->filter() != ImageFilter{};
    m_message->setMessage(emptyTitle(), emptyText(), filtered ? tr("Clear filters") : QString());
}

}  // namespace oodscope::ui
