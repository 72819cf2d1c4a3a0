// SPDX-License-Identifier: GPL-3.0-or-later
// Result tables of other programs: written, read, compared.
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/experiment/compare_results.h"
#include "core/experiment/export_results.h"
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
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_folder;
    EvaluationPtr m_evaluation;
};

QTEST_APPLESS_MAIN(TestExportResults)
#include "tst_export_results.moc"
