// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/roc/roc_panel.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/models/number_text.h"
#include "ui/widgets/colors.h"
#include "ui/widgets/plot_support.h"

namespace oodscope::ui {

namespace {
constexpr double kGrabRadius = 10;   // pixels
constexpr double kHoverRadius = 40;  // pixels
constexpr int kLegendFrame = 130;    // pixels of a plot around the text of its legend: axis, symbol, margins

/// Share of the rising `sorted` that is accepted at `threshold`.
double acceptedShare(std::span<const double> sorted, double threshold) {
    if (sorted.empty()) return 0;
    const auto first = std::lower_bound(sorted.begin(), sorted.end(), threshold);
    return static_cast<double>(sorted.end() - first) / static_cast<double>(sorted.size());
}
}  // namespace

RocPanel::RocPanel(EvaluationContext* context, JobRunner* jobs, QWidget* parent)
    : DeferredPanel(parent), m_context(context), m_job(jobs), m_plot(new QCustomPlot(this)) {
    setObjectName(QStringLiteral("RocPanel"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    createPlot();
    createActions();
    connect(m_context, &EvaluationContext::evaluationChanged, this, &RocPanel::requestRefresh);
    connect(m_context, &EvaluationContext::detectorChanged, this, &RocPanel::requestRefresh);
    connect(m_context, &EvaluationContext::oodSetChanged, this, &RocPanel::styleCurves);
    connect(m_context, &EvaluationContext::thresholdChanged, this, &RocPanel::updateMarkers);
    applyPalette();
    requestRefresh();
}

void RocPanel::createPlot() {
    m_plot->setObjectName(QStringLiteral("RocPlot"));
    m_plot->setMinimumSize(220, 160);
    m_plot->setFocusPolicy(Qt::StrongFocus);
    m_plot->setNoAntialiasingOnDrag(true);
    m_plot->xAxis->setLabel(tr("False positive rate (OOD accepted as ID)"));
    m_plot->yAxis->setLabel(tr("True positive rate (ID accepted)"));
    m_plot->axisRect()->setupFullAxesBox();
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->legend->setVisible(true);
    m_plot->axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignRight | Qt::AlignBottom);
    m_plot->installEventFilter(this);
    m_chance = new QCPCurve(m_plot->xAxis, m_plot->yAxis);
    m_chance->removeFromLegend();
    m_guide = new QCPItemStraightLine(m_plot);
    m_guide->point1->setCoords(0, 0.95);
    m_guide->point2->setCoords(1, 0.95);
    m_hoverDot = m_plot->addGraph();
    m_hoverDot->removeFromLegend();
    m_hoverDot->setLayer(QStringLiteral("overlay"));
    m_readout = addReadout(m_plot);
    m_empty = new QCPItemText(m_plot);
    m_empty->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_empty->position->setCoords(0.5, 0.4);
    m_empty->setText(tr("No evaluation is open"));
    connect(m_plot, &QCustomPlot::mousePress, this, &RocPanel::pressed);
    connect(m_plot, &QCustomPlot::mouseMove, this, &RocPanel::moved);
    connect(m_plot, &QCustomPlot::mouseRelease, this, &RocPanel::released);
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, &RocPanel::updateAxes);
    updateAxes();
}

void RocPanel::createActions() {
    m_logAction = new QAction(tr("Logarithmic false positive rate"), this);
    m_logAction->setObjectName(QStringLiteral("RocLogAction"));
    m_logAction->setCheckable(true);
    connect(m_logAction, &QAction::toggled, this, [this] {
        rebuildCurves();
        updateAxes();
    });
    m_plot->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_plot, &QWidget::customContextMenuRequested, this, &RocPanel::showMenu);
}

void RocPanel::showMenu(const QPoint& pos) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(m_logAction);
    menu->addAction(tr("Show the whole curve"), this, &RocPanel::updateAxes);
    menu->addSeparator();
    menu->addAction(tr("Export…"), this, [this] {
        exportPlotWithDialog(
            m_plot, QStringLiteral("roc"), [this] { return QString::fromStdString(rocCsv(m_series)); },
            [this](const QString& message) { Q_EMIT failed(message); });
    });
    menu->popup(m_plot->mapToGlobal(pos));
}

void RocPanel::setLogFpr(bool on) {
    m_logAction->setChecked(on);
}

void RocPanel::refresh() {
    const auto evaluation = m_context->evaluation();
    const int detector = m_context->detector();
    if (!evaluation || detector < 0) {
        m_job.drop();
        setSeries({});
        return;
    }
    m_job.start<std::vector<RocSeries>>(
        tr("ROC curves"),
        [evaluation, detector](std::stop_token stop, const ProgressFn&) {
            return rocSeries(*evaluation, detector, stop);
        },
        this,
        [this](Result<std::vector<RocSeries>> result) {
            if (!result) Q_EMIT failed(QString::fromStdString(result.error().message));
            setSeries(result ? std::move(*result) : std::vector<RocSeries>());
        });
}

void RocPanel::setSeries(std::vector<RocSeries> series) {
    m_series = std::move(series);
    for (auto* curve : m_curves)
        m_plot->removePlottable(curve);
    for (auto* marker : m_markers)
        m_plot->removeGraph(marker);
    m_curves.clear();
    m_markers.clear();
    std::size_t largest = 10;
    for (const auto& s : m_series) {
        largest = std::max(largest, s.oodCount);
        m_curves.push_back(new QCPCurve(m_plot->xAxis, m_plot->yAxis));
    }
    for (std::size_t i = 0; i < m_series.size(); ++i) {
        m_markers.push_back(m_plot->addGraph());
        m_markers.back()->removeFromLegend();
        m_markers.back()->setLayer(QStringLiteral("overlay"));
    }
    m_smallestFpr = 0.5 / static_cast<double>(largest);
    m_readout->setVisible(false);
    m_hoverDot->data()->clear();
    rebuildCurves();
    updateAxes();
    setLegendNames();
    styleCurves();
}

double RocPanel::drawnFpr(double fpr) const {
    return m_logAction->isChecked() ? std::max(fpr, m_smallestFpr) : fpr;
}

void RocPanel::rebuildCurves() {
    for (std::size_t i = 0; i < m_series.size(); ++i) {
        const auto& curve = m_series[i].curve;
        QVector<QCPCurveData> data;
        data.reserve(static_cast<qsizetype>(curve.fpr.size()));
        for (std::size_t k = 0; k < curve.fpr.size(); ++k)
            data.append(QCPCurveData(static_cast<double>(k), drawnFpr(curve.fpr[k]), curve.tpr[k]));
        m_curves[i]->data()->set(data, /*alreadySorted=*/true);
    }
    QVector<QCPCurveData> chance;
    for (int k = 0; k <= 200; ++k) {
        const double x = m_logAction->isChecked() ? std::pow(m_smallestFpr, 1 - k / 200.0) : k / 200.0;
        chance.append(QCPCurveData(k, x, x));
    }
    m_chance->data()->set(chance, /*alreadySorted=*/true);
    updateMarkers();
}

void RocPanel::setLegendNames() {
    QStringList names;
    for (const auto& s : m_series)
        names << (s.set < 0 ? tr("all OOD sets") : QString::fromStdString(s.name));
    names = legendNames(names, m_plot);
    QStringList full;
    QStringList brief;
    bool fits = true;
    for (const auto& s : m_series) {
        const QString& name = names[full.size()];
        brief << tr("%1   AUROC %2").arg(name, percentText(s.auroc));
        full << tr("%1   AUROC %2   FPR95 %3").arg(name, percentText(s.auroc), percentText(s.fpr95));
        fits = fits && m_plot->fontMetrics().horizontalAdvance(full.back()) + kLegendFrame <= m_plot->width();
    }
    for (std::size_t i = 0; i < m_curves.size(); ++i)
        m_curves[i]->setName((fits ? full : brief)[static_cast<qsizetype>(i)]);
    showLegend(m_plot);
}

bool RocPanel::isEmphasised(const RocSeries& series) const {
    return series.set == m_context->oodSet();
}

void RocPanel::styleCurves() {
    const QPalette pal = palette();
    for (std::size_t i = 0; i < m_series.size(); ++i) {
        const auto& s = m_series[i];
        const QColor color = s.set < 0 ? pal.color(QPalette::Text) : oodColor(s.set - kFirstOodSet, pal);
        const bool strong = isEmphasised(s) || m_series.size() == 1;
        m_curves[i]->setPen(QPen(color, strong ? 2.4 : 1.3, s.set < 0 ? Qt::DashLine : oodLine(s.set - kFirstOodSet)));
        m_markers[i]->setLineStyle(QCPGraph::lsNone);
        m_markers[i]->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(pal.color(QPalette::Base), 1.5),
                                                      QBrush(color), strong ? 12 : 9));
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void RocPanel::applyPalette() {
    const QPalette pal = palette();
    applyPlotPalette(m_plot);
    const QColor faint = faintText(pal);
    m_chance->setPen(QPen(faint, 1, Qt::DotLine));
    m_guide->setPen(QPen(faint, 1, Qt::DashLine));
    m_hoverDot->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(pal.color(QPalette::Text), 1.5), Qt::NoBrush, 9));
    m_empty->setColor(faint);
    styleCurves();
}

void RocPanel::updateAxes() {
    const bool log = m_logAction && m_logAction->isChecked();
    QSharedPointer<QCPAxisTicker> ticker(log ? new QCPAxisTickerLog : new QCPAxisTicker);
    m_plot->xAxis->setScaleType(log ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    m_plot->xAxis->setTicker(ticker);
    m_plot->xAxis->setNumberFormat(log ? QStringLiteral("eb") : QStringLiteral("gb"));
    m_plot->xAxis->setNumberPrecision(log ? 0 : 4);
    m_plot->xAxis->setRange(log ? m_smallestFpr : -0.01, log ? 1.2 : 1.01);
    m_plot->yAxis->setRange(-0.01, 1.01);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

QPointF RocPanel::markerAt(int index) const {
    const auto& s = m_series.at(static_cast<std::size_t>(index));
    const double threshold = m_context->threshold();
    const double tpr = acceptedShare(m_context->sortedScores(kIdTestSet), threshold);
    if (s.set >= 0) return {acceptedShare(m_context->sortedScores(s.set), threshold), tpr};
    double accepted = 0;
    double total = 0;
    for (int set = kFirstOodSet; set < setCount(*m_context->evaluation()); ++set) {
        const auto sorted = m_context->sortedScores(set);
        accepted += acceptedShare(sorted, threshold) * static_cast<double>(sorted.size());
        total += static_cast<double>(sorted.size());
    }
    return {total > 0 ? accepted / total : 0, tpr};
}

void RocPanel::updateMarkers() {
    // Between a change of the evaluation and its curves the markers have nothing to stand on.
    const bool current = m_context->evaluation() && !refreshPending();
    for (std::size_t i = 0; i < m_markers.size(); ++i) {
        m_markers[i]->data()->clear();
        if (!current || (m_series[i].set >= setCount(*m_context->evaluation()))) continue;
        const QPointF at = markerAt(static_cast<int>(i));
        m_markers[i]->addData(drawnFpr(at.x()), at.y());
    }
    m_empty->setVisible(m_series.empty());
    m_chance->setVisible(!m_series.empty());
    m_guide->setVisible(!m_series.empty());
    showGrid(m_plot, !m_series.empty());
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

QPointF RocPanel::toPixels(double fpr, double tpr) const {
    return {m_plot->xAxis->coordToPixel(drawnFpr(fpr)), m_plot->yAxis->coordToPixel(tpr)};
}

RocPanel::Nearest RocPanel::nearestPoint(QPointF pixel, int onlySeries) const {
    Nearest best;
    best.distance = std::numeric_limits<double>::infinity();
    for (int s = 0; s < static_cast<int>(m_series.size()); ++s) {
        if (onlySeries >= 0 && s != onlySeries) continue;
        const auto& curve = m_series[static_cast<std::size_t>(s)].curve;
        for (std::size_t i = 0; i < curve.fpr.size(); ++i) {
            const QPointF d = toPixels(curve.fpr[i], curve.tpr[i]) - pixel;
            const double distance = std::hypot(d.x(), d.y());
            if (distance < best.distance) best = {s, i, distance};
        }
    }
    return best;
}

int RocPanel::markerUnder(QPointF pixel) const {
    int found = -1;
    double nearest = kGrabRadius;
    for (int i = 0; i < static_cast<int>(m_markers.size()); ++i) {
        if (m_markers[static_cast<std::size_t>(i)]->data()->isEmpty()) continue;
        const QPointF at = markerAt(i);
        const QPointF d = toPixels(at.x(), at.y()) - pixel;
        const double distance = std::hypot(d.x(), d.y());
        if (distance > nearest) continue;
        nearest = distance;
        found = i;
    }
    return found;
}

void RocPanel::pressed(QMouseEvent* event) {
    m_dragged = event->button() == Qt::LeftButton ? markerUnder(event->position()) : -1;
    m_plot->setInteraction(QCP::iRangeDrag, m_dragged < 0);
    if (m_dragged >= 0) m_plot->setCursor(Qt::ClosedHandCursor);
}

void RocPanel::moved(QMouseEvent* event) {
    if (m_dragged < 0) {
        if (!event->buttons()) {
            m_plot->setCursor(markerUnder(event->position()) >= 0 ? Qt::OpenHandCursor : Qt::ArrowCursor);
            hover(event->position());
        }
        return;
    }
    const auto nearest = nearestPoint(event->position(), m_dragged);
    if (nearest.series < 0) return;
    const auto& curve = m_series[static_cast<std::size_t>(nearest.series)].curve;
    // The curve starts at an infinite threshold; the line can only stand at a finite one.
    const std::size_t point = std::isfinite(curve.threshold[nearest.point]) ? nearest.point : nearest.point + 1;
    if (point < curve.threshold.size()) m_context->setThreshold(curve.threshold[point]);
    hover(event->position());
}

void RocPanel::released() {
    if (m_dragged < 0) return;
    m_dragged = -1;
    m_plot->setCursor(Qt::OpenHandCursor);
}

bool RocPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize) setLegendNames();
    if (event->type() == QEvent::Leave && m_dragged < 0) {
        m_hoverDot->data()->clear();
        m_readout->setVisible(false);
        m_plot->replot(QCustomPlot::rpQueuedReplot);
    }
    return DeferredPanel::eventFilter(watched, event);
}

void RocPanel::hover(QPointF pixel) {
    const auto nearest = nearestPoint(pixel, m_dragged);
    m_hoverDot->data()->clear();
    m_readout->setVisible(false);
    if (nearest.series >= 0 && (nearest.distance < kHoverRadius || m_dragged >= 0)) {
        const auto& s = m_series[static_cast<std::size_t>(nearest.series)];
        const double fpr = s.curve.fpr[nearest.point];
        const double tpr = s.curve.tpr[nearest.point];
        m_hoverDot->addData(drawnFpr(fpr), tpr);
        showReadout(m_readout,
                    tr("%1\nFPR %2\nTPR %3\nthreshold %4")
                        .arg(s.set < 0 ? tr("all OOD sets") : QString::fromStdString(s.name), percentText(fpr),
                             percentText(tpr), numberText(s.curve.threshold[nearest.point], 6)),
                    pixel);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

}  // namespace oodscope::ui
