// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QMainWindow>
#include <QMap>
#include <utility>

#include "ui/jobs/job_model.h"
#include "ui/models/evaluation_context.h"
#include "ui/window/message_bar.h"
#include "ui/window/services.h"
#include "ui/window/window_settings.h"
#include "ui/window/workspace_session.h"

class QDockWidget;
class QStackedWidget;

namespace oodscope::ui {

class ElidedLabel;
class GalleryPanel;
class HistogramPanel;
class JobsPanel;
class LibraryPanel;
class NewRunDialog;
class RocPanel;
class StartPage;
class StatusJobs;
class ThresholdBar;

/// The workbench: docks around the gallery, one context that they share.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(const Services& services, WindowSettings* settings, QWidget* parent = nullptr);
    ~MainWindow() override;

    EvaluationContext* context() const { return m_context; }
    WorkspaceSession* session() const { return m_session; }
    JobRunner* jobs() const { return m_jobs; }
    MessageBar* messageBar() const { return m_message; }
    StatusJobs* statusJobs() const { return m_statusJobs; }
    QDockWidget* dock(const QString& objectName) const { return m_docks.value(objectName); }
    /// Pictures of the panels, PNG, into `folder`; how many were written.
    int exportPictures(const QString& folder) const;
    /// Writes an HTML page on the evaluation that is shown, on a worker; the message bar tells how it went.
    void exportReport(const QString& page);
    /// True once nothing that belongs to the picture is on its way any more (for screenshots).
    bool isSettled() const;

public Q_SLOTS:
    void openWorkspace();
    void newRun();
    void newRunWith(const QString& model);  // empty: the one of the last run
    void showModels();
    void showSelftest();
    void runBenchmark();
    void restoreDefaultLayout();

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void createCentre();
    void createDocks();
    void createPlotDocks();
    QDockWidget* addDock(const QString& name, const QString& title, QWidget* widget, Qt::DockWidgetArea area);
    void createMenus();
    void createFileMenu();
    void createViewMenu();
    void createHelpMenu();
    void createBars();
    void connectSession();
    bool hasPlaceForRuns();
    void offerWorkspace(const QString& folder);
    void workspaceOpened(const QString& folder);
    void updateStartPage();
    void startRun(const experiment::RunOptions& options);
    void arrangeDocks();
    void updateCentre();
    void updateTitle();
    void fillRecent();
    void chooseTheme(Theme theme);
    void choosePictureFolder();
    void chooseReportFile();
    void copyCommand();
    QString placeOf(const QAction& action) const;
    QList<std::pair<QString, QString>> shortcuts() const;
    void showShortcuts();
    void showAbout();

    Services m_services;
    WindowSettings* m_settings;
    JobRunner* m_jobs;
    JobModel* m_jobModel;
    EvaluationContext* m_context;
    WorkspaceSession* m_session;
    MessageBar* m_message = nullptr;
    QStackedWidget* m_stack = nullptr;
    StartPage* m_start = nullptr;
    ThresholdBar* m_thresholdBar = nullptr;
    StatusJobs* m_statusJobs = nullptr;
    ElidedLabel* m_summary = nullptr;
    QMenu* m_recentMenu = nullptr;
    QMap<QString, QDockWidget*> m_docks;
    GalleryPanel* m_gallery = nullptr;
    LibraryPanel* m_library = nullptr;
};

}  // namespace oodscope::ui
