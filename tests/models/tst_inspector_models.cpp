// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QTest>
#include <cmath>
#include <limits>

#include "support/synthetic_evaluation.h"
#include "ui/models/provenance_model.h"
#include "ui/models/top_classes_model.h"

using namespace oodscope;
using namespace oodscope::ui;

namespace {

constexpr auto kReport = QAbstractItemModelTester::FailureReportingMode::QtTest;

QString printed(const ProvenanceModel& model, const QModelIndex& parent = {}, int depth = 0) {
    QString text;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex name = model.index(row, 0, parent);
        text += QString(depth, QLatin1Char(' ')) + name.data().toString() + QLatin1Char('=') +
                name.siblingAtColumn(1).data().toString() + QLatin1Char('\n') + printed(model, name, depth + 1);
    }
    return text;
}

}  // namespace

class TestInspectorModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void topClassesAreTheHighest();
    void topClassesOutOfRange();
    void hugeLogitsStayFinite();
    void provenanceIsATree();
    void provenanceOutOfRange();
    void provenanceOfOddJson();
};

void TestInspectorModels::topClassesAreTheHighest() {
    TopClassesModel model(4);
    QAbstractItemModelTester tester(&model, kReport);
    const auto evaluation = testing::makeSyntheticEvaluation();
    for (int row = 0; row < 20; ++row) {
        model.setImage(evaluation.get(), {kIdTestSet, row});
        QCOMPARE(model.rowCount(), 4);
        const auto logits = evaluation->idTest.logits.row(row);
        double sum = 0;
        for (const float logit : logits)
            sum += std::exp(static_cast<double>(logit));
        for (int i = 0; i < 4; ++i) {
            const auto index = model.index(i);
            const int c = index.data(TopClassesModel::ClassRole).toInt();
            int higher = 0;
            for (const float logit : logits)
                higher += logit > logits[c];
            QCOMPARE(higher, i);
            const double expected = std::exp(static_cast<double>(logits[c])) / sum;
            QVERIFY(std::abs(index.data(TopClassesModel::ProbabilityRole).toDouble() - expected) < 1e-12);
            QCOMPARE(index.data().toString(), QString::fromStdString(evaluation->classNames[c]));
            QCOMPARE(index.data(TopClassesModel::IsTrueRole).toBool(), c == evaluation->idTest.trueLabels[row]);
            QCOMPARE(index.data(TopClassesModel::IsPseudoRole).toBool(), c == evaluation->idTest.pseudoLabels[row]);
        }
        QCOMPARE(model.index(0).data(TopClassesModel::ClassRole).toInt(), int{evaluation->idTest.predicted[row]});
    }
}

void TestInspectorModels::topClassesOutOfRange() {
    TopClassesModel model(50);
    const auto evaluation = testing::makeSyntheticEvaluation();
    model.setImage(evaluation.get(), {kIdTestSet, 0});
    QCOMPARE(model.rowCount(), 6);  // there are no more classes
    QVERIFY(!model.index(6).isValid());
    QVERIFY(!model.index(-1).isValid());
    QVERIFY(!model.data({}).isValid());
    model.setImage(evaluation.get(), {kIdTestSet, 300});
    QCOMPARE(model.rowCount(), 0);
    model.setImage(evaluation.get(), {7, 0});
    QCOMPARE(model.rowCount(), 0);
    model.setImage(nullptr, {kIdTestSet, 0});
    QCOMPARE(model.rowCount(), 0);
}

void TestInspectorModels::hugeLogitsStayFinite() {
    auto evaluation = std::make_shared<experiment::Evaluation>(*testing::makeSyntheticEvaluation());
    evaluation->idTest.logits = Matrix::own(1, 6, {3e4F, 3e4F, -3e4F, 0, 0, 0});
    TopClassesModel model;
    model.setImage(evaluation.get(), {kIdTestSet, 0});
    QCOMPARE(model.index(0).data(TopClassesModel::ProbabilityRole).toDouble(), 0.5);
    QCOMPARE(model.index(0).data(TopClassesModel::ClassRole).toInt(), 0);  // the first of two that tie
}

void TestInspectorModels::provenanceIsATree() {
    ProvenanceModel model;
    QAbstractItemModelTester tester(&model, kReport);
    model.setJson({{"seed", 42}, {"model", {{"name", "tiny"}, {"gelu", true}}}, {"prompts", {"a {c}.", "b"}}});
    QCOMPARE(printed(model),
             QStringLiteral("model=\n gelu=true\n name=tiny\nprompts=2 entries\n 1=a {c}.\n 2=b\nseed=42\n"));
    model.setJson(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void TestInspectorModels::provenanceOutOfRange() {
    ProvenanceModel model;
    model.setJson({{"a", {{"b", 1}}}});
    QVERIFY(!model.index(1, 0).isValid());
    QVERIFY(!model.index(-1, 0).isValid());
    QVERIFY(!model.index(0, 2).isValid());
    QVERIFY(!model.index(0, 0, model.index(0, 1)).isValid());
    QVERIFY(!model.index(1, 0, model.index(0, 0)).isValid());
    QVERIFY(!model.parent({}).isValid());
    QVERIFY(!model.data({}).isValid());
    QVERIFY(!model.headerData(2, Qt::Horizontal).isValid());
}

void TestInspectorModels::provenanceOfOddJson() {
    ProvenanceModel model;
    QAbstractItemModelTester tester(&model, kReport);
    model.setJson("text");
    QCOMPARE(model.rowCount(), 1);
    nlohmann::json deep = 1;
    for (int i = 0; i < 5000; ++i)
        deep = nlohmann::json::array({deep});
    model.setJson(deep);
    QCOMPARE(model.rowCount(), 1);
    QModelIndex last;
    int levels = 0;
    for (; model.rowCount(last) > 0; ++levels)
        last = model.index(0, 0, last);
    QVERIFY(levels > 10 && levels < 100);
    QCOMPARE(last.siblingAtColumn(1).data().toString(), QStringLiteral("1 entries"));
    model.setJson(std::vector<int>(5000, 3));
    QCOMPARE(model.rowCount(), 1001);
    QCOMPARE(model.index(1000, 1).data().toString(), QStringLiteral("4000 more"));
    model.setJson({{"bad utf-8", "\xff\xfe"}});
    QCOMPARE(model.rowCount(), 1);
}

QTEST_GUILESS_MAIN(TestInspectorModels)
#include "tst_inspector_models.moc"
