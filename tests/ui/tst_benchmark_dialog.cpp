// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>
#include <atomic>
#include <latch>

#include "support/dataset_files.h"
#include "ui/widgets/path_edit.h"
#include "ui/window/benchmark_dialog.h"
#include "ui/window/main_window.h"

using namespace oodscope;
using namespace oodscope::ui;

class BenchmarkDialogTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void showsMissingThenFound();
    void ownProtocolStarts();
    void skippingMissingSets();
    void namesOfWnidsAreAskedFor();
    void foldersAreRemembered();
    void unreadableFoldersFileIsLeftAlone();
    void anotherProtocolDropsTheOldSearch();
    void closingWhileLooking();
    void windowOpensIt();

private:
    std::unique_ptr<BenchmarkDialog> makeDialog();
    QString folder(const char* name) const { return m_folder->filePath(QLatin1String(name)); }
    void writeOwnProtocol() const;
    static void chooseProtocol(BenchmarkDialog& dialog, int index) {
        dialog.findChild<QComboBox*>(QStringLiteral("BenchmarkProtocol"))->setCurrentIndex(index);
    }

    Services m_services;
    JobRunner* m_jobs = nullptr;
    data::DatasetFolders m_saved;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<WindowSettings> m_settings;
};

void BenchmarkDialogTest::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<WindowSettings>(folder("settings.ini"));
    m_jobs = new JobRunner(this);
    m_saved = {};
    m_services = {};
    m_services.openWorkspace = [](const std::filesystem::path& path) { return workspace::Workspace::open(path); };
    m_services.loadDatasetFolders = [this]() -> Result<data::DatasetFolders> { return m_saved; };
    m_services.saveDatasetFolders = [this](const data::DatasetFolders& folders) -> Status {
        m_saved = folders;
        return {};
    };
    m_services.locate = [](const experiment::Protocol& protocol, const data::DatasetFolders& folders,
                           std::stop_token stop, const ProgressFn& progress) {
        return experiment::locate(protocol, folders, stop, progress);
    };
    const std::filesystem::path root = m_folder->path().toStdString();
    test::writeCifarBatch(root / "c/cifar-10-batches-bin/test_batch.bin", {1, 2}, false);
    for (int batch = 1; batch <= 5; ++batch)
        test::writeCifarBatch(root / "c/cifar-10-batches-bin" / ("data_batch_" + std::to_string(batch) + ".bin"), {3},
                              false);
    test::writeEmpty(root / "c/cifar-100-binary", {"fine_label_names.txt"});
    test::writeCifarBatch(root / "c/cifar-100-binary/test.bin", {99}, true);
}

void BenchmarkDialogTest::cleanup() {
    delete m_jobs;
    m_settings.reset();
    m_folder.reset();
}

std::unique_ptr<BenchmarkDialog> BenchmarkDialogTest::makeDialog() {
    auto dialog = std::make_unique<BenchmarkDialog>(m_services, m_jobs, m_settings.get());
    dialog->findChild<QComboBox*>(QStringLiteral("RunModel"))->setEditText(QStringLiteral("some-model"));
    dialog->show();
    [[maybe_unused]] const bool exposed = QTest::qWaitForWindowExposed(dialog.get());
    return dialog;
}

void BenchmarkDialogTest::writeOwnProtocol() const {
    const std::filesystem::path root = m_folder->path().toStdString();
    test::writeEmpty(root / "p", {"train/a/1.png", "train/b/1.png", "test/a/1.png", "near/x.png"});
    test::writeBytes(root / "p/mine.json", R"({"title": "Mine", "id_train": "train", "id_test": "test",
        "ood": [{"set": "near", "group": "near"}, "gone"], "probe_batch": 17})");
}

void BenchmarkDialogTest::showsMissingThenFound() {
    auto dialog = makeDialog();
    chooseProtocol(*dialog, 1);  // CIFAR-10 against CIFAR-100
    QTRY_COMPARE(dialog->sets()->rowCount(), 3);
    QCOMPARE(dialog->sets()->missingCount(), 3);
    QVERIFY(!dialog->startButton()->isEnabled());
    QVERIFY2(dialog->problemText().contains(QLatin1Char('3')), qPrintable(dialog->problemText()));
    dialog->folderList()->addFolder(folder("c"));
    QTRY_COMPARE(dialog->sets()->missingCount(), 0);
    QCOMPARE(dialog->sets()->rowCount(), 3);
    QTRY_VERIFY(dialog->startButton()->isEnabled());
    QCOMPARE(dialog->problemText(), QString());
    // Fewer images than CIFAR has: said, and yet usable.
    const QString found = dialog->sets()->index(0, BenchmarkSetsModel::Found).data().toString();
    QVERIFY2(found.contains(QStringLiteral("5 of 50,000 images")), qPrintable(found));
    QSignalSpy started(dialog.get(), &BenchmarkDialog::startRequested);
    std::optional<experiment::RunOptions> options;
    connect(dialog.get(), &BenchmarkDialog::startRequested, this, [&](const auto& chosen) { options = chosen; });
    QTest::mouseClick(dialog->startButton(), Qt::LeftButton);
    QTRY_COMPARE(started.size(), 1);
    QVERIFY(!dialog->isVisible());
    QCOMPARE(options->model, std::string("some-model"));
    QCOMPARE(options->idTest.filename().string(), std::string("cifar-10-batches-bin#test"));
    QCOMPARE(options->ood.size(), std::size_t{1});
    QCOMPARE(options->probeOptions.batchSize, 256);
}

void BenchmarkDialogTest::ownProtocolStarts() {
    writeOwnProtocol();
    auto dialog = makeDialog();
    auto* file = dialog->findChild<PathEdit*>(QStringLiteral("BenchmarkFile"));
    QVERIFY(!file->isEnabled());
    chooseProtocol(*dialog, 3);
    QVERIFY(file->isEnabled());
    QVERIFY(!dialog->startButton()->isEnabled());
    QVERIFY(!dialog->problemText().isEmpty());
    QTest::keyClicks(file->edit(), folder("p/none.json"));
    QVERIFY2(dialog->problemText().contains(folder("p/none.json")), qPrintable(dialog->problemText()));
    file->setPath(folder("p/mine.json"));
    QTRY_COMPARE(dialog->sets()->rowCount(), 4);
    QCOMPARE(dialog->findChild<QSpinBox*>(QStringLiteral("RunBatch"))->value(), 17);
    QVERIFY(!dialog->startButton()->isEnabled());
    QCOMPARE(dialog->sets()->index(2, BenchmarkSetsModel::Set).data().toString(), QStringLiteral("near"));
    QCOMPARE(dialog->sets()->index(3, BenchmarkSetsModel::State).data().toString(), QStringLiteral("missing"));
}

void BenchmarkDialogTest::skippingMissingSets() {
    writeOwnProtocol();
    auto dialog = makeDialog();
    chooseProtocol(*dialog, 3);
    dialog->findChild<PathEdit*>(QStringLiteral("BenchmarkFile"))->setPath(folder("p/mine.json"));
    QTRY_COMPARE(dialog->sets()->rowCount(), 4);
    auto* skip = dialog->findChild<QCheckBox*>(QStringLiteral("BenchmarkSkip"));
    QTest::keyClick(skip, Qt::Key_Space);
    QVERIFY(skip->isChecked());
    QVERIFY2(dialog->startButton()->isEnabled(), qPrintable(dialog->problemText()));
    std::optional<experiment::RunOptions> options;
    connect(dialog.get(), &BenchmarkDialog::startRequested, this, [&](const auto& chosen) { options = chosen; });
    QTest::keyClick(dialog->startButton(), Qt::Key_Space);
    QTRY_VERIFY(options.has_value());
    QCOMPARE(options->ood.size(), std::size_t{1});
    QCOMPARE(options->train.string(), folder("p/train").toStdString());
    // The next dialog starts where this one ended.
    auto next = makeDialog();
    QCOMPARE(next->findChild<QComboBox*>(QStringLiteral("BenchmarkProtocol"))->currentIndex(), 3);
    QTRY_COMPARE(next->sets()->rowCount(), 4);
}

void BenchmarkDialogTest::namesOfWnidsAreAskedFor() {
    const std::filesystem::path root = m_folder->path().toStdString();
    test::writeEmpty(root / "w", {"train/n01440764/1.png", "test/n01440764/1.png", "far/x.png"});
    test::writeBytes(root / "w/w.json", R"({"id_train": "train", "id_test": "test", "ood": ["far"]})");
    auto dialog = makeDialog();
    chooseProtocol(*dialog, 3);
    dialog->findChild<PathEdit*>(QStringLiteral("BenchmarkFile"))->setPath(folder("w/w.json"));
    QTRY_VERIFY(dialog->startButton()->isEnabled());
    QTest::mouseClick(dialog->startButton(), Qt::LeftButton);
    QTRY_VERIFY(dialog->problemText().contains(QStringLiteral("LOC_synset_mapping.txt")));
    QVERIFY(dialog->isVisible());
    test::writeBytes(root / "w/names.txt", "tench\n");
    QTest::keyClicks(dialog->findChild<PathEdit*>(QStringLiteral("BenchmarkNames"))->edit(), folder("w/names.txt"));
    QVERIFY(dialog->startButton()->isEnabled());
    std::optional<experiment::RunOptions> options;
    connect(dialog.get(), &BenchmarkDialog::startRequested, this, [&](const auto& chosen) { options = chosen; });
    QTest::mouseClick(dialog->startButton(), Qt::LeftButton);
    QTRY_VERIFY(options.has_value());
    QCOMPARE(options->classNames, std::vector<std::string>{"tench"});
}

void BenchmarkDialogTest::foldersAreRemembered() {
    m_saved.sets = {{"sun", "/somewhere"}};
    m_saved.folders = {folder("unmounted").toStdString()};
    auto dialog = makeDialog();
    QCOMPARE(dialog->folderList()->folders(), QStringList{folder("unmounted")});
    dialog->folderList()->addFolder(folder("c"));
    QCOMPARE(m_saved.folders.size(), std::size_t{2});  // one whose disk is away is not forgotten
    QCOMPARE(m_saved.sets.size(), std::size_t{1});
    dialog->folderList()->addFolder(folder("nowhere"));
    QVERIFY(dialog->problemText().contains(QStringLiteral("nowhere: no such folder")));
    QCOMPARE(m_saved.folders.size(), std::size_t{2});
    dialog->folderList()->setFolders({folder("c")});
    QCOMPARE(m_saved.folders, (std::vector<std::filesystem::path>{folder("c").toStdString()}));
    QVERIFY(!dialog->problemText().contains(QStringLiteral("nowhere")));
}

void BenchmarkDialogTest::unreadableFoldersFileIsLeftAlone() {
    bool saved = false;
    m_services.loadDatasetFolders = []() -> Result<data::DatasetFolders> {
        return fail(ErrorCode::BadFile, "datasets.json: not valid JSON");
    };
    m_services.saveDatasetFolders = [&](const data::DatasetFolders&) -> Status {
        saved = true;
        return {};
    };
    auto dialog = makeDialog();
    QVERIFY(dialog->problemText().contains(QStringLiteral("datasets.json: not valid JSON")));
    QVERIFY(!dialog->folderList()->isEnabled());
    QVERIFY(!saved);
}

void BenchmarkDialogTest::anotherProtocolDropsTheOldSearch() {
    std::latch slow(1);
    m_services.locate = [&](const experiment::Protocol& protocol, const data::DatasetFolders&, std::stop_token,
                            const ProgressFn&) -> Result<experiment::LocatedSets> {
        if (protocol.key == "in1k") slow.wait();
        return experiment::LocatedSets(protocol.key == "in1k" ? 8 : 3);
    };
    auto dialog = makeDialog();  // in1k is being looked for
    QVERIFY(!dialog->startButton()->isEnabled());
    chooseProtocol(*dialog, 1);
    QTRY_COMPARE(dialog->sets()->rowCount(), 3);
    slow.count_down();
    QTRY_COMPARE(m_jobs->activeCount(), 0);
    QCOMPARE(dialog->sets()->rowCount(), 3);  // the late answer is dropped
}

void BenchmarkDialogTest::closingWhileLooking() {
    std::atomic<bool> stopped{false};
    m_services.locate = [&](const experiment::Protocol&, const data::DatasetFolders&, std::stop_token stop,
                            const ProgressFn&) -> Result<experiment::LocatedSets> {
        std::latch asked(1);
        const std::stop_callback callback(stop, [&] { asked.count_down(); });
        asked.wait();
        stopped = true;
        return cancelled();
    };
    auto dialog = makeDialog();
    QTest::keyClick(dialog.get(), Qt::Key_Escape);
    QVERIFY(!dialog->isVisible());
    QTRY_COMPARE(m_jobs->activeCount(), 0);
    QVERIFY(stopped);
}

void BenchmarkDialogTest::windowOpensIt() {
    MainWindow window(m_services, m_settings.get());
    window.show();
    auto* action = window.findChild<QAction*>(QStringLiteral("BenchmarkAction"));
    QVERIFY(action && action->isVisible());
    window.session()->open(folder("workspace"));
    QTRY_VERIFY(window.session()->workspace() != nullptr);
    action->trigger();
    QTRY_VERIFY(window.findChild<BenchmarkDialog*>() != nullptr);
    window.findChild<BenchmarkDialog*>()->reject();
    MainWindow bare(Services{}, m_settings.get());
    QVERIFY(!bare.findChild<QAction*>(QStringLiteral("BenchmarkAction"))->isVisible());
}

QTEST_MAIN(BenchmarkDialogTest)
#include "tst_benchmark_dialog.moc"
