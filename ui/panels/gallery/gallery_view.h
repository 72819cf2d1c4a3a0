// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListView>
#include <QTimer>

#include "ui/widgets/thumbnail_provider.h"

namespace oodscope::ui {

class GalleryDelegate;

/// A wrapping grid of thumbnails that fills its width. Ctrl+wheel changes the size.
class GalleryView : public QListView {
    Q_OBJECT
public:
    explicit GalleryView(QWidget* parent = nullptr);

    int thumbnailSize() const;
    void setThumbnailSize(int size);  // logical pixels, 48 to 320
    static constexpr int kMinSize = 48, kMaxSize = 320;

    GalleryDelegate* galleryDelegate() const { return m_delegate; }
    ThumbnailProvider* thumbnails() const { return m_thumbnails; }
    /// Rows of which a part is on screen; {0, -1} where there is none.
    std::pair<int, int> visibleRows() const;

    void dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight, const QList<int>& roles) override;
    void keyboardSearch(const QString& text) override;
    void setModel(QAbstractItemModel* model) override;

Q_SIGNALS:
    void thumbnailSizeChanged(int size);

protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void arrangeGrid();
    void dropHiddenRequests();

    ThumbnailProvider* m_thumbnails;
    GalleryDelegate* m_delegate;
    QTimer m_repaintTimer;  // for thumbnails that arrive
    QTimer m_dropTimer;
};

}  // namespace oodscope::ui
