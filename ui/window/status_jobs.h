// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QProgressBar>
#include <QToolButton>
#include <QWidget>

#include "ui/jobs/job_model.h"

namespace oodscope::ui {

/// The newest running job in the status bar: stage, progress, rate, time left, cancel. Hidden when nothing runs.
class StatusJobs : public QWidget {
    Q_OBJECT
public:
    StatusJobs(JobRunner* runner, JobModel* model, QWidget* parent = nullptr);
    QToolButton* cancelButton() const { return m_cancel; }
    QProgressBar* bar() const { return m_bar; }
    QString text() const { return m_text->text(); }

private:
    void update();

    JobRunner* m_runner;
    JobModel* m_model;
    QLabel* m_text;
    QProgressBar* m_bar;
    QToolButton* m_cancel;
    JobId m_shown = 0;
};

}  // namespace oodscope::ui
