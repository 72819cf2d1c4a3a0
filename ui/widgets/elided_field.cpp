// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/elided_field.h"

#include <QStylePainter>

namespace oodscope::ui {

namespace {
constexpr int kMargin = 2;  // of the text in a QLineEdit
}

ElidedField::ElidedField(QWidget* parent) : QLineEdit(parent) {
    setReadOnly(true);
    setFrame(false);
    QPalette transparent = palette();
    transparent.setColor(QPalette::Base, Qt::transparent);
    setPalette(transparent);
}

QString ElidedField::shownText() const {
    return fontMetrics().elidedText(text(), m_mode, contentsRect().width() - 2 * kMargin);
}

void ElidedField::paintEvent(QPaintEvent* event) {
    const QString shown = shownText();
    if (hasFocus() || shown == text()) return QLineEdit::paintEvent(event);
    QStylePainter painter(this);
    painter.drawItemText(contentsRect().adjusted(kMargin, 0, -kMargin, 0), Qt::AlignLeft | Qt::AlignVCenter, palette(),
                         isEnabled(), shown, QPalette::Text);
}

}  // namespace oodscope::ui
