// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <random>

#include "core/ood/auroc_interval.h"
#include "core/ood/metrics.h"

using namespace oodscope;

namespace {

double kernel(double id, double ood) {
    return id > ood ? 1.0 : id == ood ? 0.5 : 0.0;
}

double varianceOfMean(const std::vector<double>& values) {
    double mean = 0;
    for (const double value : values)
        mean += value / static_cast<double>(values.size());
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    const auto n = static_cast<double>(values.size());
    return squares / (n - 1) / n;
}

/// DeLong's definition, pair by pair.
double naiveStandardError(const std::vector<double>& id, const std::vector<double>& ood) {
    std::vector<double> v10(id.size(), 0);
    std::vector<double> v01(ood.size(), 0);
    for (std::size_t i = 0; i < id.size(); ++i) {
        for (std::size_t j = 0; j < ood.size(); ++j) {
            v10[i] += kernel(id[i], ood[j]) / static_cast<double>(ood.size());
            v01[j] += kernel(id[i], ood[j]) / static_cast<double>(id.size());
        }
    }
    return std::sqrt(varianceOfMean(v10) + varianceOfMean(v01));
}

}  // namespace

class TestAurocInterval : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsTheDefinition_data() {
        QTest::addColumn<int>("levels");
        QTest::newRow("continuous") << 0;
        QTest::newRow("tied") << 7;
        QTest::newRow("very tied") << 2;
    }
    void equalsTheDefinition() {
        QFETCH(int, levels);
        std::mt19937 generator(3);
        std::normal_distribution<double> normal;
        const auto draw = [&](double shift, int count) {
            std::vector<double> scores;
            for (int i = 0; i < count; ++i) {
                const double score = normal(generator) + shift;
                scores.push_back(levels == 0 ? score : std::round(score * levels / 4));
            }
            return scores;
        };
        const auto id = draw(1, 173);
        const auto ood = draw(0, 91);
        const auto interval = oodscope::ood::aurocInterval(id, ood);
        QVERIFY(interval.has_value());
        QVERIFY(std::abs(interval->standardError - naiveStandardError(id, ood)) < 1e-14);
        QVERIFY(std::abs(interval->auroc - oodscope::ood::computeMetrics(id, ood)->auroc) < 1e-14);
        QVERIFY(interval->low < interval->auroc && interval->auroc < interval->high);
    }

    void separatedAndConstantScores() {
        const std::vector<double> high{2, 3, 4};
        const std::vector<double> low{0, 1};
        const auto separated = oodscope::ood::aurocInterval(high, low);
        QCOMPARE(separated->auroc, 1.0);
        QCOMPARE(separated->low, 1.0);
        QCOMPARE(separated->high, 1.0);
        const std::vector<double> constant{1, 1, 1};
        QCOMPARE(oodscope::ood::aurocInterval(constant, constant)->auroc, 0.5);
        QCOMPARE(oodscope::ood::aurocInterval(constant, constant)->standardError, 0.0);
        const std::vector<double> one{1};
        QVERIFY(std::isfinite(oodscope::ood::aurocInterval(one, low)->standardError));
    }

    void badScoresAreErrors() {
        const std::vector<double> good{1, 2};
        const std::vector<double> bad{1, std::nan("")};
        QVERIFY(!oodscope::ood::aurocInterval(good, bad));
        QVERIFY(!oodscope::ood::aurocInterval({}, good));
    }
};

QTEST_APPLESS_MAIN(TestAurocInterval)
#include "tst_auroc_interval.moc"
