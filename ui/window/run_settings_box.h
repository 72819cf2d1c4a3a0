// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QListWidget>
#include <QSpinBox>
#include <QWidget>
#include <vector>

#include "ui/jobs/latest_job.h"
#include "ui/widgets/path_edit.h"
#include "ui/window/run_form.h"
#include "ui/window/services.h"

class QFormLayout;

namespace oodscope::ui {

/// How a run computes, whatever its images are: device and precision of the embedding, the probe, the detectors.
class RunSettingsBox : public QWidget {
    Q_OBJECT
public:
    RunSettingsBox(const Services& services, JobRunner* jobs, QWidget* parent = nullptr);

    /// Only its own part of `form`.
    void writeTo(RunForm& form) const;
    void readFrom(const RunForm& form);
    void setProbeBatch(int images) { m_batch->setValue(images); }

Q_SIGNALS:
    void changed();

private:
    QWidget* createEmbeddingPart();
    QWidget* createProbePart();
    void addDetectorRows(QFormLayout* form);
    void connectFields();
    void listDevices(const Services& services, JobRunner* jobs);
    void fillDevices(const std::vector<model::DeviceInfo>& devices);
    void measurePrecisions();
    void showPrecisions(const std::vector<model::PrecisionSpeed>& speeds);

    decltype(Services::measurePrecisions) m_measure;
    LatestJob m_speed;
    std::vector<std::vector<model::Device>> m_deviceChoices;
    QComboBox* m_labels = nullptr;
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
};

}  // namespace oodscope::ui
