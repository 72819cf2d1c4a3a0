// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/gallery/gallery_delegate.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QPainter>
#include <QStyleOptionViewItem>
#include <QToolTip>
#include <algorithm>

#include "ui/models/image_list_model.h"
#include "ui/models/number_text.h"
#include "ui/widgets/colors.h"

namespace oodscope::ui {
namespace {

constexpr int kPadding = 6;
constexpr int kGap = 4;          // between the image and the text
constexpr int kNarrow = 90;      // cells below this have room for one class name only
constexpr int kBand = 4;         // verdict band below the image
constexpr int kWordWidth = 110;  // thumbnails at least this wide carry the verdict in words

Verdict verdictAt(const QModelIndex& index) {
    return static_cast<Verdict>(index.data(ImageListModel::VerdictRole).toInt());
}

QFont smallFont(const QFont& font) {
    QFont small = font;
    if (font.pointSizeF() > 0) small.setPointSizeF(font.pointSizeF() * 0.85);
    return small;
}

/// "true → predicted", or the one name with a tick where they agree; each shortened on its own so that neither hides
/// the other.
QString classLine(const QString& own, const QString& predicted, const QFontMetrics& metrics, int width) {
    const QString arrow = QStringLiteral(" → ");
    if (own == predicted && !own.isEmpty()) {
        const QString right = QStringLiteral(" ✓");
        return metrics.elidedText(own, Qt::ElideRight, width - metrics.horizontalAdvance(right)) + right;
    }
    if (width < kNarrow && !predicted.isEmpty()) {
        return metrics.elidedText(QStringLiteral("→ ") + predicted, Qt::ElideRight, width);
    }
    if (predicted.isEmpty()) return metrics.elidedText(own, Qt::ElideRight, width);
    const int room = width - metrics.horizontalAdvance(arrow);
    const int ownWidth = metrics.horizontalAdvance(own), predictedWidth = metrics.horizontalAdvance(predicted);
    const int half = room / 2;
    const int forOwn = predictedWidth < half ? room - predictedWidth : std::max(half, room - predictedWidth);
    const int forPredicted = room - std::min(ownWidth, forOwn);
    return metrics.elidedText(own, Qt::ElideRight, forOwn) + arrow +
           metrics.elidedText(predicted, Qt::ElideRight, forPredicted);
}

}  // namespace

GalleryDelegate::GalleryDelegate(ThumbnailProvider* thumbnails, QObject* parent)
    : QAbstractItemDelegate(parent), m_thumbnails(thumbnails) {}

QSize GalleryDelegate::cellSize(const QFontMetrics& metrics) const {
    return {m_thumbnailSize + 2 * kPadding, m_thumbnailSize + kBand + kGap + 2 * metrics.height() + 2 * kPadding};
}

QSize GalleryDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    const QSize cell = cellSize(option.fontMetrics);
    return {std::max(cell.width(), m_gridWidth), cell.height()};
}

void GalleryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    painter->save();
    const QSize size = cellSize(option.fontMetrics);
    const QRect cell(option.rect.x() + (option.rect.width() - size.width()) / 2, option.rect.y(), size.width(),
                     std::min(size.height(), option.rect.height()));
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    painter->setRenderHint(QPainter::Antialiasing);
    if (selected || option.state.testFlag(QStyle::State_MouseOver)) {
        QColor back = option.palette.color(
            option.state.testFlag(QStyle::State_Active) ? QPalette::Active : QPalette::Inactive, QPalette::Highlight);
        if (!selected) back.setAlpha(50);
        painter->setPen(Qt::NoPen);
        painter->setBrush(back);
        painter->drawRoundedRect(cell.adjusted(1, 1, -1, -1), 4, 4);
    }
    const Verdict verdict = verdictAt(index);
    const QRect frame(cell.x() + kPadding, cell.y() + kPadding, m_thumbnailSize, m_thumbnailSize);
    paintImage(painter, frame, option, index);
    painter->fillRect(QRect(frame.x(), frame.bottom() + 1, frame.width(), kBand),
                      verdictColor(verdict, option.palette));
    paintBadge(painter, frame, option, verdict);
    const int top = frame.bottom() + 1 + kBand + kGap;
    paintText(painter, {frame.x(), top, frame.width(), cell.bottom() - top}, option, index, verdict);
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(option.palette.color(QPalette::Text), 1, Qt::DotLine));
        painter->drawRoundedRect(QRectF(cell).adjusted(1.5, 1.5, -1.5, -1.5), 4, 4);
    }
    painter->restore();
}

void GalleryDelegate::paintImage(QPainter* painter, const QRect& frame, const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const {
    QColor back = option.palette.color(QPalette::Text);
    back.setAlpha(isDark(option.palette) ? 28 : 18);
    painter->fillRect(frame, back);
    const Thumbnail* thumbnail = m_thumbnails->find(index.data(ImageListModel::PathRole).toString());
    if (!thumbnail) return;
    if (thumbnail->error.isEmpty()) {
        const QSize size = thumbnail->pixmap.size().scaled(frame.size(), Qt::KeepAspectRatio);
        const QRect target(frame.x() + (frame.width() - size.width()) / 2,
                           frame.y() + (frame.height() - size.height()) / 2, size.width(), size.height());
        painter->setRenderHint(QPainter::SmoothPixmapTransform);
        painter->drawPixmap(target, thumbnail->pixmap);
        return;
    }
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QColor faint = selected ? option.palette.color(QPalette::HighlightedText) : faintText(option.palette);
    const int side = std::min(frame.width() / 4, 28);
    const QRect sign(frame.center().x() - side / 2, frame.center().y() - side, side, side);
    painter->setPen(QPen(faint, 2));
    painter->setBrush(Qt::NoBrush);
    painter->drawRect(sign);
    painter->drawLine(sign.topLeft(), sign.bottomRight());
    painter->drawLine(sign.topRight(), sign.bottomLeft());
    painter->setFont(smallFont(option.font));
    painter->drawText(QRect(frame.x(), frame.center().y() + 4, frame.width(), frame.height() / 2),
                      Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, tr("cannot be read"));
}

void GalleryDelegate::paintBadge(QPainter* painter, const QRect& frame, const QStyleOptionViewItem& option,
                                 Verdict verdict) const {
    if (verdict == Verdict::None) return;
    const QFont font = smallFont(option.font);
    const QFontMetrics metrics(font);
    QString text = verdictSymbol(verdict);
    if (frame.width() >= kWordWidth) text += QLatin1Char(' ') + verdictName(verdict);
    const QColor color = verdictColor(verdict, option.palette);
    const QRect badge(frame.x() + 3, frame.y() + 3, std::min(metrics.horizontalAdvance(text) + 8, frame.width() - 6),
                      metrics.height() + 2);
    painter->setPen(Qt::NoPen);
    painter->setBrush(color);
    painter->drawRoundedRect(badge, 3, 3);
    painter->setFont(font);
    painter->setPen(textOn(color));
    painter->drawText(badge, Qt::AlignCenter, metrics.elidedText(text, Qt::ElideRight, badge.width() - 4));
}

void GalleryDelegate::paintText(QPainter* painter, const QRect& area, const QStyleOptionViewItem& option,
                                const QModelIndex& index, Verdict verdict) const {
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QColor text = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    const QColor faint = selected ? text : faintText(option.palette);
    const QFontMetrics& metrics = option.fontMetrics;
    painter->setFont(option.font);
    const QVariant score = index.data(ImageListModel::ScoreRole);
    const QString value =
        score.isValid() ? scoreText(score.toDouble(), area.width() < kNarrow ? 3 : 6) : verdictName(verdict);
    const QRect first(area.x(), area.y(), area.width(), metrics.height());
    const int valueWidth = std::min(metrics.horizontalAdvance(value), area.width());
    painter->setPen(text);
    painter->drawText(first, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(value, Qt::ElideRight, area.width()));
    const int left = area.width() - valueWidth - 8;
    if (left > 24) {
        painter->setPen(faint);
        painter->drawText(first, Qt::AlignRight | Qt::AlignVCenter,
                          metrics.elidedText(index.data(ImageListModel::SetNameRole).toString(), Qt::ElideRight, left));
    }
    painter->setPen(text);
    const QString own = index.data(ImageListModel::TrueClassRole).toString();
    const QString predicted = index.data(ImageListModel::PredictedClassRole).toString();
    painter->drawText(QRect(area.x(), first.bottom() + 1, area.width(), metrics.height()),
                      Qt::AlignLeft | Qt::AlignVCenter, classLine(own, predicted, metrics, area.width()));
}

QString GalleryDelegate::toolTip(const QModelIndex& index) const {
    const auto row = [](const QString& name, const QString& value) {
        if (value.isEmpty()) return QString();
        return QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td>%2</td></tr>").arg(name, value.toHtmlEscaped());
    };
    const Verdict verdict = verdictAt(index);
    const QVariant score = index.data(ImageListModel::ScoreRole);
    const QString path = index.data(ImageListModel::PathRole).toString();
    const Thumbnail* thumbnail = m_thumbnails->find(path);
    QString text =
        QStringLiteral("<b>%1</b><table>").arg(index.data(ImageListModel::RelativePathRole).toString().toHtmlEscaped());
    if (thumbnail && !thumbnail->error.isEmpty()) text += row(tr("Cannot be read"), thumbnail->error);
    text += row(tr("Set"), index.data(ImageListModel::SetNameRole).toString());
    text += row(tr("Verdict"),
                QStringLiteral("%1 %2. %3").arg(verdictSymbol(verdict), verdictName(verdict), verdictHelp(verdict)));
    if (score.isValid()) text += row(tr("Score"), numberText(score.toDouble(), 9));
    text += row(tr("True class"), index.data(ImageListModel::TrueClassRole).toString());
    text += row(tr("Pseudo label"), index.data(ImageListModel::PseudoClassRole).toString());
    text += row(tr("Predicted"), index.data(ImageListModel::PredictedClassRole).toString());
    return text + QStringLiteral("</table>");
}

bool GalleryDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                                const QModelIndex& index) {
    if (event->type() != QEvent::ToolTip || !index.isValid()) {
        return QAbstractItemDelegate::helpEvent(event, view, option, index);
    }
    QToolTip::showText(event->globalPos(), toolTip(index), view);
    return true;
}

}  // namespace oodscope::ui
