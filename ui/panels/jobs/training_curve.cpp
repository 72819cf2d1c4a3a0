// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/jobs/training_curve.h"

#include <QEvent>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/jobs/progress_text.h"
#include "ui/widgets/colors.h"
#include "ui/widgets/plot_support.h"

namespace oodscope::ui {

namespace {
bool isShare(const QString& name) {
    return name.contains(QStringLiteral("accuracy"), Qt::CaseInsensitive) ||
           name.contains(QStringLiteral("share"), Qt::CaseInsensitive);
}
}  // namespace

TrainingCurve::TrainingCurve(QWidget* parent) : QWidget(parent), m_plot(new QCustomPlot(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    m_plot->setObjectName(QStringLiteral("TrainingPlot"));
    m_plot->setMinimumSize(160, 90);
    m_plot->yAxis2->setVisible(true);
    m_plot->yAxis2->setLabel(tr("Accuracy"));
    m_plot->yAxis->setLabel(tr("Loss"));
    m_plot->legend->setVisible(true);
    m_plot->axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignRight | Qt::AlignVCenter);
    m_empty = new QCPItemText(m_plot);
    m_empty->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_empty->position->setCoords(0.5, 0.5);
    m_empty->setText(tr("No training to show"));
    setSeries({}, tr("epoch"));
    style();
}

void TrainingCurve::setSeries(const std::vector<JobSeries>& series, const QString& xLabel) {
    m_plot->clearGraphs();
    double top = 0;
    double lastX = 1;
    for (const auto& s : series) {
        const bool share = isShare(s.name);
        auto* graph = m_plot->addGraph(m_plot->xAxis, share ? m_plot->yAxis2 : m_plot->yAxis);
        graph->setName(progressText(s.name.toStdString()));
        QVector<QCPGraphData> data;
        data.reserve(s.points.size());
        for (const QPointF& p : s.points) {
            data.append({p.x(), p.y()});
            if (!share) top = std::max(top, p.y());
            lastX = std::max(lastX, p.x());
        }
        graph->data()->set(data, /*alreadySorted=*/true);
        if (data.size() == 1) graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 5));
    }
    m_empty->setVisible(series.empty());
    m_plot->xAxis->setLabel(xLabel);
    m_plot->xAxis->setRange(0, lastX);
    m_plot->yAxis->setRange(0, top > 0 ? top * 1.05 : 1);
    m_plot->yAxis2->setRange(0, 1.02);
    style();
}

void TrainingCurve::setHistory(const std::vector<probe::EpochStats>& history) {
    if (history.empty()) return setSeries({}, tr("epoch"));
    JobSeries loss{tr("loss"), {}, 1, 0};
    JobSeries accuracy{tr("accuracy"), {}, 1, 0};
    for (std::size_t i = 0; i < history.size(); ++i) {
        const auto x = static_cast<double>(i + 1);
        loss.points.append({x, history[i].loss});
        accuracy.points.append({x, history[i].trainAccuracy});
    }
    setSeries({loss, accuracy}, tr("epoch"));
    m_plot->graph(1)->setValueAxis(m_plot->yAxis2);
    m_plot->yAxis->rescale();
    m_plot->yAxis->setRangeLower(0);
}

void TrainingCurve::style() {
    applyPlotPalette(m_plot);
    m_empty->setColor(faintText(palette()));
    for (int i = 0; i < m_plot->graphCount(); ++i) {
        const bool share = m_plot->graph(i)->valueAxis() == m_plot->yAxis2;
        m_plot->graph(i)->setPen(QPen(share ? idColor(palette()) : oodColor(i, palette()), 1.8));
    }
    for (QCPAxis* axis : {m_plot->yAxis, m_plot->yAxis2}) {
        const auto graphs = axis->graphs();
        if (graphs.size() == 1) axis->setLabelColor(graphs.front()->pen().color());  // says the same as the legend
    }
    fit();
}

/// In a low dock the legend would hide the curves, and the figures of the axes each other.
void TrainingCurve::fit() {
    constexpr int kFrame = 120;  // pixels of figures and labels left and right of the curves
    m_plot->legend->setVisible(m_plot->graphCount() > 0 && width() >= 320 && height() >= 160);
    m_plot->xAxis->ticker()->setTickCount(std::max(2, (width() - kFrame) / 60));
    for (QCPAxis* axis : {m_plot->yAxis, m_plot->yAxis2})
        axis->ticker()->setTickCount(std::clamp((height() - 50) / 24, 2, 6));
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void TrainingCurve::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fit();
}

void TrainingCurve::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) style();
}

}  // namespace oodscope::ui
