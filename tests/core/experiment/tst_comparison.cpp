// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>

#include "core/experiment/comparison.h"
#include "tests/support/synthetic_evaluation.h"

using namespace oodscope;
using namespace oodscope::experiment;

namespace {

/// Keeps the rows of `set` that `wanted` names, in that order.
ScoredSet pick(const ScoredSet& set, const std::vector<std::size_t>& wanted) {
    ScoredSet out = set;
    out.paths.clear();
    out.scores.assign(set.scores.size(), {});
    for (const std::size_t row : wanted) {
        out.paths.push_back(set.paths[row]);
        for (std::size_t d = 0; d < set.scores.size(); ++d)
            out.scores[d].push_back(set.scores[d][row]);
    }
    return out;
}

std::vector<std::size_t> backwards(std::size_t count, std::size_t leaveOut) {
    std::vector<std::size_t> rows;
    for (std::size_t i = count; i-- > leaveOut;)
        rows.push_back(i);
    return rows;
}

/// The highest score that at least 95 % of `scores` reach.
double threshold95(std::vector<double> scores) {
    std::ranges::sort(scores);
    const auto accepted = static_cast<std::size_t>(std::ceil(0.95 * static_cast<double>(scores.size()) - 1e-9));
    return scores[scores.size() - accepted];
}

QString messageOf(const Result<Comparison>& result) {
    return result ? QString() : QString::fromStdString(result.error().message);
}

}  // namespace

class TestComparison : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void countsFixedAndBroken() {
        const auto evaluation = testing::makeSyntheticEvaluation();
        const auto comparison = compareDetectors({evaluation.get(), "msp"}, {evaluation.get(), "max_logit"}, 0.95);
        QVERIFY2(comparison.has_value(), qPrintable(messageOf(comparison)));
        QCOMPARE(comparison->sets.size(), std::size_t{2});
        const SetComparison& set = comparison->sets[0];
        const auto& id = evaluation->idTest.scores;
        const auto& ood = evaluation->ood[0].scores;
        const double a = threshold95(id[0]), b = threshold95(id[2]);
        std::size_t fixed = 0, broken = 0, idFixed = 0;
        for (std::size_t i = 0; i < ood[0].size(); ++i) {
            fixed += ood[0][i] >= a && ood[2][i] < b;
            broken += ood[0][i] < a && ood[2][i] >= b;
        }
        for (std::size_t i = 0; i < id[0].size(); ++i)
            idFixed += id[0][i] < a && id[2][i] >= b;
        QCOMPARE(set.oodImages.fixed, fixed);
        QCOMPARE(set.oodImages.broken, broken);
        QCOMPARE(set.idImages.fixed, idFixed);
        QVERIFY(fixed + broken > 0);
        // What was fixed and broken is the difference in FPR.
        QCOMPARE(std::lround((set.fprA - set.fprB) * 150), static_cast<long>(fixed) - static_cast<long>(broken));
        const auto test = ood::pairedDelong({id[0], ood[0]}, {id[2], ood[2]});
        QCOMPARE(set.test.z, test->z);
        QCOMPARE(set.unmatched, std::size_t{0});
    }

    void imagesAreMatchedByPath() {
        const auto a = testing::makeSyntheticEvaluation();
        Evaluation b = *a;
        b.idTest = pick(a->idTest, backwards(a->idTest.size(), 0));
        b.ood[0] = pick(a->ood[0], backwards(a->ood[0].size(), 10));
        b.ood[1].name = "elsewhere";
        const auto comparison = compareDetectors({a.get(), "msp"}, {&b, "msp"}, 0.95);
        QVERIFY2(comparison.has_value(), qPrintable(messageOf(comparison)));
        QCOMPARE(comparison->sets.size(), std::size_t{1});
        QCOMPARE(comparison->sets[0].oodCount, std::size_t{140});
        QCOMPARE(comparison->sets[0].unmatched, std::size_t{10});
        QCOMPARE(comparison->sets[0].test.difference, 0.0);
        QCOMPARE(comparison->sets[0].test.p, 1.0);
        QCOMPARE(comparison->skipped, (std::vector<std::string>{"far ood", "elsewhere"}));
        const std::string table = comparisonTable({*comparison});
        QVERIFY(table.find("10 images are in one evaluation only") != std::string::npos);
        QCOMPARE(toJson(*comparison)["sets"][0]["ood_images"]["fixed"].get<int>(), 0);
    }

    void rowsStandForPathsThatAreNotThere() {
        Evaluation a = *testing::makeSyntheticEvaluation();
        for (ScoredSet* set : {&a.idTest, &a.ood[0], &a.ood[1]})
            std::ranges::fill(set->paths, std::string());
        QVERIFY(compareDetectors({&a, "msp"}, {&a, "max_logit"}, 0.95).has_value());
        Evaluation b = a;
        b.idTest = pick(a.idTest, backwards(a.idTest.size(), 1));
        QVERIFY(messageOf(compareDetectors({&a, "msp"}, {&b, "msp"}, 0.95)).contains(u"id test: has no image paths"));
    }

    void whatCannotBeComparedIsNamed() {
        const auto a = testing::makeSyntheticEvaluation();
        const auto message = [&](const Evaluation& b, const std::string& detector, double tpr = 0.95) {
            return messageOf(compareDetectors({a.get(), "msp"}, {&b, detector}, tpr));
        };
        QVERIFY(message(*a, "knn").contains(u"no detector 'knn' (it has: msp, free_energy, max_logit)"));
        QVERIFY(message(*a, "msp", 0).contains(u"outside (0, 1]"));
        Evaluation b = *a;
        for (std::string& path : b.idTest.paths)
            path += ".other";
        QVERIFY(message(b, "msp").contains(u"id test: the two evaluations have no image in common"));
        b = *a;
        b.ood[0].name = "x";
        b.ood[1].name = "y";
        QVERIFY(message(b, "msp").contains(u"no OOD set in common (there are: near ood, far ood, x, y)"));
    }
};

QTEST_APPLESS_MAIN(TestComparison)
#include "tst_comparison.moc"
