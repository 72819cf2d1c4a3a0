// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/schedule.h"

#include <QtTest>
#include <cmath>
#include <vector>

using namespace oodscope::train;

class TestSchedule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void warmUpIsTheWholePart() {
        QCOMPARE(warmupSteps(19600, 0.1), std::int64_t(1960));
        QCOMPARE(warmupSteps(25, 0.1), std::int64_t(2));
        QCOMPARE(warmupSteps(9, 0.1), std::int64_t(0));
        QCOMPARE(warmupSteps(10, 0.0), std::int64_t(0));
        QCOMPARE(warmupSteps(10, 5.0), std::int64_t(10));
    }

    /// Worked by hand: 20 steps, 4 of them warm-up.
    void valuesOfAShortRun() {
        const double base = 1e-3;
        QCOMPARE(warmupCosine(0, 20, 4, base), 0.0);
        QVERIFY(std::abs(warmupCosine(1, 20, 4, base) - base / 3) < 1e-18);
        QVERIFY(std::abs(warmupCosine(2, 20, 4, base) - base * 2 / 3) < 1e-18);
        QCOMPARE(warmupCosine(3, 20, 4, base), base);
        QCOMPARE(warmupCosine(4, 20, 4, base), base);
        QVERIFY(std::abs(warmupCosine(8, 20, 4, base) - base * 0.5 * (1 + std::sqrt(0.5))) < 1e-18);
        QVERIFY(std::abs(warmupCosine(12, 20, 4, base) - base / 2) < 1e-18);
        QVERIFY(warmupCosine(19, 20, 4, base) > 0);
        QVERIFY(warmupCosine(19, 20, 4, base) < 0.01 * base);
    }

    void edges() {
        QCOMPARE(warmupCosine(0, 10, 0, 0.5), 0.5);
        QCOMPARE(warmupCosine(0, 10, 1, 0.5), 0.0);
        QCOMPARE(warmupCosine(1, 10, 1, 0.5), 0.5);
        QCOMPARE(warmupCosine(-3, 10, 0, 0.5), warmupCosine(0, 10, 0, 0.5));
        QCOMPARE(warmupCosine(99, 10, 2, 0.5), warmupCosine(9, 10, 2, 0.5));
        QVERIFY(std::isfinite(warmupCosine(4, 5, 5, 0.5)));
    }
};

QTEST_APPLESS_MAIN(TestSchedule)
#include "tst_schedule.moc"
