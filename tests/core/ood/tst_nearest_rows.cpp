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
        for (const Products products : {Products::Full, Products::Half, Products::Fastest}) {
            const Neighbours found = nearest.find(test, std::size_t(k), products).value();
            for (std::size_t q = 0; q < test.rows(); q += 7) {
                const auto wanted = naive(train, weights, test.row(q));
                for (std::size_t n = 0; n < std::size_t(k); ++n) {
                    QVERIFY(test::close(found.valuesOf(q)[n], -wanted[n].first, 1e-12));
                    QCOMPARE(found.indicesOf(q)[n], wanted[n].second);
                }
            }
        }
    }

    /// 9,000 rows that are one in bf16, but not in float32.
    void rowsThatBf16DoesNotTellApart() {
        constexpr std::size_t kWidth = 16;
        std::vector<float> values(9000 * kWidth, 1.0F);
        for (std::size_t i = 0; i < 9000; ++i)
            values[i * kWidth] += 1e-6F * float(i * 7919 % 9000);
        const Matrix train = Matrix::own(9000, kWidth, std::move(values));
        std::vector<float> ray(kWidth, 0.0F);
        ray[0] = 1.0F;
        const Matrix query = Matrix::own(1, kWidth, ray);
        const auto nearest = NearestRows::make(train).value();
        const Neighbours found = nearest.find(query, 5, Products::Half).value();
        const auto wanted = naive(train, {}, query.row(0));
        for (std::size_t n = 0; n < 5; ++n)
            QCOMPARE(found.indicesOf(0)[n], wanted[n].second);
    }

    void equalRowsComeInTheirOrder() {
        const Matrix train = Matrix::own(20000, 2, std::vector<float>(40000, 1.0F));
        const auto nearest = NearestRows::make(train).value();
        for (const Products products : {Products::Full, Products::Half}) {
            const Neighbours found = nearest.find(drawn(4, 1, 2), 3, products).value();
            QCOMPARE(found.indices, (std::vector<std::int64_t>{0, 1, 2}));
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
