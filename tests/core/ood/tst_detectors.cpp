// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

#include "core/ood/detector.h"

using namespace oodscope;
using namespace oodscope::ood;

namespace {

using Row = std::span<const float>;
using Vec = std::vector<double>;
using Square = std::vector<Vec>;

Matrix drawn(unsigned seed, std::size_t rows, std::size_t cols, float scale = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(rows * cols);
    for (float& v : values)
        v = scale * normal(random);
    return Matrix::own(rows, cols, std::move(values));
}

Vec softmax(Row z, double t) {
    Vec p(z.size());
    double sum = 0;
    for (std::size_t i = 0; i < z.size(); ++i)
        sum += p[i] = std::exp(double(z[i]) / t);
    for (double& value : p)
        value /= sum;
    return p;
}

double naiveScore(std::string_view key, Row z, double t) {
    const Vec p = softmax(z, t);
    if (key == "msp") return *std::max_element(p.begin(), p.end());
    if (key == "max_logit") return *std::max_element(z.begin(), z.end());
    double sum = 0;
    for (std::size_t i = 0; i < z.size(); ++i) {
        if (key == "free_energy") sum += std::exp(double(z[i]) / t);
        if (key == "l1_norm") sum += double(z[i]) - double(*std::min_element(z.begin(), z.end()));
        if (key == "perplexity" || key == "entropy") sum -= p[i] * std::log(p[i]);
    }
    if (key == "free_energy") return t * std::log(sum);
    if (key == "perplexity") return -std::exp(sum);
    return key == "entropy" ? -sum : sum;
}

/// Gauss-Jordan with pivoting.
Square inverse(Square a) {
    const std::size_t n = a.size();
    Square b(n, Vec(n, 0.0));
    for (std::size_t i = 0; i < n; ++i)
        b[i][i] = 1;
    for (std::size_t c = 0; c < n; ++c) {
        std::size_t pivot = c;
        for (std::size_t r = c; r < n; ++r)
            pivot = std::abs(a[r][c]) > std::abs(a[pivot][c]) ? r : pivot;
        std::swap(a[c], a[pivot]);
        std::swap(b[c], b[pivot]);
        const double divisor = a[c][c];
        for (std::size_t k = 0; k < n; ++k) {
            a[c][k] /= divisor;
            b[c][k] /= divisor;
        }
        for (std::size_t r = 0; r < n; ++r) {
            const double factor = r == c ? 0.0 : a[r][c];
            for (std::size_t k = 0; k < n; ++k) {
                a[r][k] -= factor * a[c][k];
                b[r][k] -= factor * b[c][k];
            }
        }
    }
    return b;
}

struct Moments {
    Vec mean;
    Square covariance;
};

Moments moments(const Matrix& x, const std::vector<std::size_t>& rows) {
    const std::size_t d = x.cols();
    Moments m{Vec(d, 0.0), Square(d, Vec(d, 0.0))};
    for (const std::size_t r : rows) {
        for (std::size_t i = 0; i < d; ++i)
            m.mean[i] += x.at(r, i) / double(rows.size());
    }
    for (const std::size_t r : rows) {
        for (std::size_t i = 0; i < d; ++i) {
            for (std::size_t j = 0; j < d; ++j) {
                m.covariance[i][j] += (x.at(r, i) - m.mean[i]) * (x.at(r, j) - m.mean[j]) / double(rows.size() - 1);
            }
        }
    }
    return m;
}

double distance(Row x, const Vec& mean, const Square& precision) {
    double sum = 0;
    for (std::size_t i = 0; i < mean.size(); ++i) {
        for (std::size_t j = 0; j < mean.size(); ++j)
            sum += (x[i] - mean[i]) * precision[i][j] * (x[j] - mean[j]);
    }
    return sum;
}

struct NaiveMahalanobis {
    std::vector<Vec> means;
    Square precision;
    Moments all;
    Square allPrecision;

    NaiveMahalanobis(const Matrix& x, const std::vector<std::int32_t>& labels) {
        std::map<std::int32_t, std::vector<std::size_t>> members;
        std::vector<std::size_t> everyone;
        for (std::size_t i = 0; i < labels.size(); ++i) {
            members[labels[i]].push_back(i);
            everyone.push_back(i);
        }
        std::erase_if(members, [](const auto& entry) { return entry.second.size() < 2; });
        Square mean(x.cols(), Vec(x.cols(), 0.0));
        for (const auto& [label, rows] : members) {
            const Moments m = moments(x, rows);
            means.push_back(m.mean);
            for (std::size_t i = 0; i < x.cols(); ++i) {
                for (std::size_t j = 0; j < x.cols(); ++j)
                    mean[i][j] += m.covariance[i][j] / double(members.size());
            }
        }
        precision = inverse(mean);
        all = moments(x, everyone);
        allPrecision = inverse(all.covariance);
    }
    double smallest(Row x) const {
        double best = std::numeric_limits<double>::infinity();
        for (const Vec& mean : means)
            best = std::min(best, distance(x, mean, precision));
        return best;
    }
    double global(Row x) const { return distance(x, all.mean, allPrecision); }
};

bool close(double a, double b, double relative) {
    return std::abs(a - b) <= relative * std::max(1.0, std::abs(b));
}

DetectorInput logitsOf(const Matrix& logits, const std::vector<std::int32_t>& labels = {}) {
    DetectorInput input;
    input.logits = logits;
    input.labels = labels;
    return input;
}

}  // namespace

class TestDetectors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scoresEqualTheNaiveOnes_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<double>("temperature");
        for (const char* key : {"msp", "max_logit", "free_energy", "l1_norm", "perplexity", "entropy"}) {
            for (const double t : {1.0, 0.5, 10.0}) {
                QTest::addRow("%s, T %g", key, t) << QString::fromLatin1(key) << t;
            }
        }
    }
    void scoresEqualTheNaiveOnes() {
        QFETCH(QString, key);
        QFETCH(double, temperature);
        const bool fixed = key == QStringLiteral("max_logit") || key == QStringLiteral("l1_norm");
        const QString text = fixed ? key : QStringLiteral("%1:temperature=%2").arg(key).arg(temperature);
        const auto detector = makeDetector(text.toStdString()).value();
        const Matrix logits = drawn(3, 700, 13, 4);
        const auto scores = detector->score(logitsOf(logits)).value();
        QCOMPARE(scores.size(), logits.rows());
        for (std::size_t i = 0; i < scores.size(); ++i) {
            QVERIFY(close(scores[i], naiveScore(detector->info().key, logits.row(i), temperature), 1e-12));
        }
    }

    void hugeLogitsDoNotOverflow() {
        const Matrix logits = Matrix::own(2, 3, {3e38F, -3e38F, 0, 5000, 5001, -7000});
        for (const auto& info : detectors()) {
            const DetectorNeeds& needs = info.needs;
            if (info.needsFit || !needs.logits || needs.features || needs.text) continue;
            const auto scores = makeDetector(info.key).value()->score(logitsOf(logits));
            QVERIFY2(scores.has_value(), info.key.data());
            QVERIFY(std::isfinite(scores->at(0)) && std::isfinite(scores->at(1)));
        }
        const auto energy = makeDetector("free_energy").value()->score(logitsOf(logits)).value();
        QVERIFY(close(energy[1], 5001 + std::log1p(std::exp(-1.0)), 1e-14));
    }

    void mahalanobisEqualsTheNaiveOne() {
        const std::size_t n = 300, d = 6;
        const Matrix train = drawn(5, n, d, 3);
        const Matrix test = drawn(6, 90, d, 4);
        std::vector<std::int32_t> labels(n);
        for (std::size_t i = 0; i < n; ++i)
            labels[i] = std::int32_t(i % 7 == 0 ? 2 : i % 4);
        labels[17] = 5;  // alone in its class: left out
        const NaiveMahalanobis naive(train, labels);
        auto absolute = makeDetector("Mahalanobis").value();
        auto relative = makeDetector("mahalanobis_relative").value();
        QVERIFY(absolute->fit(logitsOf(train, labels)).has_value());
        QVERIFY(relative->fit(logitsOf(train, labels)).has_value());
        QVERIFY(absolute->note().find("1 classes") != std::string::npos);
        const auto a = absolute->score(logitsOf(test)).value();
        const auto r = relative->score(logitsOf(test)).value();
        for (std::size_t i = 0; i < test.rows(); ++i) {
            QVERIFY(close(a[i], -naive.smallest(test.row(i)), 1e-10));
            QVERIFY(close(r[i], naive.global(test.row(i)) - naive.smallest(test.row(i)), 1e-10));
        }
    }

    /// A column that repeats another adds nothing to a distance: the pseudo-inverse sees only the directions that vary.
    void singularCovarianceIsDefinedAndReported() {
        const std::size_t n = 120, d = 4;
        const Matrix train = drawn(8, n, d);
        const Matrix test = drawn(9, 20, d);
        const auto doubled = [](const Matrix& m) {
            std::vector<float> values;
            for (std::size_t i = 0; i < m.rows(); ++i) {
                values.insert(values.end(), m.row(i).begin(), m.row(i).end());
                values.push_back(m.at(i, 0));
            }
            return Matrix::own(m.rows(), m.cols() + 1, std::move(values));
        };
        std::vector<std::int32_t> labels(n);
        for (std::size_t i = 0; i < n; ++i)
            labels[i] = std::int32_t(i % 3);
        auto plain = makeDetector("mahalanobis").value();
        auto singular = makeDetector("mahalanobis").value();
        QVERIFY(plain->fit(logitsOf(train, labels)).has_value());
        QVERIFY(singular->fit(logitsOf(doubled(train), labels)).has_value());
        QVERIFY(plain->note().empty());
        QVERIFY(singular->note().find("rank 4 of 5") != std::string::npos);
        const auto wanted = plain->score(logitsOf(test)).value();
        const auto scores = singular->score(logitsOf(doubled(test))).value();
        for (std::size_t i = 0; i < scores.size(); ++i)
            QVERIFY(close(scores[i], wanted[i], 1e-9));
    }

    void knnEqualsTheNaiveOne() {
        const Matrix train = drawn(12, 9000, 16);  // more than one block of train rows
        const Matrix test = drawn(13, 300, 16);
        for (const int k : {1, 5}) {
            auto detector = makeDetector("knn:k=" + std::to_string(k)).value();
            DetectorInput input;
            input.features = train;
            QVERIFY(detector->fit(input).has_value());
            input.features = test;
            const auto scores = detector->score(input).value();
            for (std::size_t i = 0; i < test.rows(); i += 10) {
                Vec cosines;
                for (std::size_t j = 0; j < train.rows(); ++j) {
                    double ab = 0, aa = 0, bb = 0;
                    for (std::size_t d = 0; d < 16; ++d) {
                        ab += double(test.at(i, d)) * train.at(j, d);
                        aa += double(test.at(i, d)) * test.at(i, d);
                        bb += double(train.at(j, d)) * train.at(j, d);
                    }
                    cosines.push_back(ab / std::sqrt(aa * bb));
                }
                std::sort(cosines.rbegin(), cosines.rend());
                double wanted = 0;
                for (int n = 0; n < k; ++n)
                    wanted += std::exp(cosines[std::size_t(n)] / 0.02) / k;
                QVERIFY(close(scores[i], wanted, 1e-11));
            }
        }
    }

    void badInputIsNamed() {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const auto scored = makeDetector("msp").value()->score(logitsOf(Matrix::own(2, 2, {1, 2, nan, 0})));
        QVERIFY(!scored.has_value());
        QVERIFY(scored.error().message.find("row 1") != std::string::npos);
        QVERIFY(!makeDetector("msp").value()->score(DetectorInput{}).has_value());
        QVERIFY(!makeDetector("knn").value()->score(DetectorInput{}).has_value());
        QVERIFY(!makeDetector("mahalanobis").value()->score(logitsOf(drawn(1, 2, 2))).has_value());
        auto mahalanobis = makeDetector("mahalanobis").value();
        const std::vector<std::int32_t> alone{0, 1};
        const auto fitted = mahalanobis->fit(logitsOf(drawn(1, 2, 2), alone));
        QVERIFY(fitted.error().message.find("two samples") != std::string::npos);
        const std::vector<std::int32_t> short_{0};
        QVERIFY(!mahalanobis->fit(logitsOf(drawn(1, 2, 2), short_)).has_value());
        const auto unknown = makeDetector("odin");
        QCOMPARE(unknown.error().code, ErrorCode::NotFound);
        QVERIFY(unknown.error().message.find("free_energy") != std::string::npos);
        QVERIFY(!makeDetector("msp:temperature=0").has_value());
        const std::vector<std::int32_t> outOfRange{0, 2};
        const auto range = mahalanobis->fit(logitsOf(drawn(1, 2, 2), outOfRange));
        QVERIFY(range.error().message.find("label 2 of sample 1") != std::string::npos);
    }

    void everyDetectorOfTheTableCanBeMade() {
        QVERIFY(detectors().size() >= 26);
        for (const auto& info : detectors()) {
            const auto detector = makeDetector(info.key);
            QVERIFY(detector.has_value());
            QVERIFY((*detector)->info().key == info.key);
        }
    }
};

QTEST_APPLESS_MAIN(TestDetectors)
#include "tst_detectors.moc"
