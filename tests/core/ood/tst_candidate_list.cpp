// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <random>

#include "core/ood/candidate_list.h"

using namespace oodscope::ood;

namespace {

std::vector<std::int64_t> largest(const std::vector<double>& values, std::size_t k) {
    std::vector<std::int64_t> order(values.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = std::int64_t(i);
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return values[std::size_t(a)] > values[std::size_t(b)]; });
    order.resize(k);
    return order;
}

bool contains(const std::vector<Candidate>& candidates, std::int64_t index) {
    return std::ranges::any_of(candidates, [index](const Candidate& c) { return c.index == index; });
}

}  // namespace

class TestCandidateList : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsWhateverMayBeLargest_data() {
        QTest::addColumn<double>("absolute");
        QTest::addColumn<double>("relative");
        QTest::addColumn<double>("offset");
        QTest::newRow("exact") << 0.0 << 0.0 << 0.0;
        QTest::newRow("absolute error") << 0.01 << 0.0 << 0.0;
        QTest::newRow("relative error") << 0.0 << 0.01 << 1.0;
        QTest::newRow("both, negative values") << 0.01 << 0.01 << -4.0;
    }
    /// Each value is off by its error to the worse or the better, the worst that can happen.
    void keepsWhateverMayBeLargest() {
        QFETCH(double, absolute);
        QFETCH(double, relative);
        QFETCH(double, offset);
        std::mt19937 random(7);
        std::normal_distribution<double> normal;
        for (const std::size_t k : {1, 5, 40}) {
            CandidateList list(k, {float(absolute), float(relative)});
            std::vector<double> exact;
            for (std::int64_t i = 0; i < 3000; ++i) {
                const auto known = float(normal(random) + offset);
                const double error = absolute + relative * std::abs(known);
                exact.push_back(double(known) + (random() % 2 ? error : -error));
                list.offer(known, i);
            }
            const auto& candidates = list.finish();
            for (const std::int64_t index : largest(exact, k))
                QVERIFY(contains(candidates, index));
            QVERIFY(!list.overflowed());
            QVERIFY(candidates.size() < 1000);
        }
    }

    void aLargerErrorLaterKeepsMore() {
        CandidateList list(1, {0, 0});
        for (int i = 0; i < 50; ++i)
            list.offer(1.0F + 0.01F * float(i), i);
        QVERIFY(list.finish().size() == 1);  // 1.49 is known exactly
        list.offer(1.40F, 50);
        QVERIFY(!contains(list.finish(), 50));
        list.raiseAbsoluteError(0.1F);
        list.offer(1.40F, 51);  // may be 1.50
        list.offer(1.35F, 52);
        QVERIFY(contains(list.finish(), 51));
        QVERIFY(!contains(list.finish(), 52));
    }

    void equalValuesStayUpToALimit() {
        CandidateList few(2, {0, 0}), many(2, {0, 0});
        for (int i = 0; i < 100; ++i)
            few.offer(1, i);
        QCOMPARE(few.finish().size(), std::size_t(100));
        for (int i = 0; i < 100000; ++i)
            many.offer(1, i);
        QVERIFY(many.finish().size() < 10000);
        QVERIFY(contains(many.finish(), 0) && contains(many.finish(), 1));
        QVERIFY(many.overflowed() && !few.overflowed());
    }
};

QTEST_APPLESS_MAIN(TestCandidateList)
#include "tst_candidate_list.moc"
