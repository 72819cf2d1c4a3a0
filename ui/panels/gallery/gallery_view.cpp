// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/gallery/gallery_view.h"

#include <QEvent>
#include <QScrollBar>
#include <QWheelEvent>
#include <algorithm>

#include "ui/models/image_list_model.h"
#include "ui/panels/gallery/gallery_delegate.h"

namespace oodscope::ui {
namespace {

constexpr int kRepaintMs = 16;
constexpr int kDropMs = 60;

}  // namespace

GalleryView::GalleryView(QWidget* parent)
    : QListView(parent),
      m_thumbnails(new ThumbnailProvider(this)),
      m_delegate(new GalleryDelegate(m_thumbnails, this)) {
    setItemDelegate(m_delegate);
    setViewMode(QListView::ListMode);  // wrapping list mode lays a million items out in 50 ms
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setResizeMode(QListView::Adjust);
    setUniformItemSizes(true);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);  // or the width would depend on the number of rows
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    m_repaintTimer.setSingleShot(true);
    m_repaintTimer.setInterval(kRepaintMs);
    connect(&m_repaintTimer, &QTimer::timeout, viewport(), qOverload<>(&QWidget::update));
    connect(m_thumbnails, &ThumbnailProvider::ready, this, [this] {
        if (!m_repaintTimer.isActive()) m_repaintTimer.start();
    });
    m_dropTimer.setSingleShot(true);
    m_dropTimer.setInterval(kDropMs);
    connect(&m_dropTimer, &QTimer::timeout, this, &GalleryView::dropHiddenRequests);
    arrangeGrid();
}

int GalleryView::thumbnailSize() const {
    return m_delegate->thumbnailSize();
}

void GalleryView::setThumbnailSize(int size) {
    size = std::clamp(size, kMinSize, kMaxSize);
    if (size == thumbnailSize()) return;
    const auto [first, last] = visibleRows();
    m_delegate->setThumbnailSize(size);
    arrangeGrid();
    if (model() && first <= last) scrollTo(model()->index(first, 0), QAbstractItemView::PositionAtTop);
    Q_EMIT thumbnailSizeChanged(size);
}

/// As many columns as fit, spread over the whole width.
void GalleryView::arrangeGrid() {
    const QSize cell = m_delegate->cellSize(fontMetrics());
    const int width = std::max(viewport()->width(), cell.width());
    const int columns = std::max(1, width / cell.width());
    const QSize grid((width - 1) / columns, cell.height());
    m_delegate->setGridWidth(grid.width());
    if (grid != gridSize()) setGridSize(grid);
    verticalScrollBar()->setSingleStep(std::max(1, cell.height() / 3));
    m_thumbnails->setLongSide(qRound(thumbnailSize() * devicePixelRatioF()));
}

void GalleryView::resizeEvent(QResizeEvent* event) {
    arrangeGrid();
    QListView::resizeEvent(event);
}

bool GalleryView::event(QEvent* event) {
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange || event->type() == QEvent::Show ||
        event->type() == QEvent::ScreenChangeInternal) {
        arrangeGrid();
    }
    return QListView::event(event);
}

void GalleryView::scrollContentsBy(int dx, int dy) {
    QListView::scrollContentsBy(dx, dy);
    if (!m_dropTimer.isActive()) m_dropTimer.start();
}

void GalleryView::wheelEvent(QWheelEvent* event) {
    if (!event->modifiers().testFlag(Qt::ControlModifier)) return QListView::wheelEvent(event);
    setThumbnailSize(thumbnailSize() + (event->angleDelta().y() > 0 ? 16 : -16));
    event->accept();
}

/// All cells have one size, so new data only needs new paint, never a new layout.
void GalleryView::dataChanged(const QModelIndex&, const QModelIndex&, const QList<int>&) {
    viewport()->update();
}

/// Typing a letter must not walk through a million names.
void GalleryView::keyboardSearch(const QString&) {}

void GalleryView::setModel(QAbstractItemModel* model) {
    QListView::setModel(model);
    if (!model) return;
    connect(model, &QAbstractItemModel::modelReset, &m_dropTimer, qOverload<>(&QTimer::start));
}

std::pair<int, int> GalleryView::visibleRows() const {
    const int count = model() ? model()->rowCount() : 0;
    const QSize grid = gridSize();
    if (count == 0 || grid.isEmpty()) return {0, -1};
    const int columns = std::max(1, viewport()->width() / grid.width());
    const int top = verticalScrollBar()->value();
    const int first = top / grid.height() * columns;
    const int last = (top + viewport()->height()) / grid.height() * columns + columns - 1;
    return {std::min(first, count - 1), std::min(last, count - 1)};
}

void GalleryView::dropHiddenRequests() {
    QSet<QString> shown;
    const auto [first, last] = visibleRows();
    for (int row = first; row <= last; ++row) {
        shown.insert(model()->index(row, 0).data(ImageListModel::PathRole).toString());
    }
    m_thumbnails->retain(shown);
}

}  // namespace oodscope::ui
