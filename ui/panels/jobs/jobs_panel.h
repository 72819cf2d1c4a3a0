// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QTimer>
#include <QWidget>

#include "ui/jobs/job_model.h"
#include "ui/models/evaluation_context.h"
#include "ui/panels/jobs/training_curve.h"

namespace oodscope::ui {

/// Running and finished jobs with progress, cancel and error text; beside them the live curve of the selected job, or
/// the training of the open evaluation.
class JobsPanel : public QWidget {
    Q_OBJECT
public:
    JobsPanel(JobRunner* runner, JobModel* model, EvaluationContext* context, QWidget* parent = nullptr);

    QTableView* table() const { return m_table; }
    QPushButton* cancelButton() const { return m_cancel; }
    TrainingCurve* curve() const { return m_curve; }
    QString detailText() const { return m_detail->text(); }

private:
    QWidget* createList();
    void createTable(QWidget* parent);
    void cancelSelected();
    void update();
    void updateCurve();
    int currentRow() const;
    QString runningText(int row) const;

    JobRunner* m_runner;
    JobModel* m_model;
    EvaluationContext* m_context;
    QTableView* m_table = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_clear = nullptr;
    QLabel* m_detail = nullptr;
    TrainingCurve* m_curve;
    QTimer m_clock;
};

}  // namespace oodscope::ui
