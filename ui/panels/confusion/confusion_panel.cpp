// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/confusion/confusion_panel.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "ui/models/number_text.h"
#include "ui/widgets/colors.h"
#include "ui/widgets/plot_support.h"

namespace oodscope::ui {

namespace {
constexpr double kClickSlack = 4;  // pixels a hand may move in a click

QString label(const ConfusionModel& model, int section, Qt::Orientation orientation) {
    return model.headerData(section, orientation).toString();
}
}  // namespace

ConfusionPanel::ConfusionPanel(EvaluationContext* context, QWidget* parent)
    : DeferredPanel(parent),
      m_context(context),
      m_plot(new QCustomPlot(this)),
      m_rowTicker(new ClassTicker),
      m_columnTicker(new ClassTicker) {
    setObjectName(QStringLiteral("ConfusionPanel"));
    m_summary = new ElidedLabel(this);
    m_summary->setContentsMargins(6, 0, 6, 3);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(createBar());
    column->addWidget(m_plot, 1);
    column->addWidget(m_summary);
    createPlot();
    connect(m_context, &EvaluationContext::evaluationChanged, this, &ConfusionPanel::requestRefresh);
    connect(m_context, &EvaluationContext::filterChanged, this, &ConfusionPanel::updateSelection);
    applyPalette();
    requestRefresh();
}

QWidget* ConfusionPanel::createBar() {
    auto* bar = new QWidget(this);
    auto* rows = new QVBoxLayout(bar);
    rows->setContentsMargins(4, 2, 4, 2);
    rows->setSpacing(2);
    auto* first = new QHBoxLayout;
    auto* second = new QHBoxLayout;
    m_set = new QComboBox(bar);
    m_set->setObjectName(QStringLiteral("ConfusionSet"));
    m_columns = new QComboBox(bar);
    m_columns->addItems({tr("Pseudo labels"), tr("Predictions")});
    m_shade = new QComboBox(bar);
    m_shade->setObjectName(QStringLiteral("ConfusionShade"));
    m_shade->addItems({tr("Share of the row"), tr("Counts")});
    m_log = new QCheckBox(tr("Log colours"), bar);
    m_byConfusion = new QCheckBox(tr("Most confused first"), bar);
    m_byConfusion->setObjectName(QStringLiteral("ConfusionOrder"));
    m_dim = new QCheckBox(tr("Hide the diagonal"), bar);
    first->addWidget(m_set, 1);
    first->addWidget(m_columns);
    first->addWidget(m_shade);
    second->addWidget(m_byConfusion);
    second->addWidget(m_dim);
    second->addWidget(m_log);
    second->addStretch(1);
    rows->addLayout(first);
    rows->addLayout(second);
    connect(m_set, &QComboBox::activated, this, &ConfusionPanel::setSource);
    connect(m_columns, &QComboBox::activated, this, &ConfusionPanel::setSource);
    connect(m_shade, &QComboBox::activated, this, &ConfusionPanel::paintCells);
    connect(m_log, &QCheckBox::toggled, this, &ConfusionPanel::paintCells);
    connect(m_dim, &QCheckBox::toggled, this, &ConfusionPanel::paintCells);
    connect(m_byConfusion, &QCheckBox::toggled, this, [this] {
        orderClasses();
        paintCells();
    });
    return bar;
}

void ConfusionPanel::createPlot() {
    m_plot->setObjectName(QStringLiteral("ConfusionPlot"));
    m_plot->setMinimumSize(220, 160);
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->axisRect()->setupFullAxesBox();
    m_plot->yAxis->setRangeReversed(true);
    m_plot->yAxis->setTicker(m_rowTicker);
    m_plot->xAxis->setTicker(m_columnTicker);
    m_plot->xAxis->setTickLabelRotation(-60);
    m_plot->setContextMenuPolicy(Qt::CustomContextMenu);
    m_plot->installEventFilter(this);
    m_map = new QCPColorMap(m_plot->xAxis, m_plot->yAxis);
    m_map->setInterpolate(false);
    m_map->setTightBoundary(false);
    m_selection = new QCPItemRect(m_plot);
    m_selection->setVisible(false);
    m_selection->setLayer(QStringLiteral("overlay"));
    m_readout = addReadout(m_plot);
    m_empty = new QCPItemText(m_plot);
    m_empty->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_empty->position->setCoords(0.5, 0.5);
    connect(m_plot, &QCustomPlot::mousePress, this, [this](QMouseEvent* e) { m_pressedAt = e->position(); });
    connect(m_plot, &QCustomPlot::mouseMove, this, &ConfusionPanel::moved);
    connect(m_plot, &QCustomPlot::mouseRelease, this, &ConfusionPanel::released);
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, &ConfusionPanel::showAll);
    connect(m_plot, &QCustomPlot::beforeReplot, this, &ConfusionPanel::updateTickers);
    connect(m_plot, &QWidget::customContextMenuRequested, this, [this](const QPoint& pos) {
        auto* menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->addAction(tr("Show all classes"), this, &ConfusionPanel::showAll);
        menu->addAction(tr("Export…"), this, [this] {
            exportPlotWithDialog(
                m_plot, QStringLiteral("confusion"), [this] { return csv(); },
                [this](const QString& message) { Q_EMIT failed(message); });
        });
        menu->popup(m_plot->mapToGlobal(pos));
    });
}

void ConfusionPanel::fillSets() {
    const QSignalBlocker blocker(m_set);
    m_set->clear();
    const auto& evaluation = m_context->evaluation();
    for (int set = 0; evaluation && set < setCount(*evaluation); ++set)
        m_set->addItem(QString::fromStdString(scoredSet(*evaluation, set)->name), set);
    m_set->setEnabled(evaluation != nullptr);
}

void ConfusionPanel::refresh() {
    fillSets();
    setSource();
}

void ConfusionPanel::setSource() {
    const int set = m_set->currentIndex() < 0 ? -1 : m_set->currentData().toInt();
    const bool pseudo = m_columns->currentIndex() == 0;
    m_model.setSource(m_context->evaluation(), set,
                      pseudo ? ConfusionModel::Columns::PseudoLabel : ConfusionModel::Columns::Predicted);
    m_plot->xAxis->setLabel(pseudo ? tr("Pseudo label (zero-shot)") : tr("Predicted class (probe)"));
    m_plot->yAxis->setLabel(tr("True class"));
    orderClasses();
    paintCells();
    showAll();
    updateSelection();
}

void ConfusionPanel::orderClasses() {
    const int rows = m_model.rowCount();
    const int columns = m_model.columnCount();
    m_rowOrder.resize(static_cast<std::size_t>(rows));
    m_columnOrder.resize(static_cast<std::size_t>(columns));
    std::iota(m_rowOrder.begin(), m_rowOrder.end(), 0);
    std::iota(m_columnOrder.begin(), m_columnOrder.end(), 0);
    std::vector<std::uint32_t> wrongInRow(m_rowOrder.size(), 0), wrongInColumn(m_columnOrder.size(), 0);
    bool square = rows == columns;
    for (int r = 0; r < rows; ++r) {
        square = square && m_model.isMatch(r, r);
        for (int c = 0; c < columns; ++c) {
            if (m_model.isMatch(r, c)) continue;
            wrongInRow[static_cast<std::size_t>(r)] += m_model.count(r, c);
            wrongInColumn[static_cast<std::size_t>(c)] += m_model.count(r, c);
        }
    }
    if (m_byConfusion->isChecked()) {
        const auto by = [](const std::vector<std::uint32_t>& wrong) {
            return [&wrong](int a, int b) {
                return wrong[static_cast<std::size_t>(a)] > wrong[static_cast<std::size_t>(b)];
            };
        };
        std::stable_sort(m_rowOrder.begin(), m_rowOrder.end(), by(wrongInRow));
        // The same classes on both sides keep their diagonal; an OOD set's rows and columns are sorted for themselves.
        if (square)
            m_columnOrder = m_rowOrder;
        else
            std::stable_sort(m_columnOrder.begin(), m_columnOrder.end(), by(wrongInColumn));
    }
    QStringList rowNames, columnNames;
    for (const int r : m_rowOrder)
        rowNames << label(m_model, r, Qt::Vertical);
    for (const int c : m_columnOrder)
        columnNames << label(m_model, c, Qt::Horizontal);
    m_rowTicker->setNames(rowNames);
    m_columnTicker->setNames(columnNames);
    updateSelection();
}

double ConfusionPanel::cellValue(int row, int column) const {
    if (m_dim->isChecked() && m_model.isMatch(row, column)) return 0;
    const double value = m_shade->currentIndex() == 0 ? m_model.share(row, column) : m_model.count(row, column);
    if (!m_log->isChecked()) return value;
    // From one image (or a thousandth) up, so that single mistakes can be seen.
    return m_shade->currentIndex() == 0 ? std::log10(1 + value * 999) / 3 : std::log10(1 + value);
}

void ConfusionPanel::paintCells() {
    const int rows = static_cast<int>(m_rowOrder.size());
    const int columns = static_cast<int>(m_columnOrder.size());
    const bool empty = m_model.total() == 0;
    m_map->setVisible(!empty);
    m_empty->setVisible(empty);
    m_empty->setText(m_context->evaluation() ? tr("This set has no labels to compare") : tr("No evaluation is open"));
    m_map->data()->setSize(std::max(1, columns), std::max(1, rows));
    // A map of one cell has no extent of its own; half-cell borders come from the key and value distance otherwise.
    m_map->data()->setRange(QCPRange(0, std::max(1, columns - 1)), QCPRange(0, std::max(1, rows - 1)));
    double top = 0;
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            const double v =
                cellValue(m_rowOrder[static_cast<std::size_t>(r)], m_columnOrder[static_cast<std::size_t>(c)]);
            m_map->data()->setCell(c, r, v);
            top = std::max(top, v);
        }
    m_map->setDataRange(QCPRange(0, top > 0 ? top : 1));
    const double share = empty ? 0 : static_cast<double>(m_model.matches()) / m_model.total();
    m_summary->setText(
        empty ? QString()
        : m_model.matches() > 0
            ? tr("%1 images, %2 right (%3)")
                  .arg(countText(m_model.total()), countText(m_model.matches()), percentText(share))
            : tr("%1 images of %2 classes").arg(countText(m_model.total()), countText(static_cast<std::size_t>(rows))));
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void ConfusionPanel::showAll() {
    m_plot->xAxis->setRange(-0.5, std::max<double>(0.5, static_cast<double>(m_columnOrder.size()) - 0.5));
    m_plot->yAxis->setRange(-0.5, std::max<double>(0.5, static_cast<double>(m_rowOrder.size()) - 0.5));
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void ConfusionPanel::updateTickers() {
    const QFontMetrics metrics(m_plot->xAxis->tickLabelFont());
    const QRect rect = m_plot->axisRect()->rect();
    m_rowTicker->setRoom(rect.height(), metrics.height() * 1.05);
    m_columnTicker->setRoom(rect.width(), metrics.height() * 1.35);
}

void ConfusionPanel::resizeEvent(QResizeEvent* event) {
    DeferredPanel::resizeEvent(event);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void ConfusionPanel::applyPalette() {
    applyPlotPalette(m_plot);
    const QPalette pal = palette();
    QCPColorGradient gradient;
    gradient.setLevelCount(256);
    gradient.setColorInterpolation(QCPColorGradient::ciRGB);
    const QColor base = pal.color(QPalette::Base);
    const bool dark = isDark(pal);
    gradient.setColorStopAt(0, base);
    gradient.setColorStopAt(0.02, dark ? QColor(0x1d3145) : QColor(0xe3eefb));
    gradient.setColorStopAt(0.35, dark ? QColor(0x2b6ca8) : QColor(0x8cbcf0));
    gradient.setColorStopAt(0.7, dark ? QColor(0x62b4e8) : QColor(0x2f6fd0));
    gradient.setColorStopAt(1, dark ? QColor(0xe8f6ff) : QColor(0x0b2559));
    m_map->setGradient(gradient);
    m_selection->setPen(QPen(oodColor(0, pal), 2));
    m_empty->setColor(faintText(pal));
    for (auto* axis : {m_plot->xAxis, m_plot->yAxis})
        axis->grid()->setVisible(false);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

ConfusionPanel::Cell ConfusionPanel::cellAt(QPointF pixel) const {
    if (!m_plot->axisRect()->rect().contains(pixel.toPoint())) return {};
    const auto column = std::lround(m_plot->xAxis->pixelToCoord(pixel.x()));
    const auto row = std::lround(m_plot->yAxis->pixelToCoord(pixel.y()));
    if (row < 0 || column < 0 || row >= static_cast<long>(m_rowOrder.size()) ||
        column >= static_cast<long>(m_columnOrder.size()))
        return {};
    return {m_rowOrder[static_cast<std::size_t>(row)], m_columnOrder[static_cast<std::size_t>(column)]};
}

QPointF ConfusionPanel::cellCentre(int row, int column) const {
    const auto place = [](const std::vector<int>& order, int index) {
        return static_cast<double>(std::find(order.begin(), order.end(), index) - order.begin());
    };
    return {m_plot->xAxis->coordToPixel(place(m_columnOrder, column)),
            m_plot->yAxis->coordToPixel(place(m_rowOrder, row))};
}

QString ConfusionPanel::describe(Cell cell) const {
    const bool pseudo = m_columns->currentIndex() == 0;
    return tr("true: %1\n%2: %3\n%4 of %5 images (%6)")
        .arg(label(m_model, cell.row, Qt::Vertical), pseudo ? tr("pseudo") : tr("predicted"),
             label(m_model, cell.column, Qt::Horizontal), countText(m_model.count(cell.row, cell.column)),
             countText(m_model.rowTotal(cell.row)), percentText(m_model.share(cell.row, cell.column)));
}

void ConfusionPanel::moved(QMouseEvent* event) {
    const Cell cell = event->buttons() ? Cell() : cellAt(event->position());
    if (cell.isValid())
        showReadout(m_readout, describe(cell), event->position());
    else
        m_readout->setVisible(false);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void ConfusionPanel::released(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    if (QLineF(m_pressedAt, event->position()).length() > kClickSlack) return;  // it was a drag
    const Cell cell = cellAt(event->position());
    if (!cell.isValid()) return;
    const ImageFilter filter = m_model.filterFor(cell.row, cell.column);
    m_context->setFilter(m_context->filter() == filter ? ImageFilter() : filter);
}

void ConfusionPanel::updateSelection() {
    bool found = false;
    const auto& wanted = m_context->filter();
    const auto& column =
        m_model.columns() == ConfusionModel::Columns::PseudoLabel ? wanted.pseudoLabel : wanted.predicted;
    if (wanted.trueLabel && column && *wanted.trueLabel < m_model.rowCount() && *column < m_model.columnCount() &&
        m_model.filterFor(*wanted.trueLabel, *column) == wanted) {
        const auto place = [](const std::vector<int>& order, int index) {
            return static_cast<double>(std::find(order.begin(), order.end(), index) - order.begin());
        };
        const double x = place(m_columnOrder, *column);
        const double y = place(m_rowOrder, *wanted.trueLabel);
        m_selection->topLeft->setCoords(x - 0.5, y - 0.5);
        m_selection->bottomRight->setCoords(x + 0.5, y + 0.5);
        found = true;
    }
    m_selection->setVisible(found);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

QString ConfusionPanel::csv() const {
    const auto quoted = [](QString text) {
        return QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
    };
    QString text = QStringLiteral("true");
    for (int c = 0; c < m_model.columnCount(); ++c)
        text += QLatin1Char(',') + quoted(label(m_model, c, Qt::Horizontal));
    text += QLatin1Char('\n');
    for (int r = 0; r < m_model.rowCount(); ++r) {
        text += quoted(label(m_model, r, Qt::Vertical));
        for (int c = 0; c < m_model.columnCount(); ++c)
            text += QLatin1Char(',') + QString::number(m_model.count(r, c));
        text += QLatin1Char('\n');
    }
    return text;
}

bool ConfusionPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Leave) {
        m_readout->setVisible(false);
        m_plot->replot(QCustomPlot::rpQueuedReplot);
    }
    return DeferredPanel::eventFilter(watched, event);
}

}  // namespace oodscope::ui
