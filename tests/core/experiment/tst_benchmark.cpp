// SPDX-License-Identifier: GPL-3.0-or-later
// Protocols: what they need, what they say where it is missing, and a whole run on made-up CIFAR with a tiny model.
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <stop_token>
#include <string>

#include "core/data/image_location.h"
#include "core/experiment/benchmark.h"
#include "core/experiment/pictures.h"
#include "support/dataset_files.h"
#include "support/tiny_world.h"

using namespace oodscope;
using namespace oodscope::experiment;
using namespace oodscope::test;
namespace fs = std::filesystem;

class TestBenchmark : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = m_dir->path().toStdString();
        auto workspace = workspace::Workspace::open(m_root / "workspace");
        QVERIFY(workspace.has_value());
        m_workspace = *workspace;
    }

    void builtInProtocolsAreSound() {
        for (const Protocol& protocol : builtInProtocols()) {
            QCOMPARE(findProtocol(protocol.key)->title, protocol.title);
            QCOMPARE(protocol.knownKeys().size(), protocol.ood.size() + 2);  // every name is a known set
        }
        QCOMPARE(findProtocol("in1k")->ood.size(), std::size_t{6});
        QVERIFY(findProtocol("cifar11").error().message.find("in1k, cifar10, cifar100") != std::string::npos);
    }

    void runsAndReuses() {
        makeCifar();
        const auto first = run("cifar10");
        QVERIFY2(first.has_value(), first ? "" : first.error().message.c_str());
        const Evaluation& evaluation = *first->evaluation;
        QCOMPARE(evaluation.classNames.size(), std::size_t{10});
        QCOMPARE(evaluation.classNames[0], std::string("airplane"));
        QCOMPARE(evaluation.train.size(), std::size_t{20});
        QCOMPARE(evaluation.idTest.size(), std::size_t{6});
        QCOMPARE(evaluation.ood.size(), std::size_t{1});
        QCOMPARE(evaluation.ood[0].name, std::string("CIFAR-100 test"));
        QVERIFY(evaluation.probeAccuracy >= 0);  // labels of the test batch go with those of the train batches
        QCOMPARE(evaluation.idTest.trueLabels, (std::vector<std::int32_t>{0, 1, 2, 3, 4, 5}));
        // What a gallery or a contact sheet does with a result: its paths are enough to read the images.
        const fs::path location = evaluation.ood[0].root / evaluation.ood[0].paths[1];
        const auto thumbnail = data::readThumbnail(location, 64);
        QVERIFY2(thumbnail.has_value(), thumbnail ? "" : thumbnail.error().message.c_str());
        QCOMPARE(int(thumbnail->rgb[0]), int(pixelOf(41, 0, 0)));
        QVERIFY(writePictures(evaluation, m_root / "pictures").has_value());
        QVERIFY(fs::file_size(m_root / "pictures/false-rejects.csv") > 20);

        Work work;
        const auto second = run("cifar10", {}, &work);
        QVERIFY(second.has_value());
        QCOMPARE(second->evaluation->id, evaluation.id);
        QCOMPARE(second->evaluation->ood[0].scores, evaluation.ood[0].scores);
        QCOMPARE(work.images.load(), 0);
        QCOMPARE(work.epochs.load(), 0);
        QVERIFY(benchmarkTable(*second).starts_with(second->protocol.title));
        QCOMPARE(benchmarkJson(*second).at("protocol").get<std::string>(), std::string("cifar10"));
        // The other way round: both test sets are embedded already.
        const auto back = run("cifar100");
        QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
        QCOMPARE(back->evaluation->classNames.size(), std::size_t{100});
        QCOMPARE(m_workspace->list(workspace::ArtefactKind::Embedding)->size(), std::size_t{4});
    }

    void cancelledAndResumed() {
        makeCifar();
        std::stop_source stop;
        Work before;
        const auto stopped = run("cifar10", stop.get_token(), &before, [&](const Progress& progress) {
            if (progress.stage.find("training") != std::string::npos) stop.request_stop();
        });
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        QVERIFY(before.images > 0);
        QVERIFY(m_workspace->list(workspace::ArtefactKind::Evaluation)->empty());
        Work after;
        const auto resumed = run("cifar10", {}, &after);
        QVERIFY2(resumed.has_value(), resumed ? "" : resumed.error().message.c_str());
        QCOMPARE(after.images.load(), 0);  // what was embedded before the stop is not embedded again
        QVERIFY(after.epochs > 0);
    }

    void changedContainerIsEmbeddedAnew() {
        makeCifar();
        const auto first = run("cifar10");
        QVERIFY(first.has_value());
        writeCifarBatch(m_root / "data/cifar-10-batches-bin/test_batch.bin", {9, 1, 2, 3, 4, 5, 6}, false, 60);
        const auto second = run("cifar10");
        QVERIFY2(second.has_value(), second ? "" : second.error().message.c_str());
        QVERIFY(second->evaluation->id != first->evaluation->id);
        QCOMPARE(second->evaluation->idTest.size(), std::size_t{7});
    }

    void missingSetsAreAllNamed() {
        fs::create_directories(m_root / "data");
        const auto result = run("in1k");
        QVERIFY(!result);
        for (const char* name : {"ImageNet-1k train", "ImageNet-1k val", "iNaturalist", "Textures", "NINCO"})
            QVERIFY2(result.error().message.find(name) != std::string::npos, name);
        QVERIFY(m_workspace->list(workspace::ArtefactKind::Embedding)->empty());
    }

    void oodSetsMayBeSkipped() {
        LocatedSets sets(4);
        sets[0] = {SetRole::IdTrain, "t", "t", OodGroup::None, {}};
        sets[1] = {SetRole::IdTest, "i", "i", OodGroup::None, {}};
        sets[2] = {SetRole::Ood, "a", "", OodGroup::Near, {}};
        sets[3] = {SetRole::Ood, "b", "b", OodGroup::Far, {}};
        QVERIFY(!canRun(sets, false) && canRun(sets, true));
        const Protocol protocol{"p", "title", "t", "i", {{"a", OodGroup::Near}, {"b", OodGroup::Far}}, {}, 256};
        QCOMPARE(protocolRun(protocol, sets, {}, true)->ood, (std::vector<fs::path>{"b"}));
        QVERIFY(protocolRun(protocol, sets, {}, false).error().message.find("a (a: no folder") != std::string::npos);
        sets[3].source.clear();
        QVERIFY(!canRun(sets, true) && !protocolRun(protocol, sets, {}, true));
        sets[3].source = "b";
        sets[1].source.clear();
        QVERIFY(!canRun(sets, true));
        QVERIFY(!canRun({}, true) && !canRun({}, false));
    }

    void namesOfWnids() {
        writeEmpty(m_root / "data/train", {"n01440764/n01440764_1.JPEG", "n02012849/n02012849_1.JPEG"});
        Protocol protocol = *findProtocol("in1k");
        LocatedSets sets;
        for (const SetRole role : {SetRole::IdTrain, SetRole::IdTest, SetRole::Ood})
            sets.push_back({role, "x", (m_root / "data/train").string(), OodGroup::None, {}});
        const auto unnamed = protocolRun(protocol, sets, {}, false);
        QVERIFY(!unnamed && unnamed.error().message.find("LOC_synset_mapping.txt") != std::string::npos);
        writeBytes(m_root / "LOC_synset_mapping.txt", "n02012849 crane\nn01440764 tench, Tinca tinca\n");
        QCOMPARE(protocolRun(protocol, sets, {}, false)->classNames, (std::vector<std::string>{"tench", "crane"}));
        protocol.names = m_root / "plain.txt";
        writeBytes(protocol.names, "a fish\na bird\n");
        QCOMPARE(protocolRun(protocol, sets, {}, false)->classNames, (std::vector<std::string>{"a fish", "a bird"}));
        protocol.names = m_root / "LOC_synset_mapping.txt";
        QCOMPARE(protocolRun(protocol, sets, {}, false)->classNames, (std::vector<std::string>{"tench", "crane"}));
    }

    void ownProtocol() {
        writeEmpty(m_root / "p/train", {"a/1.png", "b/1.png"});
        writeBytes(m_root / "p/mine.json", R"({"title": "Mine", "id_train": "train", "id_test": "cifar10-test",
            "ood": ["../elsewhere", {"set": "sun", "group": "far"}], "names": "names.txt", "probe_batch": 64})");
        const auto protocol = findProtocol((m_root / "p/mine.json").string());
        QVERIFY2(protocol.has_value(), protocol ? "" : protocol.error().message.c_str());
        QCOMPARE(protocol->key, std::string("mine"));
        QCOMPARE(protocol->train, (m_root / "p/train").string());
        QCOMPARE(protocol->idTest, std::string("cifar10-test"));
        QCOMPARE(protocol->ood[0].set, (m_root / "elsewhere").string());
        QCOMPARE(protocol->ood[1].group, OodGroup::Far);
        QCOMPARE(protocol->names, m_root / "p/names.txt");
        QCOMPARE(protocol->probeBatch, 64);
        QCOMPARE(protocol->knownKeys(), (std::vector<std::string>{"cifar10-test", "sun"}));
        const auto sets = locate(*protocol, {}, {}, {});
        QVERIFY(sets.has_value());
        QCOMPARE(sets->size(), std::size_t{4});
        QCOMPARE((*sets)[0].source, (m_root / "p/train").string());
        QVERIFY(!(*sets)[1].isUsable() && !(*sets)[2].isUsable() && !(*sets)[3].isUsable());
        QCOMPARE((*sets)[2].name(), std::string("elsewhere"));
    }

    void badProtocols_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("no JSON") << "{"
                                 << "not valid JSON";
        QTest::newRow("a list") << "[]"
                                << "not an object";
        QTest::newRow("no train") << R"({"id_test": "a", "ood": ["b"]})"
                                  << "id_train";
        QTest::newRow("empty train") << R"({"id_train": "", "id_test": "a", "ood": ["b"]})"
                                     << "id_train is empty";
        QTest::newRow("no ood") << R"({"id_train": "t", "id_test": "a", "ood": []})"
                                << "names no set";
        QTest::newRow("ood is a number") << R"({"id_train": "t", "id_test": "a", "ood": [3]})"
                                         << "type";
        QTest::newRow("twice") << R"({"id_train": "t", "id_test": "a", "ood": ["b", "./b"]})"
                               << "twice";
        QTest::newRow("ID and OOD") << R"({"id_train": "t", "id_test": "a", "ood": ["a"]})"
                                    << "an ID and an OOD set";
        QTest::newRow("group") << R"({"id_train": "t", "id_test": "a", "ood": [{"set": "b", "group": "mid"}]})"
                               << "neither near nor far";
        QTest::newRow("batch") << R"({"id_train": "t", "id_test": "a", "ood": ["b"], "probe_batch": 0})"
                               << "below 1";
        QTest::newRow("title") << R"({"title": 3, "id_train": "t", "id_test": "a", "ood": ["b"]})"
                               << "type";
    }
    void badProtocols() {
        QFETCH(QString, text);
        QFETCH(QString, part);
        const fs::path file = m_root / "bad.json";
        writeBytes(file, text.toStdString());
        const auto protocol = findProtocol(file.string());
        QVERIFY(!protocol);
        QVERIFY2(QString::fromStdString(protocol.error().message).contains(part), protocol.error().message.c_str());
        QVERIFY(protocol.error().message.starts_with(file.string()));
    }

private:
    /// What a run had to do itself.
    struct Work {
        std::atomic<int> images{0};
        std::atomic<int> epochs{0};
    };

    void makeCifar() const {
        testing::makeTinyModel(m_root / "tiny", OODSCOPE_TEST_DATA);
        for (int batch = 0; batch < 5; ++batch)
            writeCifarBatch(m_root / "data/cifar-10-batches-bin" / ("data_batch_" + std::to_string(batch + 1) + ".bin"),
                            {0, 1, 2, 3}, false, static_cast<std::size_t>(4 * batch));
        writeCifarBatch(m_root / "data/cifar-10-batches-bin/test_batch.bin", {0, 1, 2, 3, 4, 5}, false, 30);
        const fs::path hundred = m_root / "data/cifar-100-binary";
        writeEmpty(hundred, {"fine_label_names.txt"});
        writeCifarBatch(hundred / "train.bin", {7, 8, 9, 10}, true, 50);
        writeCifarBatch(hundred / "test.bin", {99, 98, 97}, true, 40);
    }

    Result<BenchmarkResult> run(const std::string& key, std::stop_token stop = {}, Work* work = nullptr,
                                const ProgressFn& also = {}) const {
        BenchmarkOptions options;
        options.protocol = *findProtocol(key);
        options.folders.folders = {m_root / "data"};
        options.run.model = (m_root / "tiny").string();
        options.run.extract.batchSize = 4;
        options.run.probeOptions.epochs = 3;
        options.run.probeOptions.batchSize = 8;
        options.run.probeOptions.threads = 1;
        return runBenchmark(*m_workspace, options, std::move(stop), [&](const Progress& progress) {
            if (work != nullptr && progress.unit == "images") work->images = work->images + 1;
            if (work != nullptr && progress.unit == "epochs") work->epochs = work->epochs + 1;
            if (also) also(progress);
        });
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
    std::shared_ptr<workspace::Workspace> m_workspace;
};

QTEST_APPLESS_MAIN(TestBenchmark)
#include "tst_benchmark.moc"
