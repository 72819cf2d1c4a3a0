// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "core/experiment/evaluation_store.h"
#include "core/io/json.h"
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
    QVERIFY(a.group == b.group);
    QCOMPARE(a.logits.rows(), b.logits.rows());
    QVERIFY(std::ranges::equal(a.logits.values(), b.logits.values()));
}

void compareResults(const DetectorResult& a, const DetectorResult& b) {
    QCOMPARE(a.detector, b.detector);
    QCOMPARE(a.ood, b.ood);
    QCOMPARE(a.metrics.auroc, b.metrics.auroc);
    QCOMPARE(a.metrics.detectionError, b.metrics.detectionError);
    QCOMPARE(a.aurocLow, b.aurocLow);
    QCOMPARE(a.idAccuracy, b.idAccuracy);
    QCOMPARE(a.classes.auroc, b.classes.auroc);
    QCOMPARE(a.classes.aurocHigh, b.classes.aurocHigh);
    QCOMPARE(a.classes.failed, b.classes.failed);
    QCOMPARE(a.classes.classes.size(), b.classes.classes.size());
    for (std::size_t c = 0; c < a.classes.classes.size(); ++c) {
        QCOMPARE(a.classes.classes[c].label, b.classes.classes[c].label);
        QCOMPARE(a.classes.classes[c].count, b.classes.classes[c].count);
        QCOMPARE(a.classes.classes[c].aurocLow, b.classes.classes[c].aurocLow);
        QCOMPARE(a.classes.classes[c].fpr95, b.classes.classes[c].fpr95);
        QCOMPARE(a.classes.classes[c].threshold95, b.classes.classes[c].threshold95);
    }
}

void compareGroups(const Evaluation& a, const Evaluation& b) {
    QCOMPARE(a.groups.size(), b.groups.size());
    for (std::size_t i = 0; i < a.groups.size(); ++i) {
        QCOMPARE(a.groups[i].detector, b.groups[i].detector);
        QVERIFY(a.groups[i].group == b.groups[i].group);
        QCOMPARE(a.groups[i].sets, b.groups[i].sets);
        QCOMPARE(a.groups[i].auroc, b.groups[i].auroc);
        QCOMPARE(a.groups[i].aurocHigh, b.groups[i].aurocHigh);
        QCOMPARE(a.groups[i].auprOut, b.groups[i].auprOut);
    }
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
            compareResults(back.results[i], evaluation.results[i]);
        }
        compareGroups(back, evaluation);
    }

    void readsTheFirstFormat() {
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString();
        const Evaluation evaluation = *testing::makeSyntheticEvaluation();
        QVERIFY(saveEvaluation(evaluation, folder).has_value());
        auto json = io::readJson(folder / "evaluation.json").value();
        json["format"] = 1;
        json.erase("groups");
        for (const char* name : {"train", "id_test"})
            json[name].erase("group");
        for (auto& set : json["ood"])
            set.erase("group");
        for (auto& result : json["results"])
            for (const char* name : {"per_class", "mean_over_classes", "id_accuracy", "detection_error"})
                result.erase(name);
        QVERIFY(io::writeJson(folder / "evaluation.json", json).has_value());
        const auto read = readEvaluation(folder);
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        for (std::size_t i = 0; i < evaluation.results.size(); ++i)
            compareResults((*read)->results[i], evaluation.results[i]);
        QCOMPARE((*read)->groups.size(), std::size_t{3});  // no set is tagged: the means over all
    }

    void resultsAsJson() {
        const auto evaluation = testing::makeSyntheticEvaluation();
        const auto brief = resultJson(*evaluation);
        QCOMPARE(brief["groups"][0]["group"].get<std::string>(), std::string("near"));
        QCOMPARE(brief["groups"][2]["group"].get<std::string>(), std::string("all"));
        QCOMPARE(brief["results"][0]["mean_over_classes"]["classes"].get<int>(), 4);
        QVERIFY(!brief["results"][0].contains("per_class"));
        const auto full = resultJson(*evaluation, /*perClass=*/true);
        QCOMPARE(full["results"][0]["per_class"][3]["class"].get<std::string>(), std::string("windsor_chair"));
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
