// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QPushButton>
#include <optional>

#include "ui/jobs/latest_job.h"
#include "ui/models/benchmark_sets_model.h"
#include "ui/widgets/folder_list.h"
#include "ui/window/run_form.h"
#include "ui/window/services.h"

class QTableView;

namespace oodscope::ui {

class ModelBox;
class PathEdit;
class RunSettingsBox;

/// Chooses a benchmark protocol, shows which of its data sets are on this machine, and starts it as one run.
class BenchmarkDialog : public QDialog {
    Q_OBJECT
public:
    BenchmarkDialog(const Services& services, JobRunner* jobs, WindowSettings* settings, QWidget* parent = nullptr);

    QPushButton* startButton() const { return m_start; }
    BenchmarkSetsModel* sets() const { return m_sets; }
    FolderList* folderList() const { return m_folders; }
    QString problemText() const { return m_problem->text(); }

Q_SIGNALS:
    void startRequested(const oodscope::experiment::RunOptions& options);

private:
    QWidget* createChoice();
    QWidget* createSets();
    void createButtons();
    void connectFields();
    void loadFolders();
    void chooseProtocol();
    void takeFolders();
    void look();
    void showLocated(Result<experiment::LocatedSets> located);
    void check();
    QString problem() const;
    void start();

    const Services& m_services;
    JobRunner* m_jobs;
    WindowSettings* m_settings;
    LatestJob m_looking;
    LatestJob m_starting;
    data::DatasetFolders m_remembered;
    std::optional<experiment::Protocol> m_protocol;
    QString m_error;  // why there is no protocol, or nothing could be looked for
    QString m_foldersError;
    bool m_isLooking = false;

    BenchmarkSetsModel* m_sets;
    QComboBox* m_choice = nullptr;
    PathEdit* m_file = nullptr;
    PathEdit* m_names = nullptr;
    ModelBox* m_model = nullptr;
    FolderList* m_folders = nullptr;
    QTableView* m_table = nullptr;
    QCheckBox* m_skip = nullptr;
    RunSettingsBox* m_settingsBox = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_start = nullptr;
};

}  // namespace oodscope::ui
