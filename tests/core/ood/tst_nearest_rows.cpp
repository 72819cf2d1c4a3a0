// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>

#include "core/ood/nearest_rows.h"
#include "support/detector_samples.h"

using namespace oodscope;
using namespace oodscope::ood;
using test::drawn;

namespace {

std::vector<std::pair<double, std::int64_t>> naive(const Matrix& rows, const std::vector<double>& weights,
                                                   std::span<const float> query) {
    std::vector<std::pair<double, std::int64_t>> all;
    for (std::size_t j = 0; j < rows.rows(); ++j) {
        double ab = 0, aa = 0, bb = 0;
        for (std::size_t d = 0; d < rows.cols(); ++d) {
            ab += double(query[d]) * rows.at(j, d);
            aa += double(query[d]) * query[d];
            bb += double(rows.at(j, d)) * rows.at(j, d);
        }
        all.emplace_back(-ab / std::sqrt(aa * bb) * (weights.empty() ? 1 : weights[j]), std::int64_t(j));
    }
    std::sort(all.begin(), all.end());
    return all;
}

}  // namespace

class TestNearestRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalTheNaiveOnes_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("queries");
        QTest::addColumn<int>("k");
        QTest::addColumn<bool>("weighted");
        QTest::newRow("one of one") << 1 << 1 << 1 << false;
        QTest::newRow("all of few") << 7 << 3 << 7 << false;
        QTest::newRow("k = 1") << 5000 << 40 << 1 << false;
        QTest::newRow("k = 50, many blocks") << 9001 << 300 << 50 << false;
        QTest::newRow("k larger than a block") << 5000 << 3 << 4000 << false;
        QTest::newRow("weights of both signs") << 3000 << 20 << 10 << true;
        QTest::newRow("more than a stretch") << 66000 << 2 << 3 << false;
    }
    void equalTheNaiveOnes() {
        QFETCH(int, rows);
        QFETCH(int, queries);
        QFETCH(int, k);
        QFETCH(bool, weighted);
        const Matrix train = drawn(1, std::size_t(rows), 13, 2, 0.5F);
        const Matrix test = drawn(2, std::size_t(queries), 13, 1, 0.5F);
        std::vector<double> weights;
        for (int i = 0; weighted && i < rows; ++i)
            weights.push_back(double(i % 11) - 4);
        const auto nearest = NearestRows::make(train, weights).value();
        const Neighbours found = nearest.find(test, std::size_t(k)).value();
        for (std::size_t q = 0; q < test.rows(); q += 7) {
            const auto wanted = naive(train, weights, test.row(q));
            for (std::size_t n = 0; n < std::size_t(k); ++n) {
                QVERIFY(test::close(found.valuesOf(q)[n], -wanted[n].first, 1e-12));
                QCOMPARE(found.indicesOf(q)[n], wanted[n].second);
            }
        }
    }

    void rowsOfZerosAreNamed() {
        std::vector<float> values(12, 1.0F);
        std::fill(values.begin() + 6, values.begin() + 9, 0.0F);
        const Matrix zeros = Matrix::own(4, 3, values);
        const auto made = NearestRows::make(zeros);
        QVERIFY(!made);
        QVERIFY(made.error().message.find("row 2 ") != std::string::npos);
        const auto nearest = NearestRows::make(drawn(3, 5, 3)).value();
        QVERIFY(!nearest.find(zeros, 1).has_value());
    }
};

QTEST_APPLESS_MAIN(TestNearestRows)
#include "tst_nearest_rows.moc"
