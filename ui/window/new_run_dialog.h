// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTimer>

#include "ui/jobs/latest_job.h"
#include "ui/widgets/folder_list.h"
#include "ui/widgets/path_edit.h"
#include "ui/window/run_form.h"
#include "ui/window/services.h"

class QFormLayout;
class QCheckBox;

namespace oodscope::ui {

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
    QWidget* createModelPart();
    QWidget* createProbePart();
    void addDetectorRows(QFormLayout* form);
    void createButtons();
    void connectFields();
    void listModels();
    void listDevices();
    void fillDevices(const std::vector<model::DeviceInfo>& devices);
    void measurePrecisions();
    void showPrecisions(const std::vector<model::PrecisionSpeed>& speeds);
    void check();
    void checkInCore();
    void showProblem(const QString& text);
    void start();

    const Services& m_services;
    JobRunner* m_jobs;
    WindowSettings* m_settings;
    LatestJob m_validation;
    LatestJob m_speed;
    QTimer m_checkTimer;
    std::vector<std::vector<model::Device>> m_deviceChoices;

    QComboBox* m_model = nullptr;
    PathEdit* m_train = nullptr;
    PathEdit* m_idTest = nullptr;
    FolderList* m_ood = nullptr;
    QComboBox* m_labels = nullptr;
    PathEdit* m_prompts = nullptr;
    QComboBox* m_device = nullptr;
    QComboBox* m_precision = nullptr;
    QSpinBox* m_imageBatch = nullptr;
    QSpinBox* m_epochs = nullptr;
    QSpinBox* m_batch = nullptr;
    QDoubleSpinBox* m_learningRate = nullptr;
    QListWidget* m_detectors = nullptr;
    QLineEdit* m_moreDetectors = nullptr;
    PathEdit* m_negativeWords = nullptr;
    QCheckBox* m_zeroShot = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_start = nullptr;
};

}  // namespace oodscope::ui
