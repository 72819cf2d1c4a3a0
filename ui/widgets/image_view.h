// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPixmap>
#include <QPointF>
#include <QWidget>

namespace oodscope::ui {

/// One image, fitted or zoomed. Enlarged pixels are drawn as squares, as the model sees them, not blurred.
class ImageView : public QWidget {
    Q_OBJECT
public:
    explicit ImageView(QWidget* parent = nullptr);

    void setImage(const QImage& image);  // keeps fitting, or the zoom for an image of the same size
    void setMessage(const QString& title, const QString& text = {});  // instead of an image
    bool hasImage() const { return !m_pixmap.isNull(); }
    QString message() const { return m_title; }

    bool isFitted() const { return m_fitted; }
    double zoom() const;        // device pixels for an image pixel
    void setZoom(double zoom);  // around the middle
    void fit();

    QSize sizeHint() const override { return {360, 300}; }
    QSize minimumSizeHint() const override { return {120, 100}; }

Q_SIGNALS:
    void zoomChanged(double zoom);
    void stepRequested(int delta);  // arrow keys: the next or the previous image

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    double fittingZoom() const;
    void zoomAround(double zoom, const QPointF& position);
    void limitPan();
    QRectF target() const;  // logical pixels
    void updateCursor();

    QPixmap m_pixmap;
    QString m_title, m_text;
    bool m_fitted = true;
    double m_zoom = 1;
    QPointF m_center;  // of the view, in image pixels
    QPointF m_pressed;
};

}  // namespace oodscope::ui
