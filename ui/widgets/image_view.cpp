// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/image_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QTextOption>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/widgets/colors.h"

namespace oodscope::ui {
namespace {

constexpr double kMinZoom = 0.02, kMaxZoom = 64;
constexpr double kSharpFrom = 1.5;  // from here on pixels are drawn as squares
constexpr double kStep = 1.25;

}  // namespace

ImageView::ImageView(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    setToolTip(tr("Wheel: zoom. Drag: move. Double click: fit or one to one. Arrow keys: next and previous image."));
}

void ImageView::setImage(const QImage& image) {
    const bool sameSize = image.size() == m_pixmap.size();
    m_pixmap = QPixmap::fromImage(image);
    m_title.clear();
    m_text.clear();
    if (!sameSize && !m_fitted) fit();
    if (m_fitted) m_center = QPointF(m_pixmap.width() / 2.0, m_pixmap.height() / 2.0);
    updateCursor();
    Q_EMIT zoomChanged(zoom());
    update();
}

void ImageView::setMessage(const QString& title, const QString& text) {
    m_pixmap = {};
    m_title = title;
    m_text = text;
    updateCursor();
    Q_EMIT zoomChanged(zoom());
    update();
}

double ImageView::fittingZoom() const {
    if (m_pixmap.isNull()) return 1;
    const double ratio = devicePixelRatioF();
    return std::min({width() * ratio / m_pixmap.width(), height() * ratio / m_pixmap.height(), kMaxZoom});
}

double ImageView::zoom() const {
    return m_fitted ? fittingZoom() : m_zoom;
}

void ImageView::fit() {
    m_fitted = true;
    m_center = QPointF(m_pixmap.width() / 2.0, m_pixmap.height() / 2.0);
    updateCursor();
    Q_EMIT zoomChanged(zoom());
    update();
}

void ImageView::setZoom(double zoom) {
    zoomAround(zoom, QRectF(rect()).center());
}

/// The image pixel below `position` stays there.
void ImageView::zoomAround(double zoom, const QPointF& position) {
    if (m_pixmap.isNull()) return;
    const QPointF offset = (position - QRectF(rect()).center()) * devicePixelRatioF();
    const QPointF below = m_center + offset / this->zoom();
    m_zoom = std::clamp(zoom, kMinZoom, kMaxZoom);
    m_fitted = false;
    m_center = below - offset / m_zoom;
    limitPan();
    updateCursor();
    Q_EMIT zoomChanged(m_zoom);
    update();
}

/// The image stays in view; along a side that fits it stays in the middle.
void ImageView::limitPan() {
    const auto limit = [this](double center, int image, int view) {
        const double half = view * devicePixelRatioF() / zoom() / 2;
        return half * 2 >= image ? image / 2.0 : std::clamp(center, half, image - half);
    };
    m_center = {limit(m_center.x(), m_pixmap.width(), width()), limit(m_center.y(), m_pixmap.height(), height())};
}

QRectF ImageView::target() const {
    const double scale = zoom() / devicePixelRatioF();
    const QPointF topLeft = QRectF(rect()).center() - m_center * scale;
    return {topLeft, QSizeF(m_pixmap.size()) * scale};
}

void ImageView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (!m_pixmap.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform, zoom() < kSharpFrom);
        painter.drawPixmap(target(), m_pixmap, QRectF(m_pixmap.rect()));
    } else if (!m_title.isEmpty()) {
        const QRect area = rect().adjusted(12, 12, -12, -12);
        QFont bold = font();
        bold.setBold(true);
        const QRect title = QFontMetrics(bold).boundingRect(area, Qt::AlignHCenter | Qt::TextWordWrap, m_title);
        QTextOption option(Qt::AlignHCenter);
        option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);  // a path is one long word
        const int textHeight = static_cast<int>(std::ceil(painter.boundingRect(area, m_text, option).height()));
        const int y = std::max(area.y(), area.center().y() - (title.height() + textHeight) / 2);
        painter.setFont(bold);
        painter.drawText(QRect(area.x(), y, area.width(), title.height()), Qt::AlignHCenter | Qt::TextWordWrap,
                         m_title);
        painter.setFont(font());
        painter.setPen(faintText(palette()));
        painter.drawText(QRect(area.x(), y + title.height() + 6, area.width(), area.height()), m_text, option);
    }
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void ImageView::resizeEvent(QResizeEvent*) {
    limitPan();
    Q_EMIT zoomChanged(zoom());
}

void ImageView::wheelEvent(QWheelEvent* event) {
    if (m_pixmap.isNull() || event->angleDelta().y() == 0) return event->ignore();
    zoomAround(zoom() * std::pow(kStep, event->angleDelta().y() / 120.0), event->position());
    event->accept();
}

void ImageView::updateCursor() {
    setCursor(m_pixmap.isNull() || m_fitted ? Qt::ArrowCursor : Qt::OpenHandCursor);
}

void ImageView::mousePressEvent(QMouseEvent* event) {
    m_pressed = event->position();
    if (event->button() == Qt::LeftButton && !m_fitted && hasImage()) setCursor(Qt::ClosedHandCursor);
}

void ImageView::mouseMoveEvent(QMouseEvent* event) {
    if (!event->buttons().testFlag(Qt::LeftButton) || m_fitted || m_pixmap.isNull()) return;
    m_center -= (event->position() - m_pressed) * devicePixelRatioF() / m_zoom;
    m_pressed = event->position();
    limitPan();
    update();
}

void ImageView::mouseReleaseEvent(QMouseEvent*) {
    updateCursor();
}

void ImageView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (m_fitted) {
        zoomAround(1, event->position());
    } else {
        fit();
    }
}

void ImageView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Right:
        case Qt::Key_Space:
            Q_EMIT stepRequested(1);
            break;
        case Qt::Key_Left:
        case Qt::Key_Backspace:
            Q_EMIT stepRequested(-1);
            break;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            setZoom(zoom() * kStep);
            break;
        case Qt::Key_Minus:
            setZoom(zoom() / kStep);
            break;
        case Qt::Key_0:
            fit();
            break;
        case Qt::Key_1:
            setZoom(1);
            break;
        default:
            QWidget::keyPressEvent(event);
    }
}

}  // namespace oodscope::ui
