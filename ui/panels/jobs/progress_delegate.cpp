// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/jobs/progress_delegate.h"

#include <QPainter>

#include "ui/jobs/job_model.h"

namespace oodscope::ui {

void ProgressDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyleOptionViewItem background = option;
    initStyleOption(&background, index);
    const QString text = background.text;
    background.text.clear();
    const QWidget* widget = option.widget;
    QStyle* style = widget ? widget->style() : nullptr;
    if (!style) return;
    style->drawControl(QStyle::CE_ItemViewItem, &background, painter, widget);
    const bool selected = option.state & QStyle::State_Selected;
    const auto textRole = selected ? QPalette::HighlightedText : QPalette::Text;
    const double fraction = index.data(JobModel::FractionRole).toDouble();
    if (fraction >= 0) {
        const QRect frame = option.rect.adjusted(3, 3, -3, -3);
        QColor track = option.palette.color(textRole);
        track.setAlpha(40);
        QColor fill = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Highlight);
        fill.setAlpha(selected ? 90 : 150);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(track);
        painter->drawRoundedRect(frame, 3, 3);
        QRect done = frame;
        done.setWidth(static_cast<int>(frame.width() * fraction));
        painter->setBrush(fill);
        painter->drawRoundedRect(done, 3, 3);
        painter->restore();
    }
    painter->setPen(option.palette.color(textRole));
    painter->drawText(option.rect, Qt::AlignCenter,
                      option.fontMetrics.elidedText(text, Qt::ElideRight, option.rect.width() - 6));
}

QSize ProgressDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    return QStyledItemDelegate::sizeHint(option, index).expandedTo(QSize(110, 22));
}

}  // namespace oodscope::ui
