// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "core/experiment/evaluation_store.h"
#include "tests/support/synthetic_evaluation.h"

using namespace oodscope;
using namespace oodscope::experiment;
namespace fs = std::filesystem;

namespace {

void compareSets(const ScoredSet& a, const ScoredSet& b) {
    QCOMPARE(a.name, b.name);
    QCOMPARE(a.root, b.root);
    QCOMPARE(a.classNames, b.classNames);
    QCOMPARE(a.paths, b.paths);
    QCOMPARE(a.trueLabels, b.trueLabels);
    QCOMPARE(a.pseudoLabels, b.pseudoLabels);
    QCOMPARE(a.predicted, b.predicted);
    QCOMPARE(a.scores, b.scores);
    QCOMPARE(a.unreadable, b.unreadable);
    QCOMPARE(a.logits.rows(), b.logits.rows());
    QVERIFY(std::ranges::equal(a.logits.values(), b.logits.values()));
}

}  // namespace

class TestEvaluationStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void comesBackAsItWas() {
        const QTemporaryDir dir;
        const fs::path folder = dir.filePath(QStringLiteral("evaluation")).toStdString();
        Evaluation evaluation = *testing::makeSyntheticEvaluation();
        evaluation.idTest.unreadable = {{"a/bad.png", "not an image"}};
        evaluation.idTest.paths.front() = "a folder/name, with \"quotes\"\n.png";
        evaluation.history = {{1.5, 0.25, 1e-3}, {0.5, 0.75, 0}};
        QVERIFY(saveEvaluation(evaluation, folder).has_value());
        const auto read = readEvaluation(folder);
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        const Evaluation& back = **read;
        QCOMPARE(back.id, evaluation.id);
        QCOMPARE(back.classNames, evaluation.classNames);
        QCOMPARE(back.detectorKeys, evaluation.detectorKeys);
        QCOMPARE(back.probeAccuracy, evaluation.probeAccuracy);
        QCOMPARE(back.history.size(), std::size_t{2});
        QCOMPARE(back.history[0].loss, 1.5);
        QCOMPARE(back.provenance, evaluation.provenance);
        compareSets(back.train, evaluation.train);
        compareSets(back.idTest, evaluation.idTest);
        QCOMPARE(back.ood.size(), evaluation.ood.size());
        for (std::size_t i = 0; i < back.ood.size(); ++i)
            compareSets(back.ood[i], evaluation.ood[i]);
        QCOMPARE(back.results.size(), evaluation.results.size());
        for (std::size_t i = 0; i < back.results.size(); ++i) {
            QCOMPARE(back.results[i].detector, evaluation.results[i].detector);
            QCOMPARE(back.results[i].metrics.auroc, evaluation.results[i].metrics.auroc);
            QCOMPARE(back.results[i].metrics.fpr95, evaluation.results[i].metrics.fpr95);
            QCOMPARE(back.results[i].metrics.threshold95, evaluation.results[i].metrics.threshold95);
        }
    }

    void damagedFilesAreRefused_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("contents");
        QTest::newRow("no json") << QByteArray("evaluation.json") << QByteArray("{");
        QTest::newRow("json of another kind") << QByteArray("evaluation.json") << QByteArray("{\"format\": 1}");
        QTest::newRow("newer format") << QByteArray("evaluation.json") << QByteArray("{\"format\": 99}");
        QTest::newRow("arrays cut") << QByteArray("arrays.safetensors") << QByteArray("1234567");
    }
    void damagedFilesAreRefused() {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, contents);
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString();
        QVERIFY(saveEvaluation(*testing::makeSyntheticEvaluation(), folder).has_value());
        std::ofstream(folder / name.toStdString(), std::ios::trunc) << contents.toStdString();
        const auto read = readEvaluation(folder);
        QVERIFY(!read);
        QVERIFY2(read.error().message.find(name.toStdString()) != std::string::npos, read.error().message.c_str());
    }
};

QTEST_APPLESS_MAIN(TestEvaluationStore)
#include "tst_evaluation_store.moc"
