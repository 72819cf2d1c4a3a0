// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QLabel>
#include <QPushButton>
#include <QTimer>

#include "ui/jobs/latest_job.h"
#include "ui/widgets/folder_list.h"
#include "ui/widgets/path_edit.h"
#include "ui/window/run_form.h"
#include "ui/window/services.h"

namespace oodscope::ui {

class ModelBox;
class RunSettingsBox;

/// Asks what a run needs, checks it while it is filled in (paths here, the rest by core on a worker) and remembers it.
class NewRunDialog : public QDialog {
    Q_OBJECT
public:
    NewRunDialog(const Services& services, JobRunner* jobs, WindowSettings* settings, QWidget* parent = nullptr);

    RunForm form() const;
    void setForm(const RunForm& form);
    QPushButton* startButton() const { return m_start; }
    QString problemText() const { return m_problem->text(); }

Q_SIGNALS:
    void startRequested(const oodscope::experiment::RunOptions& options);

private:
    QWidget* createDataPart();
    void createButtons();
    void connectFields();
    void check();
    void checkInCore();
    void showProblem(const QString& text);
    void start();

    const Services& m_services;
    JobRunner* m_jobs;
    WindowSettings* m_settings;
    LatestJob m_validation;
    QTimer m_checkTimer;

    ModelBox* m_model = nullptr;
    PathEdit* m_train = nullptr;
    PathEdit* m_idTest = nullptr;
    FolderList* m_ood = nullptr;
    PathEdit* m_prompts = nullptr;
    RunSettingsBox* m_settingsBox = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_start = nullptr;
};

}  // namespace oodscope::ui
