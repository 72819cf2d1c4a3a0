// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/qcp.h"

#include <QAction>
#include <vector>

#include "ui/jobs/latest_job.h"
#include "ui/models/evaluation_context.h"
#include "ui/panels/roc/roc_data.h"
#include "ui/widgets/deferred_panel.h"

namespace oodscope::ui {

/// ROC curves of the current detector: one per OOD set, a marker on each at the current threshold that can be dragged
/// along its curve, hover readout, linear or logarithmic FPR.
class RocPanel : public DeferredPanel {
    Q_OBJECT
public:
    RocPanel(EvaluationContext* context, JobRunner* jobs, QWidget* parent = nullptr);

    QCustomPlot* plot() const { return m_plot; }
    const std::vector<RocSeries>& series() const { return m_series; }
    /// Where the marker of a curve stands: (FPR, TPR) at the context's threshold, exact.
    QPointF markerAt(int index) const;
    QString readoutText() const { return m_readout->visible() ? m_readout->text() : QString(); }

public Q_SLOTS:
    void setLogFpr(bool on);

Q_SIGNALS:
    void failed(const QString& message);

protected:
    void refresh() override;
    void applyPalette() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Nearest {
        int series = -1;
        std::size_t point = 0;
        double distance = 0;  // pixels
    };
    void createPlot();
    void createActions();
    void setSeries(std::vector<RocSeries> series);
    void rebuildCurves();
    void styleCurves();
    void setLegendNames();
    void updateMarkers();
    void updateAxes();
    QPointF toPixels(double fpr, double tpr) const;
    Nearest nearestPoint(QPointF pixel, int onlySeries = -1) const;
    int markerUnder(QPointF pixel) const;
    void pressed(QMouseEvent* event);
    void moved(QMouseEvent* event);
    void released();
    void hover(QPointF pixel);
    void showMenu(const QPoint& pos);
    double drawnFpr(double fpr) const;
    bool isEmphasised(const RocSeries& series) const;

    EvaluationContext* m_context;
    LatestJob m_job;
    QCustomPlot* m_plot;
    std::vector<RocSeries> m_series;
    std::vector<QCPCurve*> m_curves;
    std::vector<QCPGraph*> m_markers;
    QCPCurve* m_chance = nullptr;
    QCPItemStraightLine* m_guide = nullptr;
    QCPGraph* m_hoverDot = nullptr;
    QCPItemText* m_readout = nullptr;
    QCPItemText* m_empty = nullptr;
    QAction* m_logAction = nullptr;
    int m_dragged = -1;
    double m_smallestFpr = 1e-4;
};

}  // namespace oodscope::ui
