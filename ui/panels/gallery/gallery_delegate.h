// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemDelegate>

#include "ui/models/evaluation_context.h"
#include "ui/widgets/thumbnail_provider.h"

namespace oodscope::ui {

/// One image of the gallery: thumbnail, verdict as colour, symbol and word, score, true and predicted class.
class GalleryDelegate : public QAbstractItemDelegate {
    Q_OBJECT
public:
    GalleryDelegate(ThumbnailProvider* thumbnails, QObject* parent = nullptr);

    void setThumbnailSize(int size) { m_thumbnailSize = size; }  // logical pixels
    int thumbnailSize() const { return m_thumbnailSize; }
    QSize cellSize(const QFontMetrics& metrics) const;
    void setGridWidth(int width) { m_gridWidth = width; }  // cells are drawn in the middle of it

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;
    QString toolTip(const QModelIndex& index) const;

private:
    void paintImage(QPainter* painter, const QRect& frame, const QStyleOptionViewItem& option,
                    const QModelIndex& index) const;
    void paintBadge(QPainter* painter, const QRect& frame, const QStyleOptionViewItem& option, Verdict verdict) const;
    void paintText(QPainter* painter, const QRect& area, const QStyleOptionViewItem& option, const QModelIndex& index,
                   Verdict verdict) const;

    ThumbnailProvider* m_thumbnails;
    int m_thumbnailSize = 128;
    int m_gridWidth = 0;
};

}  // namespace oodscope::ui
