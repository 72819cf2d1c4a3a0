// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/histogram/histogram_panel.h"

#include <QHBoxLayout>
#include <QKeyEvent>
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
constexpr std::size_t kBins = 60;
constexpr double kGrabDistance = 6;  // pixels

/// The outline of bins as points of a curve that goes up and down the steps, between `from` and `to`.
QVector<QCPGraphData> steps(const HistogramBins& bins, const std::vector<double>& heights, double from, double to) {
    QVector<QCPGraphData> points;
    if (!(from < to)) return points;
    points.append({from, 0});
    for (std::size_t i = 0; i < heights.size(); ++i) {
        const double low = std::max(bins.edges[i], from);
        const double high = std::min(bins.edges[i + 1], to);
        if (low >= high) continue;
        points.append({low, heights[i]});
        points.append({high, heights[i]});
    }
    points.append({to, 0});
    return points;
}

QColor withAlpha(QColor color, int alpha) {
    color.setAlpha(alpha);
    return color;
}
}  // namespace

HistogramPanel::HistogramPanel(EvaluationContext* context, QWidget* parent)
    : DeferredPanel(parent), m_context(context), m_plot(new QCustomPlot(this)) {
    setObjectName(QStringLiteral("HistogramPanel"));
    m_counts = new ThresholdCountsBar(context, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(createBar());
    layout->addWidget(m_plot, 1);
    layout->addWidget(m_counts);
    createPlot();
    connect(m_context, &EvaluationContext::evaluationChanged, this, &HistogramPanel::requestRefresh);
    connect(m_context, &EvaluationContext::detectorChanged, this, &HistogramPanel::requestRefresh);
    connect(m_context, &EvaluationContext::oodSetChanged, this, &HistogramPanel::requestRefresh);
    connect(m_context, &EvaluationContext::thresholdChanged, this, &HistogramPanel::updateThreshold);
    connect(m_context, &EvaluationContext::filterChanged, this, &HistogramPanel::updateBand);
    applyPalette();
    requestRefresh();
}

QWidget* HistogramPanel::createBar() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(4, 2, 4, 2);
    m_scale = new QComboBox(bar);
    m_scale->setObjectName(QStringLiteral("HistogramScale"));
    m_scale->addItems({tr("Density"), tr("Counts")});
    m_scale->setToolTip(tr("Density: each set has area 1, so sets of different size compare"));
    m_log = new QCheckBox(tr("Log scale"), bar);
    m_log->setObjectName(QStringLiteral("HistogramLog"));
    m_clear = new QToolButton(bar);
    m_clear->setObjectName(QStringLiteral("HistogramClear"));
    m_clear->setText(tr("Clear score range"));
    m_clear->setVisible(false);
    row->addWidget(m_scale);
    row->addWidget(m_log);
    row->addStretch(1);
    row->addWidget(m_clear);
    connect(m_scale, &QComboBox::currentIndexChanged, this, [this] { rebuild(); });
    connect(m_log, &QCheckBox::toggled, this, [this] { rebuild(); });
    connect(m_clear, &QToolButton::clicked, this, [this] {
        ImageFilter filter = m_context->filter();
        filter.scores.reset();
        m_context->setFilter(filter);
    });
    return bar;
}

void HistogramPanel::createPlot() {
    m_plot->setObjectName(QStringLiteral("HistogramPlot"));
    m_plot->setMinimumSize(220, 120);
    m_plot->setFocusPolicy(Qt::StrongFocus);
    m_plot->setAccessibleName(tr("Score histogram; left and right move the threshold"));
    m_plot->axisRect()->setupFullAxesBox();
    m_plot->setInteractions(QCP::iRangeZoom);
    m_plot->axisRect()->setRangeZoom(Qt::Horizontal);
    m_plot->legend->setVisible(true);
    m_plot->axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignLeft | Qt::AlignTop);
    m_plot->setContextMenuPolicy(Qt::CustomContextMenu);
    m_plot->installEventFilter(this);
    m_band = new QCPItemRect(m_plot);
    m_band->topLeft->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_band->bottomRight->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_line = new QCPItemStraightLine(m_plot);
    m_lineLabel = new QCPItemText(m_plot);
    m_lineLabel->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_line->setLayer(QStringLiteral("axes"));
    m_lineLabel->setLayer(QStringLiteral("overlay"));
    m_lineLabel->setPadding(QMargins(5, 1, 5, 1));
    m_empty = new QCPItemText(m_plot);
    m_empty->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_empty->position->setCoords(0.5, 0.5);
    m_empty->setText(tr("No evaluation is open"));
    connect(m_plot, &QCustomPlot::mousePress, this, &HistogramPanel::pressed);
    connect(m_plot, &QCustomPlot::mouseMove, this, &HistogramPanel::moved);
    connect(m_plot, &QCustomPlot::mouseRelease, this, &HistogramPanel::released);
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, &HistogramPanel::resetView);
    connect(m_plot, &QWidget::customContextMenuRequested, this, &HistogramPanel::showMenu);
}

void HistogramPanel::showMenu(const QPoint& pos) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Threshold at 95 % TPR"), this, [this] { m_context->setThreshold(m_context->threshold95()); });
    menu->addAction(tr("Show all scores"), this, &HistogramPanel::resetView);
    menu->addSeparator();
    menu->addAction(tr("Export…"), this, [this] {
        exportPlotWithDialog(
            m_plot, QStringLiteral("scores"), [this] { return csv(); },
            [this](const QString& message) { Q_EMIT failed(message); });
    });
    menu->popup(m_plot->mapToGlobal(pos));
}

QString HistogramPanel::csv() const {
    QString text = QStringLiteral("set,low,high,count\n");
    for (const auto& shown : m_shown) {
        const auto counts = countsInBins(m_context->sortedScores(shown.set), m_bins);
        QString name = QString::fromStdString(scoredSet(*m_context->evaluation(), shown.set)->name);
        name.replace(QLatin1Char('"'), QStringLiteral("\"\""));
        for (std::size_t i = 0; i < counts.size(); ++i)
            text += QStringLiteral("\"%1\",%2,%3,%4\n")
                        .arg(name)
                        .arg(m_bins.edges[i], 0, 'g', 17)
                        .arg(m_bins.edges[i + 1], 0, 'g', 17)
                        .arg(counts[i]);
    }
    return text;
}

void HistogramPanel::refresh() {
    rebuild();
}

void HistogramPanel::rebuild() {
    for (auto& shown : m_shown) {
        m_plot->removeGraph(shown.outline);
        m_plot->removeGraph(shown.wrong);
    }
    m_shown.clear();
    m_bins = {};
    const auto evaluation = m_context->evaluation();
    std::vector<int> sets;
    for (int set = kIdTestSet; evaluation && set < setCount(*evaluation); ++set)
        if (m_context->isCompared(set) && !m_context->sortedScores(set).empty()) sets.push_back(set);
    std::vector<std::span<const double>> scores;
    for (const int set : sets)
        scores.push_back(m_context->sortedScores(set));
    m_bins = sharedBins(scores, kBins);
    for (const int set : sets)
        addSet(set);
    setLegendNames();
    m_empty->setVisible(m_shown.empty());
    showGrid(m_plot, !m_shown.empty());
    m_line->setVisible(!m_shown.empty());
    m_lineLabel->setVisible(!m_shown.empty());
    updateAxisLabel();
    resetView();
    updateBand();
    updateThreshold();
}

void HistogramPanel::setLegendNames() {
    QStringList names;
    for (const Shown& shown : m_shown)
        names << QString::fromStdString(scoredSet(*m_context->evaluation(), shown.set)->name);
    names = legendNames(names, m_plot);
    for (std::size_t i = 0; i < m_shown.size(); ++i)
        m_shown[i].outline->setName(tr("%1 (%2)").arg(names[static_cast<qsizetype>(i)],
                                                      countText(m_context->sortedScores(m_shown[i].set).size())));
    showLegend(m_plot);
}

/// Where the bars are lower.
void HistogramPanel::placeLegend() {
    double highest[2] = {0, 0};  // left and right half
    for (const Shown& shown : m_shown)
        for (std::size_t i = 0; i < shown.heights.size(); ++i) {
            double& half = highest[2 * i / shown.heights.size()];
            if (makesScale(shown)) half = std::max(half, shown.heights[i]);
        }
    const auto side = highest[0] > highest[1] ? Qt::AlignRight : Qt::AlignLeft;
    m_plot->axisRect()->insetLayout()->setInsetAlignment(0, side | Qt::AlignTop);
}

void HistogramPanel::addSet(int set) {
    const auto sorted = m_context->sortedScores(set);
    const auto counts = countsInBins(sorted, m_bins);
    Shown shown;
    shown.set = set;
    const double width = (m_bins.high() - m_bins.low()) / static_cast<double>(m_bins.count());
    const double unit = m_scale->currentIndex() == 0 ? 1.0 / (static_cast<double>(sorted.size()) * width) : 1.0;
    for (const std::size_t n : counts)
        shown.heights.push_back(static_cast<double>(n) * unit);
    shown.outline = m_plot->addGraph();
    shown.wrong = m_plot->addGraph();
    shown.wrong->removeFromLegend();
    shown.outline->data()->set(steps(m_bins, shown.heights, m_bins.low(), m_bins.high()), /*alreadySorted=*/true);
    style(shown);
    m_shown.push_back(std::move(shown));
}

void HistogramPanel::style(Shown& shown) {
    const bool id = shown.set == kIdTestSet;
    const QColor color = id ? idColor(palette()) : oodColor(shown.set - kFirstOodSet, palette());
    shown.outline->setPen(QPen(color, 1.5, id ? Qt::SolidLine : oodLine(shown.set - kFirstOodSet)));
    shown.outline->setBrush(withAlpha(color, 38));
    shown.wrong->setPen(Qt::NoPen);
    // Solid for what goes wrong: OOD right of the threshold, ID left of it.
    shown.wrong->setBrush(withAlpha(color, 125));
}

void HistogramPanel::applyPalette() {
    applyPlotPalette(m_plot);
    const QPalette pal = palette();
    m_line->setPen(QPen(thresholdColor(pal), 2));
    m_lineLabel->setColor(pal.color(QPalette::Base));
    m_lineLabel->setBrush(thresholdColor(pal));
    m_band->setPen(QPen(pal.color(QPalette::Highlight), 1));
    m_band->setBrush(withAlpha(pal.color(QPalette::Highlight), 50));
    m_empty->setColor(faintText(pal));
    for (auto& shown : m_shown)
        style(shown);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void HistogramPanel::updateAxisLabel() {
    const auto evaluation = m_context->evaluation();
    const int detector = m_context->detector();
    const QString key = evaluation && detector >= 0
                            ? QString::fromStdString(evaluation->detectorKeys[static_cast<std::size_t>(detector)])
                            : tr("score");
    m_plot->xAxis->setLabel(tr("%1 (higher = more in-distribution)").arg(key));
    m_plot->yAxis->setLabel(m_scale->currentIndex() == 0 ? tr("Density") : tr("Images per bin"));
}

/// The density of a few images is spikes, which would press all else flat: such a set does not make the scale.
bool HistogramPanel::makesScale(const Shown& shown) const {
    constexpr std::size_t kFew = 20;
    const auto isFew = [&](const Shown& one) { return m_context->sortedScores(one.set).size() < kFew; };
    return m_scale->currentIndex() != 0 || !isFew(shown) || std::ranges::all_of(m_shown, isFew);
}

void HistogramPanel::resetView() {
    double top = 0;
    double least = std::numeric_limits<double>::infinity();
    for (const auto& shown : m_shown) {
        if (!makesScale(shown)) continue;
        for (const double h : shown.heights) {
            top = std::max(top, h);
            if (h > 0) least = std::min(least, h);
        }
    }
    placeLegend();
    const bool log = m_log->isChecked() && top > 0;
    m_plot->yAxis->setScaleType(log ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    m_plot->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(log ? new QCPAxisTickerLog : new QCPAxisTicker));
    m_plot->yAxis->setNumberFormat(log ? QStringLiteral("eb") : QStringLiteral("gb"));
    m_plot->yAxis->setNumberPrecision(log ? 0 : 5);
    m_plot->yAxis->setRange(log ? least * 0.5 : 0, top > 0 ? (log ? top * 2 : top * 1.12) : 1);
    if (m_bins.count() > 0) {
        const double margin = (m_bins.high() - m_bins.low()) * 0.02;
        m_plot->xAxis->setRange(m_bins.low() - margin, m_bins.high() + margin);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void HistogramPanel::updateThreshold() {
    if (m_bins.count() == 0 || refreshPending()) return;
    const double t = m_context->threshold();
    m_line->point1->setCoords(t, 0);
    m_line->point2->setCoords(t, 1);
    // Beside the line, on the side where there is room.
    const double ratio = (t - m_plot->xAxis->range().lower) / m_plot->xAxis->range().size();
    m_lineLabel->setPositionAlignment((ratio > 0.75 ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignBottom);
    m_lineLabel->position->setCoords(t, 1.0);
    m_lineLabel->setText(numberText(t, 5));
    const double low = m_bins.low();
    const double high = m_bins.high();
    for (auto& shown : m_shown) {
        const bool id = shown.set == kIdTestSet;
        const auto points = id ? steps(m_bins, shown.heights, low, std::clamp(t, low, high))
                               : steps(m_bins, shown.heights, std::clamp(t, low, high), high);
        shown.wrong->data()->set(points, /*alreadySorted=*/true);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void HistogramPanel::updateBand() {
    const auto& scores = m_context->filter().scores;
    m_clear->setVisible(scores.has_value());
    const bool visible = scores.has_value() && m_bins.count() > 0;
    m_band->setVisible(visible || m_drag == Drag::Band);
    if (visible && m_drag != Drag::Band) {
        m_band->topLeft->setCoords(scores->first, 0);
        m_band->bottomRight->setCoords(scores->second, 1);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

bool HistogramPanel::isOnLine(double pixelX) const {
    return m_line->visible() && std::abs(m_plot->xAxis->coordToPixel(m_context->threshold()) - pixelX) <= kGrabDistance;
}

void HistogramPanel::pressed(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || m_bins.count() == 0) return;
    m_bandStart = m_plot->xAxis->pixelToCoord(event->position().x());
    m_drag = isOnLine(event->position().x()) ? Drag::Line : Drag::Band;
    if (m_drag == Drag::Line) m_plot->setCursor(Qt::ClosedHandCursor);
}

void HistogramPanel::moved(QMouseEvent* event) {
    const double x = m_plot->xAxis->pixelToCoord(event->position().x());
    if (m_drag == Drag::Line) {
        m_context->setThreshold(std::clamp(x, m_bins.low(), m_bins.high()));
    } else if (m_drag == Drag::Band) {
        m_band->setVisible(true);
        m_band->topLeft->setCoords(std::min(x, m_bandStart), 0);
        m_band->bottomRight->setCoords(std::max(x, m_bandStart), 1);
        m_plot->replot(QCustomPlot::rpQueuedReplot);
    } else {
        m_plot->setCursor(isOnLine(event->position().x()) ? Qt::OpenHandCursor : Qt::CrossCursor);
    }
}

void HistogramPanel::released(QMouseEvent* event) {
    const Drag drag = std::exchange(m_drag, Drag::None);
    if (drag == Drag::Line) m_plot->setCursor(Qt::OpenHandCursor);
    if (drag == Drag::Band) filterScores(m_bandStart, m_plot->xAxis->pixelToCoord(event->position().x()));
}

/// Whole bins, so that what is shown is what was marked.
void HistogramPanel::filterScores(double from, double to) {
    const std::size_t first = m_bins.indexOf(std::min(from, to));
    const std::size_t last = m_bins.indexOf(std::max(from, to));
    const bool reachesEnd = last + 1 == m_bins.count();
    const double high = m_bins.edges[last + 1];
    ImageFilter filter;
    for (const auto& shown : m_shown)
        filter.sets.push_back(shown.set);
    // The filter's range is closed, a bin's is open at the top.
    filter.scores = {m_bins.edges[first], reachesEnd ? high : std::nextafter(high, m_bins.low())};
    m_context->setFilter(filter);
    updateBand();
}

void HistogramPanel::nudge(double share) {
    if (m_bins.count() == 0) return;
    const double moved = m_context->threshold() + share * (m_bins.high() - m_bins.low());
    m_context->setThreshold(std::clamp(moved, m_bins.low(), m_bins.high()));
}

bool HistogramPanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_plot && event->type() == QEvent::Resize && !refreshPending()) setLegendNames();
    if (watched != m_plot || event->type() != QEvent::KeyPress) return DeferredPanel::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const double step = key->modifiers() & Qt::ShiftModifier ? 0.05 : 0.002;
    switch (key->key()) {
        case Qt::Key_Left:
            nudge(-step);
            return true;
        case Qt::Key_Right:
            nudge(step);
            return true;
        case Qt::Key_Home:
            m_context->setThreshold(m_context->threshold95());
            return true;
        case Qt::Key_Escape:
            m_clear->click();
            return true;
        default:
            return DeferredPanel::eventFilter(watched, event);
    }
}

}  // namespace oodscope::ui
