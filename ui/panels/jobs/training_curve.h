// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/probe/linear_probe.h"
#include "ui/jobs/job_model.h"
#include "ui/widgets/qcp.h"

namespace oodscope::ui {

/// Live figures of a job over its steps: shares (0 to 1, such as accuracy) on the right axis, the rest on the left.
class TrainingCurve : public QWidget {
    Q_OBJECT
public:
    explicit TrainingCurve(QWidget* parent = nullptr);

    void setSeries(const std::vector<JobSeries>& series, const QString& xLabel);
    /// Loss and accuracy of a finished training, by epoch.
    void setHistory(const std::vector<probe::EpochStats>& history);
    QCustomPlot* plot() const { return m_plot; }

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void style();
    void fit();

    QCustomPlot* m_plot;
    QCPItemText* m_empty;
};

}  // namespace oodscope::ui
