// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QTest>

#include "support/synthetic_evaluation.h"
#include "ui/models/confusion_model.h"
#include "ui/models/image_candidates.h"

using namespace oodscope;
using namespace oodscope::ui;

class TestConfusionModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void countsEqualANaiveCount();
    void rectangularForOodSets();
    void filterLeavesTheImagesOfACell();
    void outOfRange();
    void withoutLabels();
};

void TestConfusionModel::countsEqualANaiveCount() {
    ConfusionModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto evaluation = testing::makeSyntheticEvaluation();
    for (const auto columns : {ConfusionModel::Columns::PseudoLabel, ConfusionModel::Columns::Predicted}) {
        model.setSource(evaluation, kIdTestSet, columns);
        const auto& set = evaluation->idTest;
        const auto& given = columns == ConfusionModel::Columns::PseudoLabel ? set.pseudoLabels : set.predicted;
        std::uint32_t total = 0, matches = 0;
        for (int r = 0; r < 6; ++r) {
            std::uint32_t row = 0;
            for (int c = 0; c < 6; ++c) {
                std::uint32_t expected = 0;
                for (std::size_t i = 0; i < set.size(); ++i)
                    expected += set.trueLabels[i] == r && given[i] == c;
                QCOMPARE(model.count(r, c), expected);
                QCOMPARE(model.index(r, c).data(ConfusionModel::CountRole).toUInt(), expected);
                QCOMPARE(model.index(r, c).data(ConfusionModel::IsMatchRole).toBool(), r == c);
                QVERIFY(expected <= model.maxCount());
                row += expected;
                matches += r == c ? expected : 0;
            }
            QCOMPARE(model.rowTotal(r), row);
            QCOMPARE(model.share(r, 0), static_cast<double>(model.count(r, 0)) / row);
            total += row;
        }
        QCOMPARE(model.total(), total);
        QCOMPARE(model.matches(), matches);
        QVERIFY(matches > 0 && matches < total);
    }
}

void TestConfusionModel::rectangularForOodSets() {
    ConfusionModel model;
    const auto evaluation = testing::makeSyntheticEvaluation();
    model.setSource(evaluation, kFirstOodSet);
    QCOMPARE(model.rowCount(), 4);
    QCOMPARE(model.columnCount(), 6);
    QCOMPARE(model.matches(), 0U);
    QCOMPARE(model.total(), static_cast<std::uint32_t>(evaluation->ood[0].size()));
    QCOMPARE(model.headerData(1, Qt::Vertical).toString(), QStringLiteral("amphiuma_means"));
    QCOMPARE(model.headerData(1, Qt::Horizontal).toString(), QStringLiteral("bicycle"));
}

void TestConfusionModel::filterLeavesTheImagesOfACell() {
    ConfusionModel model;
    const auto evaluation = testing::makeSyntheticEvaluation();
    for (const int set : {kTrainSet, kIdTestSet, kFirstOodSet + 1}) {
        model.setSource(evaluation, set);
        for (int r = 0; r < model.rowCount(); ++r) {
            for (int c = 0; c < model.columnCount(); ++c) {
                const auto cell = ImageCandidates::build({evaluation, 0, -1, model.filterFor(r, c), ImageSort::Path});
                QCOMPARE(cell.size(), std::size_t{model.count(r, c)});
            }
        }
    }
}

void TestConfusionModel::outOfRange() {
    ConfusionModel model;
    QVERIFY(!model.headerData(0, Qt::Horizontal).isValid());
    QCOMPARE(model.rowCount() + model.columnCount(), 0);
    model.setSource(testing::makeSyntheticEvaluation(), kIdTestSet);
    QVERIFY(!model.index(6, 0).isValid());
    QVERIFY(!model.index(0, 6).isValid());
    QVERIFY(!model.index(-1, 0).isValid());
    QVERIFY(!model.headerData(6, Qt::Horizontal).isValid());
    QVERIFY(!model.headerData(-1, Qt::Vertical).isValid());
    QVERIFY(!model.data({}).isValid());
    QCOMPARE(model.count(6, 0) + model.count(0, -1) + model.rowTotal(6), 0U);
    QCOMPARE(model.share(-1, 0), 0.0);
    QCOMPARE(model.rowCount(model.index(0, 0)), 0);
}

void TestConfusionModel::withoutLabels() {
    auto evaluation = std::make_shared<experiment::Evaluation>(*testing::makeSyntheticEvaluation());
    evaluation->idTest.trueLabels[0] = -1;
    evaluation->idTest.pseudoLabels[1] = 99;  // not a class: left out, not counted elsewhere
    evaluation->train.pseudoLabels.clear();
    evaluation->ood[0].classNames.clear();
    ConfusionModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSource(evaluation, kIdTestSet);
    QCOMPARE(model.total(), static_cast<std::uint32_t>(evaluation->idTest.size() - 2));
    model.setSource(evaluation, kTrainSet);
    QCOMPARE(model.rowCount(), 0);
    model.setSource(evaluation, kFirstOodSet);
    QCOMPARE(model.columnCount(), 0);
    model.setSource(evaluation, 17);
    QCOMPARE(model.total(), 0U);
    model.setSource(nullptr, kIdTestSet);
    QCOMPARE(model.rowCount(), 0);
}

QTEST_GUILESS_MAIN(TestConfusionModel)
#include "tst_confusion_model.moc"
