// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>

#include "core/experiment/measuring.h"
#include "core/experiment/result_table.h"
#include "core/ood/auroc_interval.h"
#include "tests/support/synthetic_evaluation.h"

using namespace oodscope;
using namespace oodscope::experiment;

namespace {

bool near(double a, double b) {
    return std::abs(a - b) < 1e-12;
}

/// Bit by bit.
bool same(const ood::ClassBreakdown& a, const ood::ClassBreakdown& b) {
    const auto sameClass = [](const ood::ClassMetrics& x, const ood::ClassMetrics& y) {
        return x.label == y.label && x.count == y.count && x.auroc == y.auroc && x.aurocLow == y.aurocLow &&
               x.aurocHigh == y.aurocHigh && x.fpr95 == y.fpr95 && x.realisedTpr == y.realisedTpr &&
               x.threshold95 == y.threshold95 && x.ties == y.ties;
    };
    return std::ranges::equal(a.classes, b.classes, sameClass) && a.auroc == b.auroc && a.aurocLow == b.aurocLow &&
           a.aurocHigh == b.aurocHigh && a.fpr95 == b.fpr95 && a.failed == b.failed;
}

QString messageOf(const Evaluation& evaluation) {
    const auto measured = measure(evaluation, ood::FprConvention::Plp, {});
    return measured ? QString() : QString::fromStdString(measured.error().message);
}

}  // namespace

class TestMeasuring : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pooledAndByClass() {
        const auto evaluation = testing::makeSyntheticEvaluation();
        const auto measured = measure(*evaluation, ood::FprConvention::OpenOod, {});
        QVERIFY(measured.has_value());
        QCOMPARE(measured->results.size(), std::size_t{6});
        const DetectorResult& result = measured->results[2];  // free_energy on near ood
        QCOMPARE(result.detector, std::string("free_energy"));
        QCOMPARE(result.ood, std::string("near ood"));
        const auto& id = evaluation->idTest.scores[1];
        const auto& ood = evaluation->ood[0].scores[1];
        const auto expected = ood::computeMetrics(id, ood, ood::FprConvention::OpenOod);
        QCOMPARE(result.metrics.auroc, expected->auroc);
        QCOMPARE(result.metrics.fpr95, expected->fpr95);
        QCOMPARE(result.aurocLow, ood::aurocInterval(id, ood)->low);
        QCOMPARE(result.idAccuracy, evaluation->probeAccuracy);
        // Class 2 by hand.
        std::vector<double> own;
        for (std::size_t i = 0; i < ood.size(); ++i)
            if (evaluation->ood[0].trueLabels[i] == 2) own.push_back(ood[i]);
        const auto one = ood::computeMetrics(id, own, ood::FprConvention::OpenOod);
        QCOMPARE(result.classes.classes.size(), std::size_t{4});
        QCOMPARE(result.classes.classes[2].auroc, one->auroc);
        QCOMPARE(result.classes.classes[2].fpr95, one->fpr95);
    }

    void zeroShotDetectorsHaveTheZeroShotAccuracy() {
        Evaluation evaluation = *testing::makeSyntheticEvaluation();
        evaluation.detectorKeys[2] = "zero-shot/max_logit";
        const auto measured = measure(evaluation, ood::FprConvention::Plp, {});
        QCOMPARE(measured->results[4].idAccuracy, evaluation.zeroShotAccuracy);
        QVERIFY(evaluation.zeroShotAccuracy != evaluation.probeAccuracy);
    }

    void meansOverGroupsAreUnweighted() {
        Evaluation evaluation = *testing::makeSyntheticEvaluation();
        evaluation.ood.push_back(evaluation.ood[1]);
        evaluation.ood[2].name = "far ood 2";
        for (auto& row : evaluation.ood[2].scores)
            for (double& score : row)
                score += 0.5;
        const auto measured = measure(evaluation, ood::FprConvention::Plp, {});
        QVERIFY(measured.has_value());
        QCOMPARE(measured->groups.size(), std::size_t{9});
        const GroupResult& far = measured->groups[1];
        QVERIFY(far.group == OodGroup::Far);
        QCOMPARE(far.sets, std::size_t{2});
        const auto mean = [&](auto figure) {
            return (figure(measured->results[1]) + figure(measured->results[2])) / 2;
        };
        QVERIFY(near(far.auroc, mean([](const DetectorResult& r) { return r.metrics.auroc; })));
        QVERIFY(near(far.fpr95, mean([](const DetectorResult& r) { return r.metrics.fpr95; })));
        QVERIFY(near(far.auprIn, mean([](const DetectorResult& r) { return r.metrics.auprIn; })));
        QVERIFY(far.aurocLow < far.auroc && far.auroc < far.aurocHigh);
        const GroupResult& nearOne = measured->groups[0];  // of one set: that set's own numbers
        QVERIFY(near(nearOne.auroc, measured->results[0].metrics.auroc));
        QVERIFY(near(nearOne.aurocLow, measured->results[0].aurocLow));
        QCOMPARE(measured->groups[2].sets, std::size_t{3});
    }

    /// One sort a set gives, to the last bit, what sorting for each figure gives.
    void sortingOnceChangesNothing() {
        const auto evaluation = testing::makeSyntheticEvaluation();
        const auto measured = measure(*evaluation, ood::FprConvention::Ninco, {});
        QVERIFY(measured.has_value());
        const auto& id = evaluation->idTest.scores[0];
        std::vector<double> pooled;
        std::vector<std::int32_t> sets;
        for (std::size_t s = 0; s < 2; ++s) {
            const ScoredSet& set = evaluation->ood[s];
            const auto apart = ood::classBreakdown(id, set.scores[0], set.trueLabels, set.classNames.size(),
                                                   ood::FprConvention::Ninco);
            const ood::ClassBreakdown& ours = measured->results[s].classes;
            QVERIFY(same(ours, *apart));
            QCOMPARE(ours.unlabelled, apart->unlabelled);
            pooled.insert(pooled.end(), set.scores[0].begin(), set.scores[0].end());
            sets.resize(pooled.size(), static_cast<std::int32_t>(s));
        }
        const auto over = ood::classBreakdown(id, pooled, sets, 2, ood::FprConvention::Ninco);
        const GroupResult& all = measured->groups[2];
        QVERIFY(all.auroc == over->auroc && all.fpr95 == over->fpr95);
        QVERIFY(all.aurocLow == over->aurocLow && all.aurocHigh == over->aurocHigh);
    }

    void untaggedSingleSetHasNoMeans() {
        Evaluation evaluation = *testing::makeSyntheticEvaluation();
        evaluation.ood.pop_back();
        evaluation.ood[0].group = OodGroup::None;
        QVERIFY(measure(evaluation, ood::FprConvention::Plp, {})->groups.empty());
        evaluation.ood[0].classNames.clear();
        std::ranges::fill(evaluation.ood[0].trueLabels, -1);
        QVERIFY(measure(evaluation, ood::FprConvention::Plp, {})->results[0].classes.classes.empty());
    }

    void badInputIsNamed() {
        const Evaluation good = *testing::makeSyntheticEvaluation();
        Evaluation bad = good;
        bad.ood[1].scores[1][7] = std::nan("");
        QCOMPARE(messageOf(bad).section(QLatin1Char(' '), 0, 8),
                 QStringLiteral("free_energy on far ood: OOD score 7 of 100"));
        bad = good;
        bad.idTest.scores[0].clear();
        QVERIFY(messageOf(bad).contains(QLatin1String("msp on id test: there are no scores")));
        bad = good;
        bad.idTest.scores[1][7] = std::nan("");
        QVERIFY2(messageOf(bad).startsWith(QLatin1String("free_energy on id test: ID score 7 of")),
                 qPrintable(messageOf(bad)));
        bad = good;
        bad.ood[0].trueLabels[3] = 99;
        QVERIFY(messageOf(bad).contains(QLatin1String("near ood: OOD score 3 (index from 0) is of class 99")));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(measure(good, ood::FprConvention::Plp, stop.get_token()).error().code, ErrorCode::Cancelled);
    }

    void levelsFollowTheConvention() {
        Evaluation evaluation = *testing::makeSyntheticEvaluation();
        evaluation.results[0].metrics.convention = ood::FprConvention::Mcm;
        const auto readings = fprAtTpr(evaluation, {0.8, 0.99});
        QCOMPARE(readings->size(), evaluation.results.size());
        const std::vector<double> levels{0.8, 0.99};
        const auto expected =
            ood::fprAtTpr(evaluation.idTest.scores[0], evaluation.ood[0].scores[0], ood::FprConvention::Mcm, levels);
        QCOMPARE(readings->at(0)[1].fpr, expected->at(1).fpr);
        QVERIFY(!fprAtTpr(evaluation, {1.5}).has_value());
    }

    void tablesHoldMeansAndClasses() {
        const auto evaluation = testing::makeSyntheticEvaluation();
        const QString table = QString::fromStdString(resultTable(*evaluation));
        QVERIFY2(table.contains(QLatin1String("near mean (1)")), qPrintable(table));
        QVERIFY(table.contains(QLatin1String("all mean (2)")));
        QVERIFY(table.contains(QLatin1String("Unweighted means over OOD classes")));
        QVERIFY(table.contains(QLatin1String("ID is the positive class")));
        const QString classes = QString::fromStdString(classTables(*evaluation));
        QVERIFY(classes.contains(QLatin1String("Caracal caracal caracal")));
        QCOMPARE(classes.count(QLatin1String("on the classes of")), 6);
    }
};

QTEST_APPLESS_MAIN(TestMeasuring)
#include "tst_measuring.moc"
