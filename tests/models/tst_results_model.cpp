// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QSortFilterProxyModel>
#include <QTest>

#include "support/synthetic_evaluation.h"
#include "ui/models/results_model.h"

using namespace oodscope;
using namespace oodscope::ui;

class TestResultsModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsEveryResult();
    void sortsByNumber();
    void outOfRange();
};

void TestResultsModel::showsEveryResult() {
    ResultsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto evaluation = testing::makeSyntheticEvaluation();
    model.setEvaluation(evaluation);
    QCOMPARE(model.rowCount(), 6);
    for (int row = 0; row < 6; ++row) {
        const auto& result = evaluation->results[row];
        const auto at = [&](int column, int role) { return model.index(row, column).data(role); };
        QCOMPARE(at(ResultsModel::Detector, Qt::DisplayRole).toString(), QString::fromStdString(result.detector));
        QCOMPARE(at(ResultsModel::Auroc, ResultsModel::SortRole).toDouble(), result.metrics.auroc);
        QCOMPARE(at(ResultsModel::Auroc, Qt::DisplayRole).toString(),
                 QString::number(100 * result.metrics.auroc, 'f', 2));
        QCOMPARE(at(ResultsModel::Auroc, Qt::ToolTipRole).toString().toDouble(), result.metrics.auroc);
        QCOMPARE(at(ResultsModel::OodCount, Qt::DisplayRole).toString().toULong(), result.metrics.oodCount);
        QCOMPARE(at(0, ResultsModel::DetectorIndexRole).toInt(), row / 2);
        QCOMPARE(at(0, ResultsModel::OodIndexRole).toInt(), row % 2);
    }
    QVERIFY(model.headerData(ResultsModel::Fpr95, Qt::Horizontal, Qt::ToolTipRole).toString().contains(u"plp"));
    model.setEvaluation(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void TestResultsModel::sortsByNumber() {
    auto evaluation = std::make_shared<experiment::Evaluation>(*testing::makeSyntheticEvaluation());
    evaluation->results[3].metrics.auroc = 0.0999;  // as text "9.99" would come after "10…"
    evaluation->results[1].metrics.auroc = 1;
    ResultsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setEvaluation(evaluation);
    const QPersistentModelIndex kept = model.index(3, ResultsModel::Auroc);
    model.sort(ResultsModel::Auroc, Qt::AscendingOrder);
    for (int row = 1; row < 6; ++row) {
        QVERIFY(model.index(row - 1, ResultsModel::Auroc).data(ResultsModel::SortRole).toDouble() <=
                model.index(row, ResultsModel::Auroc).data(ResultsModel::SortRole).toDouble());
    }
    QCOMPARE(kept.row(), 0);
    QCOMPARE(kept.data(ResultsModel::SortRole).toDouble(), 0.0999);
    model.sort(ResultsModel::Detector, Qt::DescendingOrder);
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("msp"));
    model.sort(-1);
    QCOMPARE(kept.row(), 3);
}

void TestResultsModel::outOfRange() {
    ResultsModel model;
    model.sort(0);
    model.setEvaluation(testing::makeSyntheticEvaluation());
    QVERIFY(!model.index(6, 0).isValid());
    QVERIFY(!model.index(-1, 0).isValid());
    QVERIFY(!model.index(0, ResultsModel::Columns).isValid());
    QVERIFY(!model.headerData(ResultsModel::Columns, Qt::Horizontal).isValid());
    QVERIFY(!model.headerData(-1, Qt::Horizontal).isValid());
    QVERIFY(!model.headerData(0, Qt::Vertical).isValid());
    QVERIFY(!model.data({}).isValid());
}

QTEST_GUILESS_MAIN(TestResultsModel)
#include "tst_results_model.moc"
