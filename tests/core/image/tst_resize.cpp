// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QTest>
#include <array>
#include <cmath>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "core/image/preprocess.h"
#include "core/image/resize_kernels.h"

using namespace oodscope;
using namespace oodscope::image;

namespace {

/// The images of tests/parity/make_resize_vectors.py.
Image generate(const std::string& kind, std::uint64_t seed, int width, int height) {
    Image image{width, height, {}};
    image.rgb.resize(static_cast<std::size_t>(width) * height * 3);
    for (std::uint64_t i = 0; i < image.rgb.size(); ++i) {
        std::uint64_t v = (i + seed * 1000003 + 1) * 0x9E3779B97F4A7C15ULL;
        v ^= v >> 32;
        v *= 0xBF58476D1CE4E5B9ULL;
        const auto noise = static_cast<std::uint8_t>(v >> 56);
        const std::uint64_t x = i / 3 % width;
        const std::uint64_t y = i / 3 / width;
        if (kind == "noise")
            image.rgb[i] = noise;
        else if (kind == "extreme")
            image.rgb[i] = noise >= 128 ? 255 : 0;
        else
            image.rgb[i] = static_cast<std::uint8_t>((x * (i % 3 + 1) + y * (3 - i % 3) + seed) % 256);
    }
    return image;
}

std::string fnv(const std::vector<std::uint8_t>& bytes) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const std::uint8_t byte : bytes)
        hash = (hash ^ byte) * 0x100000001B3ULL;
    return QByteArray::number(qulonglong{hash}, 16).rightJustified(16, '0').toStdString();
}

double weight(double x, Interpolation interpolation) {
    x = std::abs(x);
    if (interpolation == Interpolation::Bilinear) return x < 1 ? 1 - x : 0;
    if (x < 1) return 1.5 * x * x * x - 2.5 * x * x + 1;
    return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
}

/// One axis in double precision from the definition of an antialiased filter: weights over all inputs, no tables.
std::vector<double> naiveAxis(const std::vector<double>& line, int outputs, Interpolation interpolation) {
    const int inputs = static_cast<int>(line.size());
    const double scale = static_cast<double>(inputs) / outputs;
    const double stretch = std::max(scale, 1.0);
    std::vector<double> result;
    for (int o = 0; o < outputs; ++o) {
        double sum = 0;
        double total = 0;
        for (int i = 0; i < inputs; ++i) {
            const double w = weight((i + 0.5 - (o + 0.5) * scale) / stretch, interpolation);
            sum += w * line[static_cast<std::size_t>(i)];
            total += w;
        }
        result.push_back(std::clamp(std::round(sum / total), 0.0, 255.0));
    }
    return result;
}

Image naiveResize(const Image& image, int width, int height, Interpolation interpolation) {
    Image across{width, image.height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * image.height * 3)};
    Image result{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3)};
    for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < image.height; ++y) {
            std::vector<double> line;
            for (int x = 0; x < image.width; ++x)
                line.push_back(image.rgb[(y * image.width + x) * 3 + c]);
            line = naiveAxis(line, width, interpolation);
            for (int x = 0; x < width; ++x)
                across.rgb[(y * width + x) * 3 + c] = static_cast<std::uint8_t>(line[static_cast<std::size_t>(x)]);
        }
        for (int x = 0; x < width; ++x) {
            std::vector<double> line;
            for (int y = 0; y < image.height; ++y)
                line.push_back(across.rgb[(y * width + x) * 3 + c]);
            line = naiveAxis(line, height, interpolation);
            for (int y = 0; y < height; ++y)
                result.rgb[(y * width + x) * 3 + c] = static_cast<std::uint8_t>(line[static_cast<std::size_t>(y)]);
        }
    }
    return result;
}

int largestDifference(const Image& a, const Image& b) {
    if (a.width != b.width || a.height != b.height || a.rgb.size() != b.rgb.size()) return 256;
    int largest = 0;
    for (std::size_t i = 0; i < a.rgb.size(); ++i)
        largest = std::max(largest, std::abs(a.rgb[i] - b.rgb[i]));
    return largest;
}

Interpolation interpolationOf(const std::string& name) {
    return name == "bicubic" ? Interpolation::Bicubic : Interpolation::Bilinear;
}

/// One line of vectors.txt; returns what we make of the same input.
std::vector<std::uint8_t> computeVector(std::istringstream& line, const std::string& what) {
    std::string filter;
    std::string kind;
    std::uint64_t seed = 0;
    int width = 0;
    int height = 0;
    line >> filter >> kind >> seed >> width >> height;
    const Image image = generate(kind, seed, width, height);
    if (what == "resize") {
        int newWidth = 0;
        int newHeight = 0;
        line >> newWidth >> newHeight;
        return resize(image, newWidth, newHeight, interpolationOf(filter)).rgb;
    }
    Preprocess options;
    std::string mode;
    line >> options.size >> options.resizeTo >> mode;
    options.mode = mode == "squash" ? ResizeMode::Squash : ResizeMode::ShortestEdge;
    options.interpolation = interpolationOf(filter);
    std::vector<std::uint8_t> out(static_cast<std::size_t>(options.size) * options.size * 3, 77);
    return preprocess(image, options, out) ? out : std::vector<std::uint8_t>{};
}

}  // namespace

class TestResize : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsPillow_data() {
        QTest::addColumn<bool>("portable");
        QTest::newRow("fastest kernels") << false;
        QTest::newRow("portable kernels") << true;
    }

    void equalsPillow() {
        QFETCH(bool, portable);
        setPortableKernels(portable);
        QFile file(QStringLiteral(OODSCOPE_TEST_DATA "/resize/vectors.txt"));
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.errorString()));
        int compared = 0;
        for (const QByteArray& text : file.readAll().split('\n')) {
            if (text.isEmpty() || text.startsWith('#')) continue;
            std::istringstream line(text.toStdString());
            std::string what;
            line >> what;
            const std::vector<std::uint8_t> made = computeVector(line, what);
            std::string hash;
            std::string bytes;
            line >> hash >> bytes;
            const QByteArray hex =
                QByteArray(reinterpret_cast<const char*>(made.data()), qsizetype(made.size())).toHex();
            if (!bytes.empty()) QCOMPARE(hex, QByteArray::fromStdString(bytes));
            QVERIFY2(fnv(made) == hash, text.left(100).constData());
            ++compared;
        }
        setPortableKernels(false);
        QCOMPARE(compared, 2 * (35 * 3 + 36));
    }

    void staysWithinOneOfDoublePrecision() {
        const int sizes[][4] = {{37, 23, 11, 9}, {11, 9, 37, 23}, {64, 48, 24, 24}, {1, 30, 7, 3}, {50, 2, 3, 9}};
        for (const Interpolation interpolation : {Interpolation::Bicubic, Interpolation::Bilinear}) {
            for (const auto& s : sizes) {
                const Image image = generate("noise", 5, s[0], s[1]);
                const Image exact = naiveResize(image, s[2], s[3], interpolation);
                QVERIFY(largestDifference(resize(image, s[2], s[3], interpolation), exact) <= 1);
            }
        }
    }

    void sameSizeIsACopy() {
        const Image image = generate("noise", 3, 19, 8);
        QCOMPARE(resize(image, 19, 8, Interpolation::Bicubic).rgb, image.rgb);
    }

    void emptyInputGivesEmptyOutput() {
        QVERIFY(resize(Image{}, 4, 4, Interpolation::Bicubic).empty());
        QVERIFY(resize(generate("noise", 1, 4, 4), 0, 4, Interpolation::Bicubic).empty());
    }

    void narrowImageNeedsOnlyTheCrop() {
        // The whole resized image would hold 24 × 2.4 million pixels; only the crop may be computed.
        const Image image = generate("smooth", 9, 1, 100000);
        Preprocess options;
        options.size = options.resizeTo = 24;
        std::vector<std::uint8_t> out(24 * 24 * 3);
        QVERIFY(preprocess(image, options, out).has_value());
        const int middle = image.rgb[50000 * 3];
        QVERIFY(std::abs(out[(12 * 24 + 12) * 3] - middle) <= 2);
    }

    void refusesBadOptions() {
        const Image image = generate("noise", 1, 8, 8);
        std::vector<std::uint8_t> out(8 * 8 * 3);
        Preprocess options;
        QCOMPARE(preprocess(image, options, out).error().code, ErrorCode::InvalidArgument);
        options.size = 8;
        options.resizeTo = 0;
        QCOMPARE(preprocess(image, options, out).error().code, ErrorCode::InvalidArgument);
        options.resizeTo = 8;
        QVERIFY(preprocess(image, options, out).has_value());
        QCOMPARE(preprocess(Image{}, options, out).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(preprocess(Image{8, 8, {1, 2, 3}}, options, out).error().code, ErrorCode::InvalidArgument);
    }

    void describesEveryOption() {
        const Preprocess base;
        std::array<Preprocess, 6> other;
        other[0].size = 225;
        other[1].resizeTo = 225;
        other[2].mode = ResizeMode::Squash;
        other[3].interpolation = Interpolation::Bilinear;
        other[4].mean[2] = std::nextafter(base.mean[2], 1.0F);
        other[5].std[0] = std::nextafter(base.std[0], 1.0F);
        for (const Preprocess& options : other)
            QVERIFY(options.describe() != base.describe());
        QCOMPARE(Preprocess().describe(), base.describe());
    }
};

QTEST_APPLESS_MAIN(TestResize)
#include "tst_resize.moc"
