// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>

#include "ui/jobs/latest_job.h"
#include "ui/window/services.h"

namespace oodscope::ui {

/// Runs the self-test and shows its figures: whether this build on this device gives the recorded numbers.
class SelftestDialog : public QDialog {
    Q_OBJECT
public:
    SelftestDialog(const Services& services, JobRunner* jobs, QWidget* parent = nullptr);

    QTreeWidget* list() const { return m_list; }
    QString verdict() const { return m_verdict->text(); }
    QPushButton* startButton() const { return m_start; }

private:
    void start();
    void showReport(const Result<experiment::SelftestReport>& report);
    void listDevices();

    const Services& m_services;
    JobRunner* m_jobs;
    LatestJob m_job;
    std::vector<model::Device> m_devices{model::Device{}};
    QComboBox* m_device;
    QComboBox* m_precision;
    QTreeWidget* m_list;
    QLabel* m_verdict;
    QPushButton* m_start = nullptr;
};

}  // namespace oodscope::ui
