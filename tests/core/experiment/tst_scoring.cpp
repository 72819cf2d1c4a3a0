// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/experiment/scoring.h"

using namespace oodscope;
using namespace oodscope::experiment;

class TestScoring : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void labelsAreMatchedByName() {
        const std::vector<std::int32_t> mapped = mapLabels({0, 1, 2, -1}, {"b", "x", "a"}, {"a", "b"});
        QCOMPARE(mapped, (std::vector<std::int32_t>{1, -1, 0, -1}));
    }

    void accuracyCountsOnlyKnownLabels() {
        QCOMPARE(accuracy({0, 1, 1}, {0, -1, 0}), 0.5);
        QCOMPARE(accuracy({0, 1}, {-1, -1}), -1.0);
        QCOMPARE(accuracy({}, {}), -1.0);
    }

    void argmaxTakesTheFirstOfEqualValues() {
        const Matrix matrix = Matrix::own(2, 3, {1, 5, 5, 2, 0, 1});
        QCOMPARE(rowArgmax(matrix), (std::vector<std::int32_t>{1, 0}));
    }

    void bankRefusesWhatTheRunDoesNotHave() {
        const auto noProbe = DetectorBank::make({"msp"}, {.probe = false, .zeroShot = true});
        QVERIFY(!noProbe);
        QVERIFY(noProbe.error().message.find("zero-shot/msp") != std::string::npos);
        QVERIFY(!DetectorBank::make({"zero-shot/msp"}, {.probe = true, .zeroShot = false}));
        QVERIFY(!DetectorBank::make({"no-such-detector"}, {.probe = true, .zeroShot = true}));
    }

    void zeroShotKeysLookAtTheCosines() {
        auto bank = DetectorBank::make({"max_logit", "zero-shot/max_logit"}, {.probe = true, .zeroShot = true});
        QVERIFY(bank.has_value());
        ScoringInput input;
        input.probeLogits = Matrix::own(1, 2, {3, 7});
        input.zeroShotLogits = Matrix::own(1, 2, {0.25F, 0.5F});
        const auto scores = bank->score(input);
        QVERIFY(scores.has_value());
        QCOMPARE(scores->at(0).at(0), 7.0);
        QCOMPARE(scores->at(1).at(0), 0.5);
    }
};

QTEST_APPLESS_MAIN(TestScoring)
#include "tst_scoring.moc"
