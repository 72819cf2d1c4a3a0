// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/qcp.h"

#include <QCheckBox>
#include <QComboBox>
#include <QToolButton>
#include <vector>

#include "ui/models/evaluation_context.h"
#include "ui/panels/histogram/histogram_data.h"
#include "ui/widgets/deferred_panel.h"
#include "ui/widgets/threshold_counts.h"

namespace oodscope::ui {

/// Scores of the ID test set against the chosen OOD set(s) on shared bins. The threshold line can be dragged or nudged
/// with the arrow keys; clicking or dragging over bins filters the gallery to those scores.
class HistogramPanel : public DeferredPanel {
    Q_OBJECT
public:
    explicit HistogramPanel(EvaluationContext* context, QWidget* parent = nullptr);

    QCustomPlot* plot() const { return m_plot; }
    ThresholdCountsBar* counts() const { return m_counts; }
    const HistogramBins& bins() const { return m_bins; }
    QToolButton* clearButton() const { return m_clear; }

Q_SIGNALS:
    void failed(const QString& message);

protected:
    void refresh() override;
    void applyPalette() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Shown {
        int set = 0;
        std::vector<double> heights;  // of the bins
        QCPGraph* outline = nullptr;
        QCPGraph* wrong = nullptr;  // the part on the wrong side of the threshold
    };
    QWidget* createBar();
    void createPlot();
    void rebuild();
    void addSet(int set);
    void setLegendNames();
    void placeLegend();
    bool makesScale(const Shown& shown) const;
    void style(Shown& shown);
    void updateThreshold();
    void updateBand();
    void updateAxisLabel();
    void resetView();
    void pressed(QMouseEvent* event);
    void moved(QMouseEvent* event);
    void released(QMouseEvent* event);
    bool isOnLine(double pixelX) const;
    void nudge(double share);
    void filterScores(double from, double to);
    void showMenu(const QPoint& pos);
    QString csv() const;

    EvaluationContext* m_context;
    QCustomPlot* m_plot;
    ThresholdCountsBar* m_counts = nullptr;
    QComboBox* m_scale = nullptr;
    QCheckBox* m_log = nullptr;
    QToolButton* m_clear = nullptr;
    HistogramBins m_bins;
    std::vector<Shown> m_shown;
    QCPItemStraightLine* m_line = nullptr;
    QCPItemText* m_lineLabel = nullptr;
    QCPItemRect* m_band = nullptr;
    QCPItemText* m_empty = nullptr;
    enum class Drag { None, Line, Band } m_drag = Drag::None;
    double m_bandStart = 0;
};

}  // namespace oodscope::ui
