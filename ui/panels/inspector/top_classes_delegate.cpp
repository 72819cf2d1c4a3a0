// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/inspector/top_classes_delegate.h"

#include <QPainter>
#include <QStringList>
#include <QStyleOptionViewItem>

#include "ui/models/number_text.h"
#include "ui/models/top_classes_model.h"
#include "ui/widgets/colors.h"

namespace oodscope::ui {

void TopClassesDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    painter->save();
    const double probability = index.data(TopClassesModel::ProbabilityRole).toDouble();
    const QRect area = option.rect.adjusted(2, 1, -2, -1);
    QColor bar = verdictColor(Verdict::TrueReject, option.palette);
    bar.setAlpha(isDark(option.palette) ? 120 : 80);
    painter->fillRect(QRectF(area.x(), area.y(), area.width() * probability, area.height()), bar);
    QColor track = option.palette.color(QPalette::Text);
    track.setAlpha(18);
    painter->fillRect(area, track);
    QStringList marks;
    if (index.data(TopClassesModel::IsTrueRole).toBool()) marks << tr("true");
    if (index.data(TopClassesModel::IsPseudoRole).toBool()) marks << tr("pseudo");
    const QString mark = marks.isEmpty() ? QString() : QStringLiteral("  [%1]").arg(marks.join(QStringLiteral(", ")));
    const QString value = percentText(probability, 1);
    const QFontMetrics& metrics = option.fontMetrics;
    const QRect text = area.adjusted(4, 0, -4, 0);
    const int valueWidth = metrics.horizontalAdvance(value) + 8;
    const int markWidth = metrics.horizontalAdvance(mark);
    const QString name =
        metrics.elidedText(index.data().toString(), Qt::ElideRight, text.width() - valueWidth - markWidth);
    painter->setPen(option.palette.color(QPalette::Text));
    painter->drawText(text, Qt::AlignRight | Qt::AlignVCenter, value);
    painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter, name);
    painter->setPen(faintText(option.palette));
    painter->drawText(text.adjusted(metrics.horizontalAdvance(name), 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, mark);
    painter->restore();
}

QSize TopClassesDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {160, option.fontMetrics.height() + 8};
}

}  // namespace oodscope::ui
