// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QTest>

#include "support/synthetic_evaluation.h"
#include "ui/models/results_model.h"
#include "ui/models/results_sorter.h"

using namespace oodscope;
using namespace oodscope::ui;

namespace {

using Mode = QAbstractItemModelTester::FailureReportingMode;

QVariant sortValue(const QModelIndex& index, int column) {
    return index.siblingAtColumn(column).data(ResultsModel::SortRole);
}

QString shown(const QModelIndex& index, int column) {
    return index.siblingAtColumn(column).data().toString();
}

}  // namespace

class TestResultsModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsEveryResult();
    void showsMeansOverSets();
    void opensToClasses();
    void sortsByNumberAndKeepsMeansInPlace();
    void outOfRange();
};

void TestResultsModel::showsEveryResult() {
    ResultsModel model;
    QAbstractItemModelTester tester(&model, Mode::QtTest);
    const auto evaluation = testing::makeSyntheticEvaluation();
    model.setEvaluation(evaluation);
    QCOMPARE(model.rowCount(), 6 + 9);  // 3 detectors × 2 sets, 3 × (near, far, all)
    for (int row = 0; row < 6; ++row) {
        const auto& result = evaluation->results[static_cast<std::size_t>(row)];
        const auto at = [&](int column, int role) { return model.index(row, column).data(role); };
        QCOMPARE(at(ResultsModel::Detector, Qt::DisplayRole).toString(), QString::fromStdString(result.detector));
        QCOMPARE(at(ResultsModel::OodSet, Qt::DisplayRole).toString(), QString::fromStdString(result.ood));
        QCOMPARE(at(ResultsModel::Auroc, ResultsModel::SortRole).toDouble(), result.metrics.auroc);
        QCOMPARE(at(ResultsModel::Auroc, Qt::DisplayRole).toString(),
                 QString::number(100 * result.metrics.auroc, 'f', 2));
        QCOMPARE(at(ResultsModel::Auroc, Qt::ToolTipRole).toString().toDouble(), result.metrics.auroc);
        QCOMPARE(at(ResultsModel::Interval, ResultsModel::SortRole).toDouble(), result.aurocHigh - result.aurocLow);
        QCOMPARE(at(ResultsModel::DetectionError, ResultsModel::SortRole).toDouble(), result.metrics.detectionError);
        QCOMPARE(at(ResultsModel::IdAccuracy, ResultsModel::SortRole).toDouble(), evaluation->probeAccuracy);
        QCOMPARE(at(ResultsModel::OodCount, Qt::DisplayRole).toString().toULong(), result.metrics.oodCount);
        QCOMPARE(at(0, ResultsModel::DetectorIndexRole).toInt(), row / 2);
        QCOMPARE(at(0, ResultsModel::OodIndexRole).toInt(), row % 2);
        QCOMPARE(at(0, ResultsModel::KindRole).toInt(), static_cast<int>(ResultsModel::Pooled));
    }
    QVERIFY(model.headerData(ResultsModel::Fpr95, Qt::Horizontal, Qt::ToolTipRole).toString().contains(u"plp"));
    QCOMPARE(model.convention(), std::optional(ood::FprConvention::Plp));
    model.setEvaluation(nullptr);
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(!model.convention());
}

void TestResultsModel::showsMeansOverSets() {
    ResultsModel model;
    const auto evaluation = testing::makeSyntheticEvaluation();
    model.setEvaluation(evaluation);
    const QModelIndex all = model.index(6 + 2, 0);
    QCOMPARE(all.data(ResultsModel::KindRole).toInt(), static_cast<int>(ResultsModel::SetMean));
    QCOMPARE(all.data().toString(), QStringLiteral("msp"));
    QVERIFY(shown(all, ResultsModel::OodSet).contains(u"all sets (2)"));
    const double mean = (evaluation->results[0].metrics.auroc + evaluation->results[1].metrics.auroc) / 2;
    QVERIFY(std::abs(sortValue(all, ResultsModel::Auroc).toDouble() - mean) < 1e-12);
    QVERIFY(!sortValue(all, ResultsModel::RealisedTpr).isValid());
    QCOMPARE(shown(all, ResultsModel::Ties), QString());
    QCOMPARE(all.data(ResultsModel::OodIndexRole).toInt(), -1);
    QCOMPARE(model.rowCount(all), 0);
}

void TestResultsModel::opensToClasses() {
    ResultsModel model;
    QAbstractItemModelTester tester(&model, Mode::QtTest);
    auto evaluation = std::make_shared<experiment::Evaluation>(*testing::makeSyntheticEvaluation());
    evaluation->results[1].classes = {};  // a set without classes
    model.setEvaluation(evaluation);
    const QModelIndex result = model.index(2, 0);  // free_energy on near ood
    const auto& classes = evaluation->results[2].classes;
    QCOMPARE(model.rowCount(result), 5);
    QCOMPARE(model.rowCount(model.index(1, 0)), 0);
    QCOMPARE(model.rowCount(model.index(2, ResultsModel::Auroc)), 0);
    const QModelIndex mean = model.index(0, 0, result);
    QVERIFY(mean.data().toString().contains(u"4"));
    QCOMPARE(sortValue(mean, ResultsModel::Auroc).toDouble(), classes.auroc);
    QCOMPARE(sortValue(mean, ResultsModel::Fpr95).toDouble(), classes.fpr95);
    for (int child = 1; child < 5; ++child) {
        const QModelIndex one = model.index(child, 0, result);
        const auto& expected = classes.classes[static_cast<std::size_t>(child - 1)];
        QCOMPARE(one.parent(), result);
        QCOMPARE(one.data().toString(), QString::fromStdString(evaluation->ood[0].classNames[child - 1]));
        QCOMPARE(sortValue(one, ResultsModel::Auroc).toDouble(), expected.auroc);
        QCOMPARE(sortValue(one, ResultsModel::OodCount).toDouble(), double(expected.count));
        QCOMPARE(one.data(ResultsModel::ClassRole).toInt(), child - 1);
        QCOMPARE(one.data(ResultsModel::DetectorIndexRole).toInt(), 1);
        QCOMPARE(one.data(ResultsModel::OodIndexRole).toInt(), 0);
        QCOMPARE(one.data(ResultsModel::FailsRole).toBool(), expected.fpr95 > 0.1);
        QCOMPARE(model.rowCount(one), 0);
    }
}

void TestResultsModel::sortsByNumberAndKeepsMeansInPlace() {
    auto evaluation = std::make_shared<experiment::Evaluation>(*testing::makeSyntheticEvaluation());
    evaluation->results[3].metrics.auroc = 0.0999;  // as text "9.99" would come after "10…"
    evaluation->results[1].metrics.auroc = 1;
    ResultsModel model;
    ResultsSorter sorter;
    QAbstractItemModelTester tester(&sorter, Mode::QtTest);
    sorter.setSourceModel(&model);
    model.setEvaluation(evaluation);
    for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
        const double sign = order == Qt::AscendingOrder ? 1 : -1;
        sorter.sort(ResultsModel::Auroc, order);
        QCOMPARE(sortValue(sorter.index(order == Qt::AscendingOrder ? 0 : 5, 0), ResultsModel::Auroc).toDouble(),
                 0.0999);
        for (int row = 1; row < 6; ++row) {
            QVERIFY(sign * sortValue(sorter.index(row - 1, 0), ResultsModel::Auroc).toDouble() <=
                    sign * sortValue(sorter.index(row, 0), ResultsModel::Auroc).toDouble());
        }
        for (int row = 6; row < 15; ++row)
            QCOMPARE(sorter.index(row, 0).data(ResultsModel::KindRole).toInt(), int(ResultsModel::SetMean));
        const QModelIndex result = sorter.mapFromSource(model.index(2, 0));
        QCOMPARE(sorter.index(0, 0, result).data(ResultsModel::KindRole).toInt(), int(ResultsModel::ClassMean));
        for (int child = 2; child < 5; ++child) {
            QVERIFY(sign * sortValue(sorter.index(child - 1, 0, result), ResultsModel::Auroc).toDouble() <=
                    sign * sortValue(sorter.index(child, 0, result), ResultsModel::Auroc).toDouble());
        }
    }
    sorter.sort(ResultsModel::Detector, Qt::DescendingOrder);
    QCOMPARE(sorter.index(0, 0).data().toString(), QStringLiteral("msp"));
    sorter.sort(-1);
    QCOMPARE(sorter.mapFromSource(model.index(3, 0)).row(), 3);
}

void TestResultsModel::outOfRange() {
    ResultsModel model;
    QVERIFY(!model.index(0, 0).isValid());
    model.setEvaluation(testing::makeSyntheticEvaluation());
    QVERIFY(!model.index(15, 0).isValid());
    QVERIFY(!model.index(-1, 0).isValid());
    QVERIFY(!model.index(0, ResultsModel::Columns).isValid());
    QVERIFY(!model.index(0, -1).isValid());
    const QModelIndex result = model.index(0, 0);
    QVERIFY(!model.index(model.rowCount(result), 0, result).isValid());
    QVERIFY(!model.index(-1, 0, result).isValid());
    QVERIFY(!model.headerData(ResultsModel::Columns, Qt::Horizontal).isValid());
    QVERIFY(!model.headerData(-1, Qt::Horizontal).isValid());
    QVERIFY(!model.headerData(0, Qt::Vertical).isValid());
    QVERIFY(!model.data({}).isValid());
    QVERIFY(!model.parent({}).isValid());
}

QTEST_GUILESS_MAIN(TestResultsModel)
#include "tst_results_model.moc"
