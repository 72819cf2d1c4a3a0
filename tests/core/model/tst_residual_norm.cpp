// SPDX-License-Identifier: GPL-3.0-or-later
// The sum and LayerNorm between two layers of a transformer, beside the same in double.
#include <QtTest>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "core/model/residual_norm.h"

using namespace oodscope::model;

namespace {

constexpr std::size_t kRows = 3;
constexpr float kEpsilon = 1e-5F;

float fromBits(std::uint16_t bits) {
    return std::bit_cast<float>(std::uint32_t{bits} << 16);
}

// Of a finite value, by its two neighbours.
std::uint16_t nearestBits(float value) {
    const auto below = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
    const auto above = static_cast<std::uint16_t>(below + 1);
    const double toBelow = std::abs(double(value) - double(fromBits(below)));
    const double toAbove = std::abs(double(fromBits(above)) - double(value));
    if (toBelow == toAbove) return below % 2 == 0 ? below : above;
    return toBelow < toAbove ? below : above;
}

struct Sample {
    std::size_t width;
    std::vector<float> weight, bias, sum, added;

    explicit Sample(std::size_t columns) : width(columns) {
        std::mt19937 generator(static_cast<unsigned>(columns));
        std::normal_distribution<float> normal;
        const auto draw = [&](std::vector<float>& values, std::size_t count, float scale, float offset) {
            values.resize(count);
            for (float& value : values)
                value = offset + scale * normal(generator);
        };
        draw(weight, width, 0.2F, 1);
        draw(bias, width, 0.5F, 0);
        draw(sum, kRows * width, 3, 40);  // a mean far from 0, where squares less a squared mean would lose digits
        draw(added, kRows * width, 1, 0);
    }
    RowNorm norm() const { return {weight.data(), bias.data(), width, kEpsilon}; }
};

// In double, from a sum that is rounded to float32 as the one under test.
std::vector<double> expected(const Sample& sample, const std::vector<float>& total) {
    std::vector<double> out(total.size());
    for (std::size_t row = 0; row < kRows; ++row) {
        const float* x = total.data() + row * sample.width;
        double mean = 0;
        double variance = 0;
        for (std::size_t i = 0; i < sample.width; ++i)
            mean += double(x[i]) / double(sample.width);
        for (std::size_t i = 0; i < sample.width; ++i)
            variance += std::pow(double(x[i]) - mean, 2) / double(sample.width);
        for (std::size_t i = 0; i < sample.width; ++i)
            out[row * sample.width + i] =
                (double(x[i]) - mean) / std::sqrt(variance + double(kEpsilon)) * double(sample.weight[i]) +
                double(sample.bias[i]);
    }
    return out;
}

std::vector<float> added(const std::vector<float>& a, const std::vector<float>& b) {
    std::vector<float> sum(a);
    for (std::size_t i = 0; i < a.size(); ++i)
        sum[i] += b[i];
    return sum;
}

}  // namespace

class TestResidualNorm : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void likeInDouble_data();
    void likeInDouble();
    void roundsToBFloat16();
    void nothingToAdd();
    void keepsWhatIsNoNumber();
};

void TestResidualNorm::likeInDouble_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<bool>("portable");
    for (const int width : {2, 15, 16, 17, 64, 771, 1664}) {
        QTest::addRow("%d", width) << width << false;
        QTest::addRow("%d portable", width) << width << true;
    }
}

void TestResidualNorm::likeInDouble() {
    QFETCH(int, width);
    QFETCH(bool, portable);
    const Sample sample{static_cast<std::size_t>(width)};
    std::vector<float> sum = sample.sum;
    std::vector<float> out(sum.size());
    if (portable)
        addAndNormalisePortable(sample.norm(), kRows, sum.data(), sample.added.data(), out.data());
    else
        addAndNormalise(sample.norm(), kRows, sum.data(), sample.added.data(), out.data());
    QCOMPARE(sum, added(sample.sum, sample.added));
    const std::vector<double> wanted = expected(sample, sum);
    for (std::size_t i = 0; i < out.size(); ++i)
        QVERIFY2(std::abs(double(out[i]) - wanted[i]) < 2e-5, qPrintable(QString::number(double(out[i]) - wanted[i])));
}

void TestResidualNorm::roundsToBFloat16() {
    for (const std::size_t width : {17UL, 64UL, 771UL}) {
        const Sample sample(width);
        std::vector<std::uint16_t> bits;
        std::vector<float> rounded;
        for (const float value : sample.added) {
            bits.push_back(nearestBits(value));
            rounded.push_back(fromBits(bits.back()));
        }
        for (const bool portable : {false, true}) {
            // The sum is not rounded, what goes on is, once: as the float32 form would be.
            std::vector<float> sum = sample.sum;
            std::vector<float> same = sample.sum;
            std::vector<float> exact(sum.size());
            std::vector<std::uint16_t> out(sum.size());
            if (portable) {
                addAndNormalisePortable(sample.norm(), kRows, same.data(), rounded.data(), exact.data());
                addAndNormalisePortable(sample.norm(), kRows, sum.data(), bits.data(), out.data());
            } else {
                addAndNormalise(sample.norm(), kRows, same.data(), rounded.data(), exact.data());
                addAndNormalise(sample.norm(), kRows, sum.data(), bits.data(), out.data());
            }
            QCOMPARE(sum, same);
            for (std::size_t i = 0; i < out.size(); ++i)
                QCOMPARE(out[i], nearestBits(exact[i]));
        }
    }
}

void TestResidualNorm::nothingToAdd() {
    const Sample sample(48);
    std::vector<float> sum = sample.sum;
    std::vector<float> out(sum.size());
    addAndNormalise(sample.norm(), kRows, sum.data(), static_cast<const float*>(nullptr), out.data());
    QCOMPARE(sum, sample.sum);
    const std::vector<double> wanted = expected(sample, sum);
    for (std::size_t i = 0; i < out.size(); ++i)
        QVERIFY(std::abs(double(out[i]) - wanted[i]) < 2e-5);
}

// Rounding must not make an infinity or a number of a NaN.
void TestResidualNorm::keepsWhatIsNoNumber() {
    const Sample sample(20);
    std::vector<float> sum = sample.sum;
    sum[20] = std::numeric_limits<float>::quiet_NaN();  // in the second row
    std::vector<std::uint16_t> out(sum.size());
    addAndNormalise(sample.norm(), kRows, sum.data(), static_cast<const std::uint16_t*>(nullptr), out.data());
    for (std::size_t i = 0; i < out.size(); ++i)
        QCOMPARE(std::isnan(fromBits(out[i])), i / 20 == 1);
}

QTEST_APPLESS_MAIN(TestResidualNorm)
#include "tst_residual_norm.moc"
