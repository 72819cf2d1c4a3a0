// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plot_support.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QSaveFile>
#include <QSvgGenerator>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "ui/widgets/colors.h"

namespace oodscope::ui {

namespace {

void styleAxis(QCPAxis* axis, const QColor& text, const QColor& line, const QColor& grid, const QFont& font) {
    axis->setBasePen(QPen(line));
    axis->setTickPen(QPen(line));
    axis->setSubTickPen(QPen(line));
    axis->setTickLabelColor(text);
    axis->setLabelColor(text);
    axis->setTickLabelFont(font);
    axis->setLabelFont(font);
    axis->setLabelPadding(3);
    axis->grid()->setPen(QPen(grid, 1, Qt::SolidLine));
    axis->grid()->setZeroLinePen(QPen(grid, 1, Qt::SolidLine));
}

QColor mix(const QColor& a, const QColor& b, double shareOfB) {
    const auto channel = [&](int x, int y) { return static_cast<int>(std::lround(x + (y - x) * shareOfB)); };
    return {channel(a.red(), b.red()), channel(a.green(), b.green()), channel(a.blue(), b.blue())};
}

/// How many characters all `texts` begin and end with, less the parts of words (of usual length).
std::pair<qsizetype, qsizetype> differingPart(const QStringList& texts) {
    const auto [least, most] = std::ranges::minmax_element(texts);  // what these two share, all share
    qsizetype begin = std::ranges::mismatch(*least, *most).in1 - least->begin();
    qsizetype end = std::numeric_limits<qsizetype>::max();
    for (const QString& text : texts) {
        qsizetype same = 0;
        while (same < std::min(text.size(), texts.front().size()) - begin &&
               text.at(text.size() - 1 - same) == texts.front().at(texts.front().size() - 1 - same))
            ++same;
        end = std::min(end, same);
    }
    constexpr int kWord = 12;
    const QString& any = texts.front();
    for (int i = 0; i < kWord && begin > 0 && any[begin - 1].isLetterOrNumber(); ++i)
        --begin;
    for (int i = 0; i < kWord && end > 0 && any[any.size() - end].isLetterOrNumber(); ++i)
        --end;
    return {begin, end};
}

}  // namespace

void applyPlotPalette(QCustomPlot* plot) {
    const QPalette palette = plot->palette();
    const QColor base = palette.color(QPalette::Base);
    const QColor text = palette.color(QPalette::Text);
    QFont font = plot->font();
    font.setPointSizeF(font.pointSizeF() * 0.92);
    plot->setBackground(base);
    for (auto* rect : plot->axisRects())
        for (auto* axis : rect->axes())
            styleAxis(axis, text, mix(text, base, 0.45), mix(base, text, 0.12), font);
    if (plot->legend) {
        QColor panel = base;
        panel.setAlpha(225);
        plot->legend->setBrush(panel);
        plot->legend->setBorderPen(QPen(mix(base, text, 0.25)));
        plot->legend->setTextColor(text);
        plot->legend->setSelectedTextColor(text);
        plot->legend->setFont(font);
        plot->legend->setIconSize(18, 10);
        plot->legend->setRowSpacing(0);
    }
}

void showGrid(QCustomPlot* plot, bool on) {
    for (auto* axis : {plot->xAxis, plot->yAxis, plot->xAxis2, plot->yAxis2}) {
        axis->grid()->setVisible(on && axis->axisType() != QCPAxis::atTop && axis->axisType() != QCPAxis::atRight);
        axis->setTicks(on);
        const bool second = axis == plot->xAxis2 || axis == plot->yAxis2;
        axis->setTickLabels(on && !second);
    }
}

QStringList legendNames(const QStringList& names, const QCustomPlot* plot) {
    const QFontMetrics metrics = plot->fontMetrics();
    const int room = std::clamp(plot->width() / 4, 130, 400);
    QStringList shown;
    for (const QString& name : names)
        shown << metrics.elidedText(name, Qt::ElideMiddle, room);
    for (const QString& clash : QStringList(shown)) {
        QStringList alike;
        for (qsizetype i = 0; i < names.size(); ++i)
            if (shown[i] == clash) alike << names[i];
        alike.removeDuplicates();
        if (alike.size() < 2) continue;
        const auto [first, last] = differingPart(alike);
        for (qsizetype i = 0; i < names.size(); ++i) {
            if (shown[i] != clash) continue;
            const QString part = QStringLiteral("…") + names[i].mid(first, names[i].size() - first - last);
            shown[i] = metrics.elidedText(last > 0 ? part + QStringLiteral("…") : part, Qt::ElideRight, room);
        }
    }
    return shown;
}

void showLegend(QCustomPlot* plot) {
    constexpr double kMostOfPlot = 0.6;
    constexpr int kFrame = 14;  // pixels above and below the names
    const int rows = plot->legend->itemCount();
    const int height = rows * QFontMetrics(plot->legend->font()).height() + kFrame;
    plot->legend->setVisible(rows > 0 && height <= kMostOfPlot * plot->height());
}

QCPItemText* addReadout(QCustomPlot* plot) {
    auto* item = new QCPItemText(plot);
    item->position->setType(QCPItemPosition::ptAbsolute);
    item->setPadding(QMargins(7, 4, 7, 4));
    item->setTextAlignment(Qt::AlignLeft);
    item->setClipToAxisRect(false);
    item->setVisible(false);
    item->setLayer(QStringLiteral("overlay"));
    item->setSelectable(false);
    return item;
}

void showReadout(QCPItemText* readout, const QString& text, const QPointF& at) {
    auto* plot = readout->parentPlot();
    const QPalette palette = plot->palette();
    readout->setFont(plot->font());
    readout->setColor(palette.color(QPalette::ToolTipText));
    readout->setBrush(palette.color(QPalette::ToolTipBase));
    readout->setPen(QPen(faintText(palette)));
    readout->setText(text);
    const QSize size = QFontMetrics(plot->font()).size(0, text) + QSize(16, 10);
    const QRect area = plot->rect().adjusted(2, 2, -2, -2);
    const bool right = at.x() + 14 + size.width() <= area.right();
    const bool below = at.y() + 14 + size.height() <= area.bottom();
    readout->setPositionAlignment((right ? Qt::AlignLeft : Qt::AlignRight) | (below ? Qt::AlignTop : Qt::AlignBottom));
    readout->position->setPixelPosition(at + QPointF(right ? 14 : -14, below ? 14 : -14));
    readout->setVisible(true);
}

bool savePlot(QCustomPlot* plot, const QString& path, PlotFormat format) {
    if (format == PlotFormat::Pdf) return plot->savePdf(path);
    if (format == PlotFormat::Png) return plot->savePng(path, plot->width(), plot->height(), 2.0);
    QSvgGenerator generator;
    generator.setFileName(path);
    generator.setSize(plot->size());
    generator.setViewBox(QRect(QPoint(0, 0), plot->size()));
    QCPPainter painter;
    if (!painter.begin(&generator)) return false;
    painter.setMode(QCPPainter::pmVectorized);
    plot->toPainter(&painter, plot->width(), plot->height());
    return painter.end();
}

void exportPlotWithDialog(QCustomPlot* plot, const QString& suggestedName, const std::function<QString()>& csv,
                          const std::function<void(const QString&)>& onError) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("oodscope::ui", text); };
    QStringList filters{tr("PNG picture (*.png)"), tr("SVG drawing (*.svg)"), tr("PDF document (*.pdf)")};
    if (csv) filters << tr("CSV table (*.csv)");
    auto* dialog =
        new QFileDialog(plot, tr("Export"), suggestedName + QStringLiteral(".png"), filters.join(QStringLiteral(";;")));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QFileDialog::fileSelected, plot, [plot, csv, onError, tr](const QString& path) {
        const QString suffix = QFileInfo(path).suffix().toLower();
        bool ok = false;
        if (suffix == QStringLiteral("csv") && csv) {
            QSaveFile file(path);
            ok = file.open(QIODevice::WriteOnly) && file.write(csv().toUtf8()) >= 0 && file.commit();
        } else {
            const bool svg = suffix == QStringLiteral("svg");
            const bool pdf = suffix == QStringLiteral("pdf");
            ok = savePlot(plot, path, svg ? PlotFormat::Svg : pdf ? PlotFormat::Pdf : PlotFormat::Png);
        }
        if (!ok && onError) onError(tr("Could not write %1. Is the folder writable and the disk not full?").arg(path));
    });
    dialog->open();
}

}  // namespace oodscope::ui
