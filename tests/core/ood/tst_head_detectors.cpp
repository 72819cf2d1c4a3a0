// SPDX-License-Identifier: GPL-3.0-or-later
// Detectors that work on the linear head of a probe, beside double loops.
#include <QtTest>
#include <algorithm>
#include <functional>
#include <numeric>

#include "core/ood/percentile.h"
#include "support/detector_samples.h"

using namespace oodscope;
using namespace oodscope::ood;
using test::close;
using test::drawn;
using test::fitError;
using test::scoresOf;

namespace {

using Vec = std::vector<double>;

constexpr std::size_t kTrain = 200;
constexpr std::size_t kTest = 40;
constexpr std::size_t kWidth = 12;
constexpr std::size_t kClasses = 5;

/// numpy's percentile with linear interpolation.
double sortedPercentile(Vec values, double percentile) {
    std::sort(values.begin(), values.end());
    const double position = double(values.size() - 1) * percentile / 100;
    const auto below = std::size_t(position);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (position - double(below)) * (values[above] - values[below]);
}

double logsumexp(const Vec& z) {
    double sum = 0;
    for (const double v : z)
        sum += std::exp(v);
    return std::log(sum);
}

}  // namespace

class TestHeadDetectors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_head = test::drawnHead(11, kClasses, kWidth);
        m_train.features = drawn(1, kTrain, kWidth, 1, 0.4F);
        m_test.features = drawn(2, kTest, kWidth, 1.5F, 0.1F);
        m_train.head = m_test.head = &m_head;
    }

    void reactEqualsTheNaiveOne() {
        for (const double percentile : {0.0, 37.5, 90.0, 100.0}) {
            Vec all;
            for (std::size_t i = 0; i < kTrain; ++i) {
                const Vec x = inputs(m_train.features, i);
                all.insert(all.end(), x.begin(), x.end());
            }
            const double clip = sortedPercentile(all, percentile);
            compare("react:percentile=" + std::to_string(percentile), 1e-5, [&](Vec x) {
                for (double& v : x)
                    v = std::min(v, clip);
                return logsumexp(logits(x));
            });
        }
    }

    void ashEqualsTheNaiveOne() {
        for (const std::string variant : {"s", "p", "b"}) {
            compare("ash:percentile=70:variant=" + variant, 1e-11, [&](Vec x) {
                const std::size_t kept = kWidth - 8;  // 0.7 · 12 = 8.4
                Vec sorted = x;
                std::sort(sorted.rbegin(), sorted.rend());
                const double before = std::accumulate(x.begin(), x.end(), 0.0);
                const double after = std::accumulate(sorted.begin(), sorted.begin() + kept, 0.0);
                for (double& v : x) {
                    const bool large = v >= sorted[kept - 1];
                    const double value = variant == "p"   ? v
                                         : variant == "b" ? before / double(kept)
                                                          : v * std::exp(before / after);
                    v = large ? value : 0;
                }
                return logsumexp(logits(x));
            });
        }
    }

    void scaleEqualsTheNaiveOne() {
        compare("scale", 1e-11, [&](Vec x) {
            const std::size_t large = kWidth - 10;  // 0.85 · 12 = 10.2
            Vec sorted = x;
            std::sort(sorted.rbegin(), sorted.rend());
            const double factor = std::exp(std::accumulate(x.begin(), x.end(), 0.0) /
                                           std::accumulate(sorted.begin(), sorted.begin() + large, 0.0));
            for (double& v : x)
                v *= factor;
            return logsumexp(logits(x));
        });
    }

    void diceEqualsTheNaiveOne() {
        Vec contributions;
        Vec mean(kWidth, 0.0);
        for (std::size_t i = 0; i < kTrain; ++i) {
            for (std::size_t d = 0; d < kWidth; ++d)
                mean[d] += double(m_train.features.at(i, d)) / kTrain;
        }
        for (std::size_t c = 0; c < kClasses; ++c) {
            for (std::size_t d = 0; d < kWidth; ++d)
                contributions.push_back(m_head.weight.at(c, d) / double(m_head.std[d]) * mean[d]);
        }
        const double floor = sortedPercentile(contributions, 60);
        const Vec scores = scoresOf("dice:percentile=60", m_train, m_test);
        for (std::size_t i = 0; i < kTest; ++i) {
            Vec z(kClasses);
            for (std::size_t c = 0; c < kClasses; ++c) {
                z[c] = m_head.bias[c];
                for (std::size_t d = 0; d < kWidth; ++d) {
                    const double weight = m_head.weight.at(c, d) / double(m_head.std[d]);
                    z[c] -= weight * m_head.mean[d];
                    if (contributions[c * kWidth + d] > floor) z[c] += weight * m_test.features.at(i, d);
                }
            }
            QVERIFY(close(scores[i], logsumexp(z), 1e-11));
        }
    }

    void fdbdEqualsTheNaiveOne() {
        Vec mean(kWidth, 0.0);
        for (std::size_t i = 0; i < kTrain; ++i) {
            const Vec x = inputs(m_train.features, i);
            for (std::size_t d = 0; d < kWidth; ++d)
                mean[d] += x[d] / kTrain;
        }
        compare("fdbd", 1e-11, [&](const Vec& x) {
            const Vec z = logits(x);
            const auto best = std::size_t(std::max_element(z.begin(), z.end()) - z.begin());
            double sum = 0;
            for (std::size_t c = 0; c < kClasses; ++c) {
                if (c == best) continue;
                double gap = 0;
                for (std::size_t d = 0; d < kWidth; ++d)
                    gap += std::pow(double(m_head.weight.at(best, d)) - m_head.weight.at(c, d), 2);
                sum += (z[best] - z[c]) / std::sqrt(gap);
            }
            double length = 0;
            for (std::size_t d = 0; d < kWidth; ++d)
                length += std::pow(x[d] - mean[d], 2);
            return sum / double(kClasses - 1) / std::sqrt(length);
        });
    }

    /// Two classes with the same weights have no boundary: the score stays finite.
    void fdbdWithTwinClasses() {
        probe::LinearProbe twins = m_head;
        std::vector<float> weight(m_head.weight.values().begin(), m_head.weight.values().end());
        std::copy_n(weight.begin(), kWidth, weight.begin() + kWidth);
        twins.weight = Matrix::own(kClasses, kWidth, std::move(weight));
        twins.bias[1] = twins.bias[0];
        DetectorInput train = m_train, test = m_test;
        train.head = test.head = &twins;
        QCOMPARE(scoresOf("fdbd", train, test).size(), kTest);
    }

    /// The residual without torch's tools: the principal directions come from power iteration with deflation, the
    /// origin from the normal equations. Fewer classes than dimensions, so that o = −Wᵀ (W Wᵀ)⁻¹ b.
    void residualAndVimEqualTheNaiveOnes() {
        const std::size_t dim = 3;
        const Vec origin = naiveOrigin();
        std::vector<Vec> shifted;
        for (std::size_t i = 0; i < kTrain; ++i)
            shifted.push_back(minus(inputs(m_train.features, i), origin));
        const std::vector<Vec> directions = principal(shifted, dim);
        const auto residual = [&](const Vec& x) {
            Vec rest = minus(x, origin);
            for (const Vec& direction : directions) {
                const double along = std::inner_product(rest.begin(), rest.end(), direction.begin(), 0.0);
                for (std::size_t d = 0; d < kWidth; ++d)
                    rest[d] -= along * direction[d];
            }
            return std::sqrt(std::inner_product(rest.begin(), rest.end(), rest.begin(), 0.0));
        };
        compare("residual:dim=3", 1e-8, [&](const Vec& x) { return -residual(x); });
        double largest = 0, rests = 0;
        for (std::size_t i = 0; i < kTrain; ++i) {
            const Vec x = inputs(m_train.features, i);
            const Vec z = logits(x);
            largest += *std::max_element(z.begin(), z.end());
            rests += residual(x);
        }
        compare("vim:dim=3", 1e-8, [&](const Vec& x) { return logsumexp(logits(x)) - largest / rests * residual(x); });
    }

    void usualDimensionIsHalfOfANarrowWidth() {
        QCOMPARE(scoresOf("vim", m_train, m_test), scoresOf("vim:dim=6", m_train, m_test));
        QVERIFY(fitError("residual:dim=12", m_train).find("dim=12 leaves no direction outside") != std::string::npos);
    }

    /// A block more than one, a constant dimension and a train set of one row.
    void oddTrainSets() {
        DetectorInput many = m_train;
        many.features = drawn(5, 4097, kWidth);
        DetectorInput single = m_train;
        single.features = drawn(6, 1, kWidth);
        DetectorInput constant = m_train;
        std::vector<float> values(m_train.features.values().begin(), m_train.features.values().end());
        for (std::size_t i = 0; i < kTrain; ++i)
            values[i * kWidth + 4] = 2.5F;
        constant.features = Matrix::own(kTrain, kWidth, std::move(values));
        for (const std::string key : {"react", "ash", "scale", "dice", "vim", "residual", "fdbd"}) {
            for (const DetectorInput& train : {many, single, constant})
                QCOMPARE(scoresOf(key, train, m_test).size(), kTest);
        }
        const Vec alone = scoresOf("react", m_train, many);
        DetectorInput last = many;
        const std::vector<std::size_t> index{4096};
        last.features = many.features.selectRows(index);
        QVERIFY(close(scoresOf("react", m_train, last)[0], alone[4096], 1e-12));
    }

    void aHeadOfAnotherWidthIsRefused() {
        DetectorInput wide = m_train;
        wide.features = drawn(7, 5, kWidth + 1);
        QVERIFY(fitError("react", wide).find("13 wide, the inputs of the head 12") != std::string::npos);
        wide.head = nullptr;
        QVERIFY(fitError("vim", wide).find("linear head") != std::string::npos);
    }

    void percentilesEqualTheSortedOnes() {
        const Matrix drawnValues = drawn(9, 1, 10001, 100);
        const auto floats = drawnValues.values();
        const auto visit = [&](const std::function<void(std::span<const float>)>& take) {
            for (std::size_t i = 0; i < floats.size(); i += 1000)
                take(floats.subspan(i, std::min<std::size_t>(1000, floats.size() - i)));
        };
        for (const double percentile : {0.0, 0.003, 12.5, 50.0, 90.0, 99.999, 100.0}) {
            Vec values(floats.begin(), floats.end());
            const double wanted = sortedPercentile(values, percentile);
            QCOMPARE(streamedPercentile(visit, percentile), wanted);
            QCOMPARE(percentileOf(values, percentile), wanted);
        }
        Vec one{-3};
        QCOMPARE(percentileOf(one, 70), -3.0);
    }

private:
    Vec inputs(const Matrix& features, std::size_t row) const {
        Vec x(kWidth);
        for (std::size_t d = 0; d < kWidth; ++d)
            x[d] = (double(features.at(row, d)) - m_head.mean[d]) / m_head.std[d];
        return x;
    }
    Vec logits(const Vec& x) const {
        Vec z(kClasses);
        for (std::size_t c = 0; c < kClasses; ++c) {
            z[c] = m_head.bias[c];
            for (std::size_t d = 0; d < kWidth; ++d)
                z[c] += double(m_head.weight.at(c, d)) * x[d];
        }
        return z;
    }
    static Vec minus(Vec a, const Vec& b) {
        for (std::size_t d = 0; d < a.size(); ++d)
            a[d] -= b[d];
        return a;
    }
    void compare(const std::string& text, double relative, const std::function<double(const Vec&)>& wanted) const {
        const Vec scores = scoresOf(text, m_train, m_test);
        QCOMPARE(scores.size(), kTest);
        for (std::size_t i = 0; i < kTest; ++i) {
            const double expected = wanted(inputs(m_test.features, i));
            QVERIFY2(close(scores[i], expected, relative), qPrintable(QStringLiteral("%1, row %2: %3, wanted %4")
                                                                          .arg(QString::fromStdString(text))
                                                                          .arg(i)
                                                                          .arg(scores[i])
                                                                          .arg(expected)));
        }
    }

    /// Solves (W Wᵀ) a = b by Gauss-Jordan; the origin is −Wᵀ a.
    Vec naiveOrigin() const {
        std::vector<Vec> system(kClasses, Vec(kClasses + 1, 0.0));
        for (std::size_t i = 0; i < kClasses; ++i) {
            for (std::size_t j = 0; j < kClasses; ++j) {
                for (std::size_t d = 0; d < kWidth; ++d)
                    system[i][j] += double(m_head.weight.at(i, d)) * m_head.weight.at(j, d);
            }
            system[i][kClasses] = m_head.bias[i];
        }
        for (std::size_t c = 0; c < kClasses; ++c) {
            const double pivot = system[c][c];  // a Gram matrix: positive
            for (double& v : system[c])
                v /= pivot;
            for (std::size_t r = 0; r < kClasses; ++r) {
                const double factor = r == c ? 0 : system[r][c];
                for (std::size_t k = 0; k <= kClasses; ++k)
                    system[r][k] -= factor * system[c][k];
            }
        }
        Vec origin(kWidth, 0.0);
        for (std::size_t c = 0; c < kClasses; ++c) {
            for (std::size_t d = 0; d < kWidth; ++d)
                origin[d] -= m_head.weight.at(c, d) * system[c][kClasses];
        }
        return origin;
    }

    static std::vector<Vec> principal(std::vector<Vec> rows, std::size_t count) {
        std::vector<Vec> directions;
        for (std::size_t n = 0; n < count; ++n) {
            Vec v(kWidth);
            for (std::size_t d = 0; d < kWidth; ++d)
                v[d] = 1 + double(d + n) / 7;
            for (int step = 0; step < 20000; ++step) {
                Vec next(kWidth, 0.0);
                for (const Vec& row : rows) {
                    const double along = std::inner_product(row.begin(), row.end(), v.begin(), 0.0);
                    for (std::size_t d = 0; d < kWidth; ++d)
                        next[d] += along * row[d];
                }
                const double length = std::sqrt(std::inner_product(next.begin(), next.end(), next.begin(), 0.0));
                double change = 0;
                for (std::size_t d = 0; d < kWidth; ++d) {
                    change += std::abs(next[d] / length - v[d]);
                    v[d] = next[d] / length;
                }
                if (change < 1e-13) break;
            }
            for (Vec& row : rows) {
                const double along = std::inner_product(row.begin(), row.end(), v.begin(), 0.0);
                for (std::size_t d = 0; d < kWidth; ++d)
                    row[d] -= along * v[d];
            }
            directions.push_back(v);
        }
        return directions;
    }

    probe::LinearProbe m_head;
    DetectorInput m_train;
    DetectorInput m_test;
};

QTEST_APPLESS_MAIN(TestHeadDetectors)
#include "tst_head_detectors.moc"
