// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "core/io/half.h"
#include "core/ood/row_kernels.h"

using namespace oodscope;
using namespace oodscope::ood;

namespace {

std::vector<float> drawn(unsigned seed, std::size_t count) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& value : values)
        value = normal(random);
    return values;
}

}  // namespace

class TestRowKernels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void dotEqualsTheNaiveOne() {
        for (const std::size_t width : {0U, 1U, 7U, 8U, 13U, 768U, 1025U}) {
            const auto a = drawn(1, width);
            const auto b = drawn(2, width);
            long double wanted = 0;
            for (std::size_t i = 0; i < width; ++i)
                wanted += static_cast<long double>(a[i]) * static_cast<long double>(b[i]);
            QVERIFY(std::abs(dot(a, b) - double(wanted)) < 1e-12);
        }
    }

    /// Values, also the threshold itself and NaN, at every place of a stretch; the rest behind the last is not looked
    /// at.
    void stretchesAboveAreThoseOfTheNaiveLoop() {
        for (const std::size_t count : {0U, 31U, 32U, 100U, 1024U, 2048U}) {
            auto values = drawn(3, count);
            if (count > 40) values[33] = std::numeric_limits<float>::quiet_NaN();
            const auto factors = drawn(4, count);
            std::vector<std::uint16_t> halves(count);
            std::ranges::transform(values, halves.begin(), io::bfloat16FromFloat);
            const float equal = count > 0 ? values[count / 2] * factors[count / 2] : 0;
            for (const float threshold : {-std::numeric_limits<float>::infinity(), 1.5F, 3.0F, equal, 1e30F}) {
                std::uint64_t products = 0;
                std::uint64_t alone = 0;
                for (std::size_t i = 0; i < count / kStretch * kStretch; ++i) {
                    if (values[i] * factors[i] > threshold) products |= std::uint64_t{1} << (i / kStretch);
                    if (io::floatFromBFloat16(halves[i]) > threshold) alone |= std::uint64_t{1} << (i / kStretch);
                }
                QCOMPARE(stretchesAbove(values.data(), factors.data(), count, threshold), products);
                QCOMPARE(stretchesAbove(halves.data(), count, threshold), alone);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestRowKernels)
#include "tst_row_kernels.moc"
