// SPDX-License-Identifier: GPL-3.0-or-later
#include <QClipboard>
#include <QDockWidget>
#include <QFileDialog>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTextDocument>
#include <QTreeView>
#include <QtTest>
#include <algorithm>
#include <latch>
#include <semaphore>

#include "core/experiment/run_record.h"
#include "support/read_only.h"
#include "support/synthetic_evaluation.h"
#include "ui/models/library_model.h"
#include "ui/panels/library/library_panel.h"
#include "ui/widgets/qcp.h"
#include "ui/window/main_window.h"
#include "ui/window/new_run_dialog.h"
#include "ui/window/run_form.h"
#include "ui/window/start_page.h"
#include "ui/window/status_jobs.h"
#include "ui/window/threshold_bar.h"
#include "ui/window/view_state.h"
#include "until_stopped.h"

using namespace oodscope;
using namespace oodscope::ui;

namespace {
/// A run that tells `progress` and ends when it is told to stop; `running` says that it is at work.
auto runUntilStopped(const Progress& progress, std::latch& running) {
    return [progress, &running](workspace::Workspace&, const experiment::RunOptions&, std::stop_token stop,
                                const ProgressFn& report) -> Result<experiment::EvaluationPtr> {
        report(progress);
        test::waitUntilStopped(stop, running);
        return cancelled();
    };
}
}  // namespace

class WindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_bitsCount = testing::obeyPermissionBits(); }
    void init();
    void cleanup();
    void startsEmpty();
    void fitsASmallScreen();
    void opensAWorkspaceAndItsLastEvaluation();
    void errorAppearsInTheMessageBar();
    void whatIsNoWorkspaceIsOffered();
    void readOnlyWorkspaceIsForLooking();
    void jobIsCancelledFromTheStatusBar();
    void jobsTableShowsWholeTexts();
    void failedRunSaysWhichAndHasNoCurve();
    void windowStaysResponsiveDuringARun();
    void closingEndsRunningJobs();
    void layoutIsSavedAndBroughtBack();
    void brokenSettingsFallBack();
    void viewComesBackWithTheWorkspace();
    void viewStateToleratesAnything();
    void toolBarFollowsAndLeads();
    void formProblemsNameTheField();
    void formTakesFilesAndParts();
    void dataBoxesBrowseForFoldersAndFiles();
    void dialogValidates();
    void dialogRemembers();
    void dialogTellsTheGainOfAPrecision();
    void shortcutsAreListedOnceInOrder();
    void themes();
    void recentWorkspaces();
    void picturesAreExported();
    void commandIsCopied();
    void reportIsExported();

private:
    std::unique_ptr<MainWindow> makeWindow();
    QString folder(const char* name) const { return m_folder->filePath(QLatin1String(name)); }
    Services m_services;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<WindowSettings> m_settings;
    experiment::EvaluationPtr m_evaluation;
    bool m_bitsCount = false;
};

void WindowTest::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<WindowSettings>(folder("settings.ini"));
    m_evaluation = testing::makeSyntheticEvaluation();
    m_services = {};
    m_services.openWorkspace = [](const std::filesystem::path& path) { return workspace::Workspace::open(path); };
    m_services.validate = [](const experiment::RunOptions&) { return Status(); };
    m_services.load = [this](const workspace::Workspace&, const std::string& id) -> Result<experiment::EvaluationPtr> {
        if (id != m_evaluation->id) return fail(ErrorCode::NotFound, "evaluation " + id + ": not in this workspace");
        return m_evaluation;
    };
    m_services.run = [this](workspace::Workspace&, const experiment::RunOptions&, std::stop_token,
                            const ProgressFn&) -> Result<experiment::EvaluationPtr> { return m_evaluation; };
    m_services.findModels = [](const std::vector<model::LocatedModel>&) { return std::vector<model::FoundModel>(); };
    m_services.listDevices = [] {
        return std::vector<model::DeviceInfo>{{model::Device{}, "a CPU", 0, 2},
                                              {{model::Device::Kind::Cuda, 0}, "a GPU", 1, 0}};
    };
    m_services.measurePrecisions = [](model::Device device,
                                      const std::stop_token&) -> Result<std::vector<model::PrecisionSpeed>> {
        using model::Precision;
        if (device.kind == model::Device::Kind::Cpu)
            return std::vector<model::PrecisionSpeed>{{Precision::Fp32, 1e11, 0}, {Precision::Bf16, 3e11, 0.004}};
        return std::vector<model::PrecisionSpeed>{
            {Precision::Fp32, 1e13, 0}, {Precision::Bf16, 8e13, 0.004}, {Precision::Fp16, 8e13, 0.0005}};
    };
}

void WindowTest::cleanup() {
    m_settings.reset();
    m_folder.reset();
}

std::unique_ptr<MainWindow> WindowTest::makeWindow() {
    auto window = std::make_unique<MainWindow>(m_services, m_settings.get());
    window->show();
    [[maybe_unused]] const bool exposed = QTest::qWaitForWindowExposed(window.get());
    return window;
}

void WindowTest::startsEmpty() {
    auto window = makeWindow();
    auto* start = window->findChild<StartPage*>();
    QVERIFY(start && start->isVisible());
    QVERIFY(!start->demoButton()->isVisible());  // this build has none
    QVERIFY(!window->findChild<ThresholdBar*>()->thresholdBox()->isEnabled());
    for (const auto* dock : window->findChildren<QDockWidget*>())
        QVERIFY2(!dock->objectName().isEmpty(), "no name");
}

void WindowTest::fitsASmallScreen() {
    auto window = makeWindow();
    for (QDockWidget* dock : window->findChildren<QDockWidget*>())
        dock->raise();
    window->context()->setEvaluation(m_evaluation);
    QTRY_VERIFY2(window->minimumSizeHint().width() <= 1024,
                 qPrintable(QString::number(window->minimumSizeHint().width())));
}

void WindowTest::opensAWorkspaceAndItsLastEvaluation() {
    {
        auto workspace = workspace::Workspace::open(folder("w").toStdString());
        QVERIFY(workspace.has_value());
        for (const std::string& key : {m_evaluation->id, std::string("newer")}) {
            workspace::Artefact artefact{workspace::ArtefactKind::Evaluation, key, "t", {},
                                         key == "newer" ? 2000 : 1000,        {}};
            QVERIFY((*workspace)->record(artefact).has_value());
        }
        QVERIFY((*workspace)->setSetting("window/last-evaluation", m_evaluation->id).has_value());
    }
    auto window = makeWindow();
    window->session()->open(folder("w"));
    QTRY_VERIFY(window->context()->evaluation() != nullptr);
    QCOMPARE(window->context()->evaluation(), m_evaluation);
    QVERIFY(!window->findChild<StartPage*>()->isVisible());
    QVERIFY(window->windowTitle().contains(QString::fromStdString(m_evaluation->title)));
    QCOMPARE(m_settings->lastWorkspace(), folder("w"));
    // Looking starts at the mistakes, the most certain one first.
    const EvaluationContext& context = *window->context();
    QCOMPARE(context.filter().verdicts, std::vector<Verdict>{Verdict::FalseAccept});
    QCOMPARE(context.verdict(context.currentImage()), Verdict::FalseAccept);
    for (int set = kFirstOodSet; set < setCount(*m_evaluation); ++set)
        for (const double score : setScores(*m_evaluation, set, context.detector()))
            QVERIFY(score <= *context.score(context.currentImage()));
}

void WindowTest::errorAppearsInTheMessageBar() {
    auto window = makeWindow();
    QVERIFY(!window->messageBar()->isVisible());
    window->session()->open(folder("w"), QStringLiteral("gone"));
    QTRY_VERIFY(window->messageBar()->isVisible());
    QCOMPARE(window->messageBar()->text(), QStringLiteral("evaluation gone: not in this workspace"));
    QTest::mouseClick(window->messageBar()->closeButton(), Qt::LeftButton);
    QVERIFY(!window->messageBar()->isVisible());
    // A file where a workspace should be.
    QFile file(folder("file"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    window->session()->open(folder("file"));
    QTRY_VERIFY(window->messageBar()->isVisible());
    QVERIFY(window->messageBar()->text().contains(QStringLiteral("file")));
    QCOMPARE(window->session()->folder(), folder("w"));  // what was open stays open
}

void WindowTest::whatIsNoWorkspaceIsOffered() {
    m_services.openWorkspace = workspace::Workspace::openExisting;
    m_services.makeWorkspace = workspace::Workspace::open;
    QDir(m_folder->path()).mkpath(QStringLiteral("empty"));
    QDir(m_folder->path()).mkpath(QStringLiteral("photos/cats"));
    auto window = makeWindow();
    MessageBar* bar = window->messageBar();
    const auto offered = [&](const char* name) {
        window->session()->open(folder(name));
        return QTest::qWaitFor([&] { return bar->isVisible() && bar->text().contains(folder(name)); });
    };
    QVERIFY(offered("photos") && bar->text().contains(QStringLiteral("other files")));
    QVERIFY(offered("empty") && bar->text().contains(QStringLiteral("is empty")));
    QVERIFY(offered("typo/w") && bar->text().contains(QStringLiteral("no folder")));
    QVERIFY(!window->session()->workspace());
    QVERIFY(!QFileInfo::exists(folder("typo")));
    QVERIFY(QDir(folder("empty")).isEmpty());
    QCOMPARE(QDir(folder("photos")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
             QStringList{QStringLiteral("cats")});
    QTRY_COMPARE(bar->findChildren<QPushButton*>().size(), 2);  // those of the last question only
    QPushButton* make = bar->findChildren<QPushButton*>().front();
    make->setFocus();
    QTest::keyClick(make, Qt::Key_Return);
    QTRY_COMPARE(window->session()->folder(), folder("typo/w"));
    QVERIFY(!bar->isVisible());
    QCOMPARE(m_settings->lastWorkspace(), folder("typo/w"));
    QVERIFY(offered("photos"));
    QCOMPARE(window->session()->folder(), folder("typo/w"));  // what was open stays open
    bar->showError(QStringLiteral("x"));
    QTRY_VERIFY(bar->findChildren<QPushButton*>().empty());
}

void WindowTest::readOnlyWorkspaceIsForLooking() {
    if (!m_bitsCount) QSKIP("root may write everywhere here");
    m_services.openWorkspace = workspace::Workspace::openExisting;
    {
        auto workspace = workspace::Workspace::open(folder("w").toStdString());
        QVERIFY(workspace.has_value());
        workspace::Artefact artefact{workspace::ArtefactKind::Evaluation, m_evaluation->id, "t", {}, 1000, {}};
        QVERIFY((*workspace)->record(artefact).has_value());
    }
    const testing::ReadOnlyFolder readOnly(folder("w").toStdString());
    auto window = makeWindow();
    window->session()->open(folder("w"));
    QTRY_COMPARE(window->context()->evaluation(), m_evaluation);
    QVERIFY(window->messageBar()->text().startsWith(folder("w") + QStringLiteral(" is read-only")));
    QVERIFY(window->windowTitle().contains(folder("w") + QStringLiteral(" (read-only)")));
    auto* library = window->findChild<LibraryPanel*>();
    library->tree()->setCurrentIndex(
        library->model()->indexOf(workspace::ArtefactKind::Evaluation, QString::fromStdString(m_evaluation->id)));
    QVERIFY(library->findChild<QAction*>(QStringLiteral("openRun"))->isEnabled());
    QVERIFY(!library->findChild<QAction*>(QStringLiteral("remove"))->isEnabled());
    window->context()->setDetector(1);
    window->session()->saveView();  // quietly not
    for (const char* action : {"NewRunAction", "BenchmarkAction"}) {
        window->messageBar()->hide();
        window->findChild<QAction*>(QLatin1String(action))->trigger();
        QVERIFY(window->messageBar()->isVisible());
        QCOMPARE(window->messageBar()->text(),
                 folder("w") + QStringLiteral(" is read-only, a run cannot be kept there."));
        QVERIFY(window->findChildren<QDialog*>().empty());
    }
}

void WindowTest::jobIsCancelledFromTheStatusBar() {
    std::latch running(1);
    m_services.run = runUntilStopped({"embedding", "images", 10, 100, 5, 18, {}}, running);
    auto window = makeWindow();
    window->session()->open(folder("w"));
    QTRY_VERIFY(window->session()->workspace() != nullptr);
    window->session()->run({});
    running.wait();
    auto* status = window->statusJobs();
    QTRY_VERIFY(status->isVisible() && status->text().contains(QStringLiteral("embedding")));
    QCOMPARE(status->bar()->value(), 100);
    QVERIFY(status->cancelButton()->isEnabled());
    QTest::mouseClick(status->cancelButton(), Qt::LeftButton);
    QTRY_VERIFY(!status->isVisible());
    QCOMPARE(window->jobs()->activeCount(), 0);
    QVERIFY(window->messageBar()->text().contains(QStringLiteral("Cancelled")));
    QVERIFY(!window->context()->evaluation());
}

void WindowTest::jobsTableShowsWholeTexts() {
    std::latch running(1);
    m_services.run = runUntilStopped({"embedding id-train", "images", 912'340, 950'000, 812.4, 7384, {}}, running);
    auto window = makeWindow();
    window->session()->open(folder("w"));
    QTRY_VERIFY(window->session()->workspace() != nullptr);
    window->session()->run({});
    running.wait();
    const auto* table = window->findChild<QTableView*>(QStringLiteral("JobsTable"));
    const auto text = [&](int column) { return table->model()->index(0, column).data().toString(); };
    const auto fits = [&](int column) {
        return table->fontMetrics().horizontalAdvance(text(column)) + 6 <= table->columnWidth(column);
    };
    QTRY_VERIFY(!text(JobModel::ProgressColumn).isEmpty());
    for (const int column : {JobModel::StateColumn, JobModel::ProgressColumn, JobModel::LeftColumn})
        QTRY_VERIFY2(fits(column), qPrintable(text(column)));
    const auto* detail = window->findChild<QLabel*>(QStringLiteral("JobDetail"));
    QVERIFY(detail->text().contains(u"embedding id-train") && detail->text().contains(u"812 images/s"));
    window->jobs()->cancelAll();
    QTRY_COMPARE(text(JobModel::StateColumn), QStringLiteral("cancelled"));
    QTRY_VERIFY(fits(JobModel::StateColumn));
}

void WindowTest::failedRunSaysWhichAndHasNoCurve() {
    m_services.run = [](workspace::Workspace&, const experiment::RunOptions&, std::stop_token,
                        const ProgressFn&) -> Result<experiment::EvaluationPtr> {
        return fail(ErrorCode::BadFile, "model/open_clip_config.json: model_cfg is missing");
    };
    auto evaluation = std::make_shared<experiment::Evaluation>(*m_evaluation);
    evaluation->history.assign(5, probe::EpochStats());
    auto window = makeWindow();
    window->session()->open(folder("w"));
    QTRY_VERIFY(window->session()->workspace() != nullptr);
    window->context()->setEvaluation(evaluation);
    const auto* plot = window->findChild<QCustomPlot*>(QStringLiteral("TrainingPlot"));
    QVERIFY(plot->graphCount() > 0);  // of the run that is open
    experiment::RunOptions options;
    options.idTest = "/data/cats";
    window->session()->run(options);
    QTRY_COMPARE(window->messageBar()->text(),
                 QStringLiteral("Run on cats failed: model/open_clip_config.json: model_cfg is missing"));
    QTRY_COMPARE(plot->graphCount(), 0);
    QVERIFY(plot->parentWidget()->isHidden());
}

void WindowTest::windowStaysResponsiveDuringARun() {
    std::latch running(1);
    std::binary_semaphore goOn(0);
    m_services.run = [&](workspace::Workspace&, const experiment::RunOptions&, std::stop_token,
                         const ProgressFn&) -> Result<experiment::EvaluationPtr> {
        running.count_down();
        goOn.acquire();
        return m_evaluation;
    };
    auto window = makeWindow();
    window->session()->open(folder("w"));
    QTRY_VERIFY(window->session()->workspace() != nullptr);
    window->session()->run({});
    running.wait();
    window->findChild<QAction*>(QStringLiteral("NewRunAction"))->trigger();  // the job runs, the window answers
    QTRY_VERIFY(window->findChild<NewRunDialog*>() != nullptr);
    window->findChild<NewRunDialog*>()->reject();
    QVERIFY(!window->context()->evaluation());
    goOn.release();
    QTRY_COMPARE(window->context()->evaluation(), m_evaluation);
}

void WindowTest::closingEndsRunningJobs() {
    std::latch running(1);
    std::atomic<bool> ended = false;
    m_services.run = [&](workspace::Workspace&, const experiment::RunOptions&, std::stop_token stop,
                         const ProgressFn&) -> Result<experiment::EvaluationPtr> {
        std::binary_semaphore woken(0);
        const std::stop_callback callback(stop, [&] { woken.release(); });
        running.count_down();
        woken.acquire();
        ended = true;
        return m_evaluation;
    };
    auto window = makeWindow();
    window->session()->open(folder("w"));
    QTRY_VERIFY(window->session()->workspace() != nullptr);
    window->session()->run({});
    running.wait();
    window->close();
    window.reset();
    QVERIFY(ended.load());
}

void WindowTest::layoutIsSavedAndBroughtBack() {
    const QString name = QStringLiteral("JobsDock");
    {
        auto window = makeWindow();
        QVERIFY(window->dock(name)->isVisible());
        window->dock(name)->hide();
        window->addDockWidget(Qt::LeftDockWidgetArea, window->dock(QStringLiteral("RocDock")));
        window->resize(1234, 777);
        window->close();
    }
    auto window = makeWindow();
    QVERIFY(!window->dock(name)->isVisible());
    QCOMPARE(window->dockWidgetArea(window->dock(QStringLiteral("RocDock"))), Qt::LeftDockWidgetArea);
    QCOMPARE(window->size(), QSize(1234, 777));
    window->findChild<QAction*>(QStringLiteral("RestoreLayoutAction"))->trigger();
    QVERIFY(window->dock(name)->isVisible());
    QCOMPARE(window->dockWidgetArea(window->dock(QStringLiteral("RocDock"))), Qt::RightDockWidgetArea);
}

void WindowTest::brokenSettingsFallBack() {
    m_settings->setValue(QStringLiteral("window/geometry"), QByteArray("nonsense"));
    m_settings->setValue(QStringLiteral("window/state"), 42);
    m_settings->setValue(QStringLiteral("window/theme"), QStringLiteral("pink"));
    m_settings->setValue(QStringLiteral("newRun/epochs"), QStringLiteral("many"));
    m_settings->setValue(QStringLiteral("newRun/precision"), QStringLiteral("fp3"));
    auto window = makeWindow();
    QVERIFY(window->dock(QStringLiteral("JobsDock"))->isVisible());
    QCOMPARE(m_settings->theme(), Theme::System);
    const RunForm form = loadForm(*m_settings);
    QVERIFY(form.epochs >= 1);
    QCOMPARE(form.precision, model::Precision::Fp32);
}

void WindowTest::viewComesBackWithTheWorkspace() {
    double threshold = 0;
    {
        auto window = makeWindow();
        window->session()->open(folder("w"), QString::fromStdString(m_evaluation->id));
        QTRY_VERIFY(window->context()->evaluation() != nullptr);
        window->context()->setDetector(1);
        window->context()->setOodSet(kFirstOodSet + 1);
        threshold = window->context()->threshold() + 0.125;
        window->context()->setThreshold(threshold);
        ImageFilter filter;
        filter.verdicts = {Verdict::FalseAccept};
        filter.sets = {kFirstOodSet};
        window->context()->setFilter(filter);
        window->close();
    }
    auto window = makeWindow();
    window->session()->open(folder("w"), QString::fromStdString(m_evaluation->id));
    QTRY_VERIFY(window->context()->evaluation() != nullptr);
    QCOMPARE(window->context()->detector(), 1);
    QCOMPARE(window->context()->oodSet(), kFirstOodSet + 1);
    QCOMPARE(window->context()->threshold(), threshold);
    QCOMPARE(window->context()->filter().verdicts, std::vector<Verdict>{Verdict::FalseAccept});
    QCOMPARE(window->context()->filter().sets, std::vector<int>{kFirstOodSet});
}

void WindowTest::viewStateToleratesAnything() {
    EvaluationContext context;
    QVERIFY(!restoreView(context, "{}"));  // nothing is open
    context.setEvaluation(m_evaluation);
    const double threshold = context.threshold();
    for (const char* text : {"", "[]", "{", "{\"detector\": 7}", "{\"detector\": \"unknown\", \"threshold\": 3}",
                             "{\"filter\": {\"sets\": [\"nowhere\", 4], \"verdicts\": [99, \"x\"], \"true\": -3}}",
                             "{\"filter\": {\"scores\": [1]}, \"threshold\": \"high\"}"}) {
        restoreView(context, text);
        QCOMPARE(context.threshold(), threshold);
        QVERIFY(context.filter() == ImageFilter());
    }
    ImageFilter filter;
    filter.trueLabel = 1;
    filter.pseudoLabel = 2;
    filter.scores = {0.25, 0.5};
    filter.text = QStringLiteral("näh \"x\"");
    filter.sets = {kTrainSet, kIdTestSet};
    context.setFilter(filter);
    const std::string saved = viewToJson(context);
    context.setFilter({});
    QVERIFY(restoreView(context, saved));
    QVERIFY(context.filter() == filter);
}

void WindowTest::toolBarFollowsAndLeads() {
    auto window = makeWindow();
    auto* bar = window->findChild<ThresholdBar*>();
    window->context()->setEvaluation(m_evaluation);
    QCOMPARE(bar->detectorBox()->count(), static_cast<int>(m_evaluation->detectorKeys.size()));
    QCOMPARE(bar->oodBox()->count(), static_cast<int>(m_evaluation->ood.size()) + 1);
    bar->detectorBox()->setCurrentIndex(2);
    Q_EMIT bar->detectorBox()->activated(2);
    QCOMPARE(window->context()->detector(), 2);
    const double before = window->context()->threshold();
    QVERIFY(std::abs(bar->thresholdBox()->value() - before) < 1e-4 * (1 + std::abs(before)));
    bar->thresholdBox()->stepUp();
    QVERIFY(window->context()->threshold() > before);
    // The box goes as far as the histogram shows the line.
    double low = before;
    double high = before;
    for (int set = kIdTestSet; set < setCount(*m_evaluation); ++set)
        for (const double score : setScores(*m_evaluation, set, 2)) {
            low = std::min(low, score);
            high = std::max(high, score);
        }
    QVERIFY(bar->thresholdBox()->maximum() >= high);
    QVERIFY(bar->thresholdBox()->maximum() <= high + 0.02 * (high - low));
    QVERIFY(bar->thresholdBox()->minimum() >= low - 0.02 * (high - low));
    window->context()->setOodSet(kFirstOodSet + 1);
    QCOMPARE(bar->oodBox()->currentData().toInt(), kFirstOodSet + 1);
}

void WindowTest::formProblemsNameTheField() {
    RunForm form;
    const auto fields = [&] {
        QStringList names;
        for (const auto& problem : formProblems(form))
            names << problem.field;
        return names;
    };
    QCOMPARE(fields(), (QStringList{QStringLiteral("RunModel"), QStringLiteral("RunTrain"), QStringLiteral("RunIdTest"),
                                    QStringLiteral("RunOod")}));
    QDir(m_folder->path()).mkpath(QStringLiteral("a"));
    QDir(m_folder->path()).mkpath(QStringLiteral("b"));
    QDir(m_folder->path()).mkpath(QStringLiteral("c"));
    form.model = QStringLiteral("some-model");
    form.train = folder("a");
    form.idTest = folder("a");
    form.ood = QStringList{folder("c")};
    QCOMPARE(fields(), QStringList{QStringLiteral("RunIdTest")});  // the same folder twice
    form.idTest = folder("b");
    QVERIFY(formProblems(form).empty());
    form.ood << folder("b");
    QCOMPARE(fields(), QStringList{QStringLiteral("RunOod")});
    form.ood = QStringList{folder("nowhere")};
    QVERIFY(formProblems(form).front().text.contains(folder("nowhere")));
    form.ood = QStringList{folder("c")};
    form.learningRate = 0;
    form.detectors.clear();
    form.promptFile = folder("none.txt");
    QCOMPARE(fields().size(), 3);
    form.learningRate = 1;
    form.promptFile.clear();
    form.detectors = QStringList{QStringLiteral("knn:k=5"), QStringLiteral("react:percentile=95")};
    QVERIFY(formProblems(form).empty());
    form.detectors << QStringLiteral("knn:k=none");
    QCOMPARE(fields(), QStringList{QStringLiteral("RunMoreDetectors")});
    QVERIFY(formProblems(form).front().text.contains(QStringLiteral("k=none")));
    form.detectors = QStringList{QStringLiteral("neglabel")};
    QCOMPARE(fields(), QStringList{QStringLiteral("RunNegativeWords")});
    form.negativeWordsFile = folder("none.txt");
    QVERIFY(formProblems(form).front().text.contains(folder("none.txt")));
}

void WindowTest::formTakesFilesAndParts() {
    QDir(m_folder->path()).mkpath(QStringLiteral("cifar"));
    for (const char* name : {"train.safetensors", "ood.txt", "notes.doc"}) {
        QFile file(folder(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("x") == 1);
    }
    RunForm form;
    form.model = QStringLiteral("m");
    form.train = folder("cifar#train");
    form.idTest = folder("cifar#test");
    form.ood = QStringList{folder("ood.txt")};
    QVERIFY(formProblems(form).empty());
    form.train = folder("train.safetensors");
    QVERIFY(formProblems(form).empty());
    form.idTest = folder("./train.safetensors");
    QCOMPARE(formProblems(form).front().text, QStringLiteral("ID train and ID test are the same."));
    form.idTest = folder("notes.doc");
    QCOMPARE(formProblems(form).front().text,
             QStringLiteral("ID test images: not a folder or file of images or embeddings: ") + folder("notes.doc"));
}

void WindowTest::dataBoxesBrowseForFoldersAndFiles() {
    QFile file(folder("test.npy"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("x") == 1);
    JobRunner jobs;
    NewRunDialog dialog(m_services, &jobs, m_settings.get());
    dialog.show();
    const auto choose = [&](QMenu* menu) {
        const auto actions = menu ? menu->actions() : QList<QAction*>();
        if (actions.size() != 2) return false;
        for (const auto& [action, mode] :
             {std::pair{actions[0], QFileDialog::Directory}, {actions[1], QFileDialog::ExistingFile}}) {
            action->trigger();
            auto* browser = dialog.findChild<QFileDialog*>();
            if (!browser || browser->fileMode() != mode) return false;
            browser->selectFile(folder("test.npy"));
            auto* opened = static_cast<QDialog*>(browser);
            mode == QFileDialog::ExistingFile ? opened->accept() : opened->reject();
            if (!QTest::qWaitFor([&] { return !dialog.findChild<QFileDialog*>(); })) return false;
        }
        return true;
    };
    QVERIFY(choose(dialog.findChild<PathEdit*>(QStringLiteral("RunTrain"))->browseButton()->menu()));
    QVERIFY(choose(dialog.findChild<PathEdit*>(QStringLiteral("RunIdTest"))->browseButton()->menu()));
    QVERIFY(choose(dialog.findChild<FolderList*>(QStringLiteral("RunOod"))->addButton()->menu()));
    QCOMPARE(dialog.form().train, folder("test.npy"));
    QCOMPARE(dialog.form().idTest, folder("test.npy"));
    QCOMPARE(dialog.form().ood, QStringList{folder("test.npy")});
    QVERIFY(!dialog.findChild<PathEdit*>(QStringLiteral("RunPrompts"))->browseButton()->menu());
}

void WindowTest::dialogValidates() {
    m_services.validate = [](const experiment::RunOptions& options) -> Status {
        if (options.model == "half") return fail(ErrorCode::BadFile, "half: no weights in this folder");
        return {};
    };
    JobRunner jobs;
    NewRunDialog dialog(m_services, &jobs, m_settings.get());
    dialog.show();
    QVERIFY(!dialog.startButton()->isEnabled());
    QVERIFY(!dialog.problemText().isEmpty());
    for (const char* name : {"a", "b", "c"})
        QDir(m_folder->path()).mkpath(QLatin1String(name));
    RunForm form;
    form.model = QStringLiteral("half");
    form.train = folder("a");
    form.idTest = folder("b");
    form.ood = QStringList{folder("c")};
    dialog.setForm(form);
    QVERIFY(dialog.startButton()->isEnabled());
    QTRY_COMPARE(dialog.problemText(), QStringLiteral("⚠ half: no weights in this folder"));  // from core, on a worker
    form.model = QStringLiteral("whole");
    dialog.setForm(form);
    QCOMPARE(dialog.problemText(), QString());
    QSignalSpy started(&dialog, &NewRunDialog::startRequested);
    QTest::mouseClick(dialog.startButton(), Qt::LeftButton);
    QCOMPARE(started.size(), 1);
    QVERIFY(!dialog.isVisible());
}

void WindowTest::dialogRemembers() {
    JobRunner jobs;
    for (const char* name : {"a", "b", "c", "d"})
        QDir(m_folder->path()).mkpath(QLatin1String(name));
    {
        NewRunDialog dialog(m_services, &jobs, m_settings.get());
        RunForm form = dialog.form();
        QCOMPARE(form.epochs, 100);
        QCOMPARE(form.detectors.size(), 3);
        form.model = QStringLiteral("m");
        form.train = folder("a");
        form.idTest = folder("b");
        form.ood = QStringList{folder("c"), folder("d")};
        form.epochs = 7;
        form.learningRate = 0.0005;
        form.precision = model::Precision::Bf16;
        form.labels = experiment::LabelSource::True;
        form.detectors = QStringList{QStringLiteral("msp"), QStringLiteral("knn:k=5")};
        dialog.setForm(form);
        QCOMPARE(dialog.findChild<QLineEdit*>(QStringLiteral("RunMoreDetectors"))->text(), QStringLiteral("knn:k=5"));
        std::optional<experiment::RunOptions> options;
        connect(&dialog, &NewRunDialog::startRequested, this,
                [&](const experiment::RunOptions& chosen) { options = chosen; });
        dialog.startButton()->click();
        QVERIFY(options.has_value());
        QCOMPARE(options->probeOptions.epochs, 7);
        QCOMPARE(options->ood.size(), std::size_t{2});
        QCOMPARE(options->detectors, (std::vector<std::string>{"msp", "knn:k=5"}));
        QCOMPARE(options->labels, experiment::LabelSource::True);
    }
    NewRunDialog dialog(m_services, &jobs, m_settings.get());
    const RunForm form = dialog.form();
    QCOMPARE(form.model, QStringLiteral("m"));
    QCOMPARE(form.ood, (QStringList{folder("c"), folder("d")}));
    QCOMPARE(form.epochs, 7);
    QCOMPARE(form.learningRate, 0.0005);
    QCOMPARE(form.precision, model::Precision::Bf16);
    QCOMPARE(form.labels, experiment::LabelSource::True);
    QCOMPARE(form.detectors, (QStringList{QStringLiteral("msp"), QStringLiteral("knn:k=5")}));
    // The GPU comes first once it is known.
    QTRY_COMPARE(dialog.form().devices.front().name(), std::string("cuda:0"));
}

void WindowTest::dialogTellsTheGainOfAPrecision() {
    JobRunner jobs;
    NewRunDialog dialog(m_services, &jobs, m_settings.get());
    auto* device = dialog.findChild<QComboBox*>(QStringLiteral("RunDevice"));
    auto* precision = dialog.findChild<QComboBox*>(QStringLiteral("RunPrecision"));
    const int bf16 = precision->findData(static_cast<int>(model::Precision::Bf16));
    const int fp16 = precision->findData(static_cast<int>(model::Precision::Fp16));
    QTRY_COMPARE(precision->itemText(bf16), QStringLiteral("bf16 – 8.0× the speed of fp32 here, error 0.4 %"));
    device->setCurrentIndex(1);
    QTRY_COMPARE(precision->itemText(bf16), QStringLiteral("bf16 – 3.0× the speed of fp32 here, error 0.4 %"));
    QCOMPARE(precision->itemText(fp16), QStringLiteral("fp16 – not on this device"));
}

void WindowTest::shortcutsAreListedOnceInOrder() {
    auto window = makeWindow();
    for (auto* action : window->findChildren<QAction*>())
        if (action->shortcut() == QKeySequence(QKeySequence::HelpContents)) action->trigger();
    const auto* text = window->findChild<QLabel*>(QStringLiteral("ShortcutsText"));
    QVERIFY(text);
    QTextDocument document;
    document.setHtml(text->text());
    const QString plain = document.toPlainText();
    QVERIFY(plain.indexOf(QStringLiteral("Open workspace")) < plain.indexOf(QStringLiteral("Alt+1")));
    QVERIFY(plain.indexOf(QStringLiteral("Alt+1")) < plain.indexOf(QStringLiteral("Alt+2")));
    QVERIFY(plain.indexOf(QStringLiteral("F11")) < plain.indexOf(QStringLiteral("Gallery: Copy path")));
    for (const char* once : {"Alt+1", "F11", "Library: Copy path", "Gallery: Copy path"})
        QCOMPARE(plain.count(QLatin1String(once)), 1);
}

void WindowTest::themes() {
    applyTheme(*qApp, Theme::Dark);
    QVERIFY(qApp->palette().color(QPalette::Window).lightness() < 100);
    auto window = makeWindow();
    window->context()->setEvaluation(m_evaluation);
    applyTheme(*qApp, Theme::Light);
    QVERIFY(qApp->palette().color(QPalette::Window).lightness() > 200);
    QCOMPARE(themeFromKey(themeKey(Theme::Dark)), Theme::Dark);
}

void WindowTest::recentWorkspaces() {
    for (int i = 0; i < WindowSettings::kRecent + 3; ++i) {
        const QString name = QStringLiteral("w%1").arg(i);
        QDir(m_folder->path()).mkpath(name);
        m_settings->addRecentWorkspace(m_folder->filePath(name));
    }
    m_settings->addRecentWorkspace(m_folder->filePath(QStringLiteral("w9/")));  // again: moves to the front
    QCOMPARE(m_settings->recentWorkspaces().size(), WindowSettings::kRecent);
    QCOMPARE(m_settings->lastWorkspace(), m_folder->filePath(QStringLiteral("w9")));
    QDir(m_folder->path()).rmdir(QStringLiteral("w9"));
    QCOMPARE(m_settings->lastWorkspace(), m_folder->filePath(QStringLiteral("w10")));
}

void WindowTest::picturesAreExported() {
    auto window = makeWindow();
    window->context()->setEvaluation(m_evaluation);
    const int written = window->exportPictures(m_folder->path());
    QVERIFY(written >= 3);
    QCOMPARE(QDir(m_folder->path()).entryList({QStringLiteral("*.png")}).size(), written);
    QCOMPARE(window->exportPictures(QStringLiteral("/nonexistent")), 0);
}

void WindowTest::commandIsCopied() {
    auto window = makeWindow();
    window->session()->open(folder("w"));
    QTRY_VERIFY(window->session()->workspace() != nullptr);
    auto* action = window->findChild<QAction*>(QStringLiteral("CopyCommandAction"));
    QVERIFY(action);
    QApplication::clipboard()->setText(QStringLiteral("before"));
    action->trigger();  // nothing is open
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("before"));
    window->context()->setEvaluation(m_evaluation);  // its record tells too little
    action->trigger();
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("before"));
    QVERIFY(window->messageBar()->isVisible());

    experiment::RunOptions options;
    options.model = "a model";
    options.train = "/data/my train";
    options.idTest = "/data/test";
    options.ood = {"/data/ood"};
    options.probeOptions.epochs = 7;
    auto evaluation = std::make_shared<experiment::Evaluation>(*m_evaluation);
    evaluation->provenance["run"] = *experiment::recordRun(*window->session()->workspace(), options);
    evaluation->provenance["id_train"] = {{"key", "0"}};
    window->context()->setEvaluation(evaluation);
    action->trigger();
    QCOMPARE(QApplication::clipboard()->text(),
             QStringLiteral("oodscope-cli evaluate --model 'a model' --train '/data/my train' --id /data/test --ood "
                            "/data/ood --epochs 7 --device cpu"));
}

void WindowTest::reportIsExported() {
    std::string asked;
    m_services.report = [&](const workspace::Workspace&, const experiment::Evaluation& evaluation,
                            const std::filesystem::path& page) -> Status {
        asked = evaluation.id + " " + page.string();
        return page.filename() == "bad.html" ? Status(fail(ErrorCode::Io, "bad.html: the disk is full")) : Status();
    };
    auto window = makeWindow();
    auto* action = window->findChild<QAction*>(QStringLiteral("ExportReportAction"));
    QVERIFY(action && !action->isEnabled());
    window->session()->open(folder("w"));
    QTRY_VERIFY(window->session()->workspace() != nullptr);
    window->context()->setEvaluation(m_evaluation);
    QVERIFY(action->isEnabled());
    window->exportReport(folder("page.html"));
    QTRY_VERIFY(window->messageBar()->text().contains(QStringLiteral("page.html")));
    QCOMPARE(asked, m_evaluation->id + " " + folder("page.html").toStdString());
    window->exportReport(folder("bad.html"));
    QTRY_COMPARE(window->messageBar()->text(), QStringLiteral("bad.html: the disk is full"));
}

QTEST_MAIN(WindowTest)
#include "tst_window.moc"
