// SPDX-License-Identifier: GPL-3.0-or-later
// Result tables of other programs: written, read, compared.
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/experiment/compare_results.h"
#include "core/experiment/explain.h"
#include "core/experiment/export_openood.h"
#include "core/experiment/export_results.h"
#include "core/experiment/import_scores.h"
#include "core/experiment/openood_pickle.h"
#include "core/io/pickle_writer.h"
#include "core/io/scores_file.h"
#include "support/synthetic_evaluation.h"

using namespace oodscope;
using namespace oodscope::experiment;

class TestExportResults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_folder = m_dir->path().toStdString();
        m_evaluation = testing::makeSyntheticEvaluation();
    }

    void referenceTablesComeBack_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("exact");
        QTest::newRow("JSON") << QStringLiteral("ood_metrics.json") << 1e-12;
        QTest::newRow("CSV") << QStringLiteral("ood_metrics.csv") << 0.005001;
    }
    void referenceTablesComeBack() {
        QFETCH(QString, name);
        QFETCH(double, exact);
        const auto written = writeReferenceResults(*m_evaluation, m_folder, {}, false);
        QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
        const auto read = readForeignResults(m_folder / name.toStdString());
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QCOMPARE(read->size(), std::size_t{12});  // three detectors, two sets, two metrics
        const auto compared = compareResults(*read, m_evaluation.get(), {});
        QVERIFY(compared.has_value());
        for (const ComparedNumber& number : *compared)
            QVERIFY(number.ours && std::abs(*number.ours - number.theirs.percent) <= exact);
    }

    void columnsHaveTheirNames() {
        Evaluation evaluation = *m_evaluation;
        evaluation.detectorKeys = {"zero-shot/msp", "msp", "knn:k=5"};
        QVERIFY(writeReferenceResults(evaluation, m_folder, {}, false).has_value());
        const auto header = [&](const char* name) { return splitLines(*readTextFile(m_folder / name)).front(); };
        QCOMPARE(header("ood_metrics.csv"), std::string("out_dist,auroc_knn_k=5_metric=temp-cos-sim,auroc_msp_temp=1.0,"
                                                        "fpr95_knn_k=5_metric=temp-cos-sim,fpr95_msp_temp=1.0"));
        QCOMPARE(header("zero-shot/ood_metrics.csv"), std::string("out_dist,auroc_msp_temp=1.0,fpr95_msp_temp=1.0"));
    }

    void openOodTables() {
        QVERIFY(writeOpenOodResults(*m_evaluation, m_folder, {"near ood"}, false).has_value());
        const auto lines = splitLines(*readTextFile(m_folder / "ood/msp.csv"));
        QCOMPARE(lines.size(), std::size_t{5});
        QCOMPARE(lines[0], std::string("dataset,FPR@95,AUROC,AUPR_IN,AUPR_OUT,ACC"));
        QVERIFY(lines[1].starts_with("near ood,") && lines[2].starts_with("nearood,"));
        QVERIFY(lines[3].starts_with("far ood,") && lines[4].starts_with("farood,"));
        const auto read = readForeignResults(m_folder / "ood/msp.csv");
        QVERIFY(read.has_value());
        QVERIFY(!compareResults(*read, m_evaluation.get(), {}));  // of which detector?
        QVERIFY(!compareResults(*read, m_evaluation.get(), "oracle"));
        const auto compared = compareResults(*read, m_evaluation.get(), "msp");
        std::size_t matched = 0;
        for (const ComparedNumber& number : *compared) {
            if (!number.ours) continue;  // the means
            ++matched;
            QVERIFY(std::abs(*number.ours - number.theirs.percent) <= 0.005001);
        }
        QCOMPARE(matched, std::size_t{12});  // five columns of two sets, and the accuracy of two means
        const auto unknown = writeOpenOodResults(*m_evaluation, m_folder / "other", {"nearby"}, false);
        QVERIFY(!unknown && unknown.error().message.find("near ood, far ood") != std::string::npos);
        QVERIFY(!fs::exists(m_folder / "other"));
    }

    /// What Python pickled (tests/parity/make_openood_scores.py).
    void openOodPicklesAreRead_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("protocol 5") << QStringLiteral("msp.pkl");
        QTest::newRow("protocol 4") << QStringLiteral("msp4.pkl");
    }
    void openOodPicklesAreRead() {
        QFETCH(QString, name);
        const auto sets = readOpenOodPickle(m_openOod / name.toStdString());
        QVERIFY2(sets.has_value(), sets ? "" : sets.error().message.c_str());
        QCOMPARE(sets->ood.size(), std::size_t{3});  // "tin" was not scored
        const auto fits = [](const ScoredSet& set, const char* setName, int number, std::size_t count, bool narrow) {
            QCOMPARE(set.name, std::string(setName));
            QCOMPARE(set.size(), count);
            for (std::size_t i = 0; i < count; ++i) {
                const double exact = double((37 * i + 11U * static_cast<unsigned>(number)) % 101) / 100;
                QVERIFY(set.scores[0][i] == (narrow ? double(float(exact)) : exact));
                QCOMPARE(set.predicted[i], static_cast<std::int32_t>(i % 4));
            }
        };
        fits(sets->idTest, "ID test", 0, 60, true);
        QCOMPARE(sets->idTest.trueLabels[5], 2);
        fits(sets->ood[0], "cifar100", 1, 40, true);
        fits(sets->ood[1], "mnist", 2, 30, false);
        fits(sets->ood[2], "places365", 3, 20, true);
        QVERIFY(sets->ood[0].group == OodGroup::Near && sets->ood[2].group == OodGroup::Far);
        QCOMPARE(sets->ood[2].trueLabels, std::vector<std::int32_t>(20, 5));
    }

    void openOodPicklesBecomeEvaluations() {
        auto workspace = workspace::Workspace::open(m_folder / "workspace").value();
        ScoreImport import;
        import.detector = "msp";
        import.pickle = m_openOod / "msp.pkl";
        const auto evaluation = importScores(*workspace, import);
        QVERIFY2(evaluation.has_value(), evaluation ? "" : evaluation.error().message.c_str());
        QCOMPARE((*evaluation)->results.size(), std::size_t{3});
        QCOMPARE((*evaluation)->groups.size(), std::size_t{3});
        QCOMPARE((*evaluation)->groups[1].sets, std::size_t{2});
        QVERIFY((*evaluation)->probeAccuracy > 0);
        const auto explanation = explain(*workspace, {(*evaluation)->id});
        QVERIFY(shellLine(explanation->commands).starts_with("oodscope-cli import scores --openood "));
        QVERIFY(explanation->changes.empty());
        QCOMPARE(importScores(*workspace, import).value()->id, (*evaluation)->id);
    }

    /// The other way: every score, prediction and group comes back from what is written.
    void openOodPicklesComeBack() {
        Evaluation evaluation = *m_evaluation;
        evaluation.ood[1].predicted.clear();
        QVERIFY(writeOpenOodResults(evaluation, m_folder, {}, false).has_value());
        for (std::size_t d = 0; d < evaluation.detectorKeys.size(); ++d) {
            const auto sets = readOpenOodPickle(m_folder / "scores" / (evaluation.detectorKeys[d] + ".pkl"));
            QVERIFY2(sets.has_value(), sets ? "" : sets.error().message.c_str());
            QCOMPARE(sets->idTest.scores[0], evaluation.idTest.scores[d]);
            QCOMPARE(sets->idTest.predicted, evaluation.idTest.predicted);
            QCOMPARE(sets->idTest.trueLabels, evaluation.idTest.trueLabels);
            QCOMPARE(sets->ood.size(), std::size_t{2});
            QCOMPARE(sets->ood[0].name, std::string("near ood"));
            QVERIFY(sets->ood[0].group == OodGroup::Near && sets->ood[1].group == OodGroup::Far);
            QCOMPARE(sets->ood[1].scores[0], evaluation.ood[1].scores[d]);
            QVERIFY(sets->ood[1].predicted.empty());
        }
        QVERIFY(splitLines(*readTextFile(m_folder / "ood/msp.csv"))[2].starts_with("nearood,"));
        const auto again = writeOpenOodResults(evaluation, m_folder, {}, false);
        QVERIFY(!again && again.error().message.find("--overwrite") != std::string::npos);
    }

    void malformedPickles_data() {
        QTest::addColumn<QByteArray>("pickle");
        QTest::addColumn<QByteArray>("part");
        const auto made = [](auto fill) {
            io::PickleWriter pickle(4);
            fill(pickle);
            const std::string bytes = std::move(pickle).take();
            return QByteArray(bytes.data(), static_cast<int>(bytes.size()));
        };
        const std::vector<double> two{1, 2};
        const std::vector<std::int64_t> classes{0, 9'000'000'000}, three{1, 2, 3};
        const auto array = [](io::PickleWriter& pickle, const auto& values, const char* dtype) {
            pickle.array(dtype, std::as_bytes(std::span(values)), values.size());
        };
        const auto withId = [&](auto entry) {
            return made([&](io::PickleWriter& pickle) {
                pickle.raw("}(").text("id").raw("}(").text("test").raw("](");
                entry(pickle);
                pickle.raw("euu");
            });
        };
        QTest::newRow("a list") << made([](io::PickleWriter& pickle) { pickle.raw("]"); }) << QByteArray("ID test set");
        QTest::newRow("two arrays") << withId([&](io::PickleWriter& pickle) {
            array(pickle, two, "f8");
            array(pickle, two, "f8");
        }) << QByteArray("three numpy arrays");
        QTest::newRow("of texts") << withId([&](io::PickleWriter& pickle) { pickle.text("a").text("b").text("c"); })
                                  << QByteArray("three numpy arrays");
        QTest::newRow("other lengths") << withId([&](io::PickleWriter& pickle) {
            array(pickle, three, "i8");
            array(pickle, two, "f8");
            array(pickle, two, "f8");
        }) << QByteArray("'pred' has 3 entries");
        QTest::newRow("no class") << withId([&](io::PickleWriter& pickle) {
            array(pickle, classes, "i8");
            array(pickle, two, "f8");
            array(pickle, two, "f8");
        }) << QByteArray("no class");
        QTest::newRow("no OOD set") << withId([&](io::PickleWriter& pickle) {
            array(pickle, two, "f8");
            array(pickle, two, "f8");
            array(pickle, two, "f8");
        }) << QByteArray("no scores of an OOD set");
        QTest::newRow("bytes that do not fit") << withId([&](io::PickleWriter& pickle) {
            for (int i = 0; i < 3; ++i)
                pickle.array("f8", std::as_bytes(std::span(two)), 3);
        }) << QByteArray("three numpy arrays");
        QTest::newRow("cut") << QByteArray("\x80\x04}(") << QByteArray("cut short");
        QTest::newRow("no pickle") << QByteArray("scores") << QByteArray("pickle");
        QTest::newRow("a command") << made([](io::PickleWriter& pickle) {
            pickle.global("os", "system").raw("(").text("touch executed").raw("tR");
        }) << QByteArray("ID test set");
    }
    void malformedPickles() {
        QFETCH(QByteArray, pickle);
        QFETCH(QByteArray, part);
        const fs::path file = m_folder / "bad.pkl";
        std::ofstream(file, std::ios::binary) << pickle.toStdString();
        const auto sets = readOpenOodPickle(file);
        QVERIFY(!sets);
        QVERIFY2(sets.error().message.starts_with(file.string()) &&
                     sets.error().message.find(part.toStdString()) != std::string::npos,
                 sets.error().message.c_str());
        QVERIFY(!fs::exists("executed"));
        QVERIFY(io::readScores(file).error().message.find("--openood") != std::string::npos);
    }

    void tablesOfSeveralRuns() {
        const auto read = readForeignResults(m_openOod / "several.csv");
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QCOMPARE(read->size(), std::size_t{10});
        const ForeignNumber& auroc = read->at(1);
        QCOMPARE(auroc.ood, std::string("cifar100"));
        QCOMPARE(auroc.metric, std::string("auroc"));
        QCOMPARE(auroc.percent, 89.25);
        QCOMPARE(auroc.deviation, 0.82);
        for (const char* cell : {"1 ± ", "1 ± x", "± 1", "1 ± -1"}) {
            std::ofstream(m_folder / "a.csv") << "dataset,AUROC\nx," << cell << "\n";
            QVERIFY2(!readForeignResults(m_folder / "a.csv"), cell);
        }
    }

    void nothingIsOverwritten() {
        QVERIFY(writeReferenceResults(*m_evaluation, m_folder, {}, false).has_value());
        const std::string before = *readTextFile(m_folder / "ood_metrics.csv");
        std::ofstream(m_folder / "ood_metrics.csv") << "mine\n";
        fs::remove(m_folder / "eval_args.json");
        const auto refused = writeReferenceResults(*m_evaluation, m_folder, {}, false);
        QVERIFY(!refused && refused.error().message.find("--overwrite") != std::string::npos);
        QCOMPARE(*readTextFile(m_folder / "ood_metrics.csv"), std::string("mine\n"));
        QVERIFY2(!fs::exists(m_folder / "eval_args.json"), "a refused export wrote a part");
        QVERIFY(writeReferenceResults(*m_evaluation, m_folder, {}, true).has_value());
        QCOMPARE(*readTextFile(m_folder / "ood_metrics.csv"), before);
    }

    void malformedTables_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("JSON cut") << QByteArray("a.json") << QByteArray("[{\"out_dist\": \"x\"");
        QTest::newRow("JSON of another kind") << QByteArray("a.json") << QByteArray("{\"a\": 1}");
        QTest::newRow("JSON of odd values")
            << QByteArray("a.json") << QByteArray("[{\"out_dist\": \"x\", \"auroc\": [1, 2]}]");
        QTest::newRow("JSON without numbers") << QByteArray("a.json") << QByteArray("[{\"out_dist\": \"x\"}]");
        QTest::newRow("another table") << QByteArray("a.csv") << QByteArray("name,AUROC\nx,1\n");
        QTest::newRow("no number") << QByteArray("a.csv") << QByteArray("dataset,AUROC\nx,high\n");
        QTest::newRow("a row too short") << QByteArray("a.csv") << QByteArray("dataset,AUROC\nx\n");
        QTest::newRow("an open quote") << QByteArray("a.csv") << QByteArray("dataset,AUROC\n\"x,1\n");
        QTest::newRow("empty") << QByteArray("a.csv") << QByteArray("");
    }
    void malformedTables() {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, text);
        const fs::path file = m_folder / name.toStdString();
        std::ofstream(file) << text.toStdString();
        const auto read = readForeignResults(file);
        QVERIFY(!read);
        QVERIFY2(read.error().message.starts_with(file.string()), read.error().message.c_str());
    }

private:
    const fs::path m_openOod = fs::path(OODSCOPE_TEST_DATA) / "openood";
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_folder;
    EvaluationPtr m_evaluation;
};

QTEST_APPLESS_MAIN(TestExportResults)
#include "tst_export_results.moc"
