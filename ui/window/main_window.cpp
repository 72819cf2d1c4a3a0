// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QMenuBar>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>

#include "ui/models/number_text.h"
#include "ui/panels/confusion/confusion_panel.h"
#include "ui/panels/gallery/gallery_panel.h"
#include "ui/panels/gallery/gallery_view.h"
#include "ui/panels/histogram/histogram_panel.h"
#include "ui/panels/inspector/inspector_panel.h"
#include "ui/panels/jobs/jobs_panel.h"
#include "ui/panels/library/library_panel.h"
#include "ui/panels/results/results_panel.h"
#include "ui/panels/roc/roc_panel.h"
#include "ui/widgets/elided_label.h"
#include "ui/window/benchmark_dialog.h"
#include "ui/window/new_run_dialog.h"
#include "ui/window/start_page.h"
#include "ui/window/status_jobs.h"
#include "ui/window/threshold_bar.h"

namespace oodscope::ui {

MainWindow::MainWindow(const Services& services, WindowSettings* settings, QWidget* parent)
    : QMainWindow(parent),
      m_services(services),
      m_settings(settings),
      m_jobs(new JobRunner(this)),
      m_jobModel(new JobModel(m_jobs, this)),
      m_context(new EvaluationContext(this)),
      m_session(new WorkspaceSession(m_services, m_jobs, m_context, this)) {
    setObjectName(QStringLiteral("MainWindow"));
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    createBars();
    createCentre();
    createDocks();
    createMenus();
    connectSession();
    updateTitle();
    updateCentre();
    resize(1600, 1000);
    arrangeDocks();
    m_settings->restoreLayout(*this);
}

MainWindow::~MainWindow() {
    // Jobs hold references into the window's members through their receivers: they end first.
    delete m_jobs;
    m_jobs = nullptr;
}

void MainWindow::createBars() {
    m_thresholdBar = new ThresholdBar(m_context, this);
    addToolBar(Qt::TopToolBarArea, m_thresholdBar);
    m_statusJobs = new StatusJobs(m_jobs, m_jobModel, this);
    m_summary = new ElidedLabel(this);
    m_summary->setContentsMargins(6, 0, 6, 0);
    statusBar()->addWidget(m_summary, 1);
    statusBar()->addPermanentWidget(m_statusJobs);
    m_message = new MessageBar(this);
}

void MainWindow::createCentre() {
    m_stack = new QStackedWidget(this);
    m_start = new StartPage(m_stack);
    m_start->setDemoAvailable(static_cast<bool>(m_services.demo));
    m_gallery = new GalleryPanel(m_context, m_stack);
    m_stack->addWidget(m_start);
    m_stack->addWidget(m_gallery);
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_message);
    column->addWidget(m_stack, 1);
    setCentralWidget(centre);
    connect(m_start, &StartPage::openRequested, this, &MainWindow::openWorkspace);
    connect(m_start, &StartPage::runRequested, this, &MainWindow::newRun);
    connect(m_start, &StartPage::demoRequested, m_session, &WorkspaceSession::runDemo);
    connect(m_start, &StartPage::recentRequested, this, [this](const QString& folder) { m_session->open(folder); });
}

QDockWidget* MainWindow::addDock(const QString& name, const QString& title, QWidget* widget, Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setWidget(widget);
    addDockWidget(area, dock);
    m_docks.insert(name, dock);
    return dock;
}

void MainWindow::createDocks() {
    m_library = new LibraryPanel(this);
    auto* inspector = new InspectorPanel(m_context, this);
    addDock(QStringLiteral("LibraryDock"), tr("Library"), m_library, Qt::LeftDockWidgetArea);
    addDock(QStringLiteral("InspectorDock"), tr("Inspector"), inspector, Qt::LeftDockWidgetArea);
    connect(inspector, &InspectorPanel::stepRequested, m_gallery, &GalleryPanel::step);
    connect(m_gallery, &GalleryPanel::inspectRequested, this, [this] {
        m_docks[QStringLiteral("InspectorDock")]->show();
        m_docks[QStringLiteral("InspectorDock")]->raise();
    });
    createPlotDocks();
}

void MainWindow::createPlotDocks() {
    auto* roc = new RocPanel(m_context, m_jobs, this);
    auto* histogram = new HistogramPanel(m_context, this);
    auto* confusion = new ConfusionPanel(m_context, this);
    auto* results = new ResultsPanel(m_context, m_jobs, this);
    auto* jobs = new JobsPanel(m_jobs, m_jobModel, m_context, this);
    addDock(QStringLiteral("RocDock"), tr("ROC"), roc, Qt::RightDockWidgetArea);
    addDock(QStringLiteral("HistogramDock"), tr("Score histogram"), histogram, Qt::RightDockWidgetArea);
    addDock(QStringLiteral("ConfusionDock"), tr("Confusion"), confusion, Qt::RightDockWidgetArea);
    addDock(QStringLiteral("ResultsDock"), tr("Results"), results, Qt::BottomDockWidgetArea);
    addDock(QStringLiteral("JobsDock"), tr("Jobs"), jobs, Qt::BottomDockWidgetArea);
    const auto report = [this](const QString& message) { m_message->showError(message); };
    connect(roc, &RocPanel::failed, this, report);
    connect(histogram, &HistogramPanel::failed, this, report);
    connect(confusion, &ConfusionPanel::failed, this, report);
    connect(results, &ResultsPanel::failed, this, report);
    connect(results, &ResultsPanel::commandRequested, this, &MainWindow::copyCommand);
}

void MainWindow::arrangeDocks() {
    const auto dock = [this](const char* name) { return m_docks[QLatin1String(name)]; };
    for (QDockWidget* each : std::as_const(m_docks)) {
        each->setFloating(false);
        each->show();
    }
    addDockWidget(Qt::LeftDockWidgetArea, dock("LibraryDock"));
    splitDockWidget(dock("LibraryDock"), dock("InspectorDock"), Qt::Vertical);
    addDockWidget(Qt::RightDockWidgetArea, dock("RocDock"));
    splitDockWidget(dock("RocDock"), dock("HistogramDock"), Qt::Vertical);
    tabifyDockWidget(dock("RocDock"), dock("ConfusionDock"));
    addDockWidget(Qt::BottomDockWidgetArea, dock("ResultsDock"));
    tabifyDockWidget(dock("ResultsDock"), dock("JobsDock"));
    dock("RocDock")->raise();
    dock("ResultsDock")->raise();
    resizeDocks({dock("LibraryDock"), dock("RocDock")}, {width() * 20 / 100, width() * 33 / 100}, Qt::Horizontal);
    resizeDocks({dock("LibraryDock"), dock("InspectorDock")}, {height() * 30 / 100, height() * 70 / 100}, Qt::Vertical);
    resizeDocks({dock("RocDock"), dock("HistogramDock")}, {height() / 2, height() / 2}, Qt::Vertical);
    resizeDocks({dock("ResultsDock")}, {height() / 5}, Qt::Vertical);
}

void MainWindow::restoreDefaultLayout() {
    m_settings->forgetLayout();
    arrangeDocks();
}

void MainWindow::connectSession() {
    connect(m_session, &WorkspaceSession::failed, this,
            [this](const QString& message) { m_message->showError(message); });
    connect(m_session, &WorkspaceSession::opened, this, &MainWindow::workspaceOpened);
    connect(m_session, &WorkspaceSession::notFound, this, &MainWindow::offerWorkspace);
    connect(m_session, &WorkspaceSession::finishedRun, this, [this](const QString& title) {
        m_message->showMessage(MessageBar::Kind::Information, tr("Run finished: %1").arg(title));
    });
    connect(m_jobs, &JobRunner::finished, this, [this](JobId, JobState state, const QString&) {
        if (state == JobState::Cancelled)
            m_message->showMessage(MessageBar::Kind::Information,
                                   tr("Cancelled. What was finished is kept; the same run goes on from there."));
    });
    connect(m_session, &WorkspaceSession::libraryChanged, this, [this] {
        m_library->refresh();
        updateStartPage();
    });
    connect(m_library, &LibraryPanel::evaluationRequested, m_session, &WorkspaceSession::load);
    connect(m_library, &LibraryPanel::newRunRequested, this, &MainWindow::newRun);
    connect(m_library, &LibraryPanel::failed, m_message, [this](const QString& text) { m_message->showError(text); });
    connect(m_context, &EvaluationContext::evaluationChanged, this, [this] {
        const auto& shown = m_context->evaluation();
        m_library->setOpenRun(shown ? QString::fromStdString(shown->id) : QString());
        updateCentre();
        updateTitle();
    });
    fillRecent();
}

void MainWindow::updateCentre() {
    m_stack->setCurrentWidget(m_context->evaluation() ? m_gallery : static_cast<QWidget*>(m_start));
}

void MainWindow::updateTitle() {
    const auto& evaluation = m_context->evaluation();
    QStringList parts;
    if (evaluation) parts << QString::fromStdString(evaluation->title);
    if (m_session->isReadOnly())
        parts << tr("%1 (read-only)").arg(m_session->folder());
    else if (!m_session->folder().isEmpty())
        parts << m_session->folder();
    parts << tr("OODscope");
    setWindowTitle(parts.join(QStringLiteral(" – ")));
    QStringList facts;
    const auto fact = [&](const QString& name, double share) {
        if (share >= 0) facts << QStringLiteral("%1 %2").arg(name, percentText(share));
    };
    if (evaluation) {
        facts << QString::fromStdString(evaluation->title);
        fact(tr("zero-shot accuracy"), evaluation->zeroShotAccuracy);
        fact(tr("probe accuracy"), evaluation->probeAccuracy);
        fact(tr("pseudo labels right"), evaluation->pseudoLabelAccuracy);
    } else {
        facts << (m_session->folder().isEmpty() ? tr("No workspace") : m_session->folder());
    }
    if (m_session->isReadOnly()) facts << tr("read-only workspace");
    m_summary->setText(facts.join(QStringLiteral("  ·  ")));
}

void MainWindow::newRun() {
    newRunWith({});
}

void MainWindow::newRunWith(const QString& model) {
    if (!hasPlaceForRuns()) return;
    auto* dialog = new NewRunDialog(m_services, m_jobs, m_settings, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (!model.isEmpty()) {
        RunForm form = dialog->form();
        form.model = model;
        dialog->setForm(form);
    }
    connect(dialog, &NewRunDialog::startRequested, this, &MainWindow::startRun);
    dialog->open();
}

void MainWindow::runBenchmark() {
    if (!hasPlaceForRuns()) return;
    auto* dialog = new BenchmarkDialog(m_services, m_jobs, m_settings, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &BenchmarkDialog::startRequested, this, &MainWindow::startRun);
    dialog->open();
}

void MainWindow::startRun(const experiment::RunOptions& options) {
    m_session->run(options);
    m_docks[QStringLiteral("JobsDock")]->show();
    m_docks[QStringLiteral("JobsDock")]->raise();
}

bool MainWindow::isSettled() const {
    return m_jobs->activeCount() == 0 && m_gallery->view()->thumbnails()->queuedCount() == 0;
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_session->saveView();
    m_settings->saveLayout(*this);
    m_jobs->cancelAll();
    event->accept();
}

}  // namespace oodscope::ui
