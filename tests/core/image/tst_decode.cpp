// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "core/base/files.h"
#include "core/image/decode.h"

using namespace oodscope;
using namespace oodscope::image;

namespace {

const std::filesystem::path kData = OODSCOPE_TEST_DATA "/decode";

QByteArray fnv(const std::vector<std::uint8_t>& bytes) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const std::uint8_t byte : bytes)
        hash = (hash ^ byte) * 0x100000001B3ULL;
    return QByteArray::number(qulonglong{hash}, 16).rightJustified(16, '0');
}

/// "error", or "width height hash" as in expected.txt.
QByteArray outcome(const Result<Image>& image) {
    if (!image) return "error";
    return QByteArray::number(image->width) + " " + QByteArray::number(image->height) + " " + fnv(image->rgb);
}

double mean(const Image& image) {
    double sum = 0;
    for (const std::uint8_t value : image.rgb)
        sum += value;
    return sum / static_cast<double>(image.rgb.size());
}

bool isOneLine(const std::string& text) {
    return !text.empty() && text.find('\n') == std::string::npos;
}

}  // namespace

Q_DECLARE_METATYPE(oodscope::ErrorCode)

class TestDecode : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsPillow_data() {
        QTest::addColumn<QByteArray>("expected");
        QFile file(QStringLiteral(OODSCOPE_TEST_DATA "/decode/expected.txt"));
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.errorString()));
        for (const QByteArray& line : file.readAll().split('\n')) {
            if (line.isEmpty() || line.startsWith('#')) continue;
            const qsizetype space = line.indexOf(' ');
            QTest::newRow(line.left(space).constData()) << line.mid(space + 1);
        }
    }

    void equalsPillow() {
        QFETCH(QByteArray, expected);
        const std::string file = QTest::currentDataTag();
        const auto image = decodeFile(kData / file);
        if (!image) {
            QVERIFY2(image.error().message.find(file) != std::string::npos, image.error().message.c_str());
            QVERIFY2(isOneLine(image.error().message), image.error().message.c_str());
        }
        QCOMPARE(outcome(image), expected);
    }

    void errorsSayWhy_data() {
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("baseline-half.jpg") << ErrorCode::BadFile << QByteArray("truncated JPEG: the data ends after");
        QTest::newRow("garbage.jpg") << ErrorCode::BadFile << QByteArray("not an image");
        QTest::newRow("empty.jpg") << ErrorCode::BadFile << QByteArray("the file is empty");
        QTest::newRow("palette.gif") << ErrorCode::Unsupported << QByteArray("GIF");
        QTest::newRow("rgba.tif") << ErrorCode::Unsupported << QByteArray("alpha");
        QTest::newRow("huge-declared.jpg") << ErrorCode::BadFile << QByteArray("65000 × 65000 pixels");
        QTest::newRow("huge-declared.png") << ErrorCode::BadFile << QByteArray("200000 × 200000 pixels");
        QTest::newRow("absent.jpg") << ErrorCode::NotFound << QByteArray("no such file");
        QTest::newRow(".") << ErrorCode::BadFile << QByteArray("not a regular file");
    }

    void errorsSayWhy() {
        QFETCH(ErrorCode, code);
        QFETCH(QByteArray, words);
        const std::filesystem::path path = kData / QTest::currentDataTag();
        for (const auto& image : {decodeFile(path), decodeThumbnail(path, 32)}) {
            QVERIFY(!image.has_value());
            QCOMPARE(image.error().code, code);
            QVERIFY2(image.error().message.find(words.toStdString()) != std::string::npos,
                     image.error().message.c_str());
            QVERIFY(image.error().message.starts_with(path.string()));
        }
    }

    void everyCutOfAFileIsReadOrRefused_data() {
        QTest::addColumn<QString>("file");
        for (const char* file : {"baseline-420.jpg", "progressive-420.jpg", "cmyk-any.jpg", "rgb.png", "rgb.bmp",
                                 "lzw.tif", "lossy.webp", "rgb.ppm"})
            QTest::newRow(file) << QString::fromLatin1(file);
    }

    void everyCutOfAFileIsReadOrRefused() {
        const auto whole = readBinaryFile(kData / QTest::currentDataTag());
        QVERIFY(whole.has_value());
        const auto complete = decodeBytes(*whole, "whole");
        QVERIFY(complete.has_value());
        const std::size_t step = std::max<std::size_t>(whole->size() / 60, 1);
        for (std::size_t length = 0; length < whole->size(); length += step) {
            const auto cut = decodeBytes(std::span(*whole).first(length), "cut");
            // What is accepted must be whole: never a part-grey picture.
            if (cut) QCOMPARE(cut->rgb, complete->rgb);
        }
    }

    void flippedBytesNeverCrash_data() { everyCutOfAFileIsReadOrRefused_data(); }

    void flippedBytesNeverCrash() {
        const auto whole = readBinaryFile(kData / QTest::currentDataTag());
        QVERIFY(whole.has_value());
        std::uint32_t state = 12345;
        for (int round = 0; round < 60; ++round) {
            auto bytes = *whole;
            for (int flip = 0; flip < 3; ++flip) {
                state = state * 1664525 + 1013904223;
                bytes[(state >> 8) % std::min<std::size_t>(bytes.size(), 700)] ^=
                    static_cast<std::uint8_t>(state >> 24);
            }
            const auto image = decodeBytes(bytes, "flipped");
            if (image) QCOMPARE(image->rgb.size(), std::size_t(image->width) * image->height * 3);
        }
    }

    void thumbnailFitsAndResembles_data() {
        QTest::addColumn<QString>("file");
        for (const char* file : {"baseline-420.jpg", "rgb.png", "cmyk.jpg"})
            QTest::newRow(file) << QString::fromLatin1(file);
    }

    void thumbnailFitsAndResembles() {
        const std::filesystem::path path = kData / QTest::currentDataTag();
        const auto full = decodeFile(path);
        QVERIFY(full.has_value());
        for (const int longSide : {7, 16, 30}) {
            const auto small = decodeThumbnail(path, longSide);
            QVERIFY(small.has_value());
            QCOMPARE(std::max(small->width, small->height), longSide);
            const double ratio = double(full->width) / full->height;
            QVERIFY(std::abs(small->height * ratio - small->width) <= ratio);
            QVERIFY(std::abs(mean(*small) - mean(*full)) < 6);
        }
        QCOMPARE(decodeThumbnail(path, 1000)->rgb, full->rgb);
        QVERIFY(!decodeThumbnail(path, 0).has_value());
    }

    void encodesAndReadsBack() {
        const QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        const auto image = decodeFile(kData / "rgb.png");
        QVERIFY(image.has_value());
        QVERIFY(encodeFile(*image, root / "sub" / "a.PNG").has_value());
        QCOMPARE(decodeFile(root / "sub" / "a.PNG")->rgb, image->rgb);
        QVERIFY(encodeFile(*image, root / "a.jpg").has_value());
        QVERIFY(std::abs(mean(*decodeFile(root / "a.jpg")) - mean(*image)) < 2);
        QCOMPARE(encodeFile(*image, root / "a.webp").error().code, ErrorCode::InvalidArgument);
        QCOMPARE(encodeFile(Image{}, root / "b.png").error().code, ErrorCode::InvalidArgument);
        QVERIFY(!encodeFile(*image, root / "a.jpg" / "below-a-file.png").has_value());
        std::set<std::string> left;
        for (const auto& entry : std::filesystem::directory_iterator(root))
            left.insert(entry.path().filename());
        QCOMPARE(left, (std::set<std::string>{"a.jpg", "sub"}));
    }

    void threadsDecodeAlike() {
        const auto expected = decodeFile(kData / "progressive-420.jpg");
        QVERIFY(expected.has_value());
        std::vector<int> equal(4, 0);
        {
            std::vector<std::jthread> threads;
            for (std::size_t t = 0; t < equal.size(); ++t)
                threads.emplace_back([&, t] {
                    for (int i = 0; i < 20; ++i) {
                        const auto image = decodeFile(kData / "progressive-420.jpg");
                        if (image && image->rgb == expected->rgb) ++equal[t];
                        // A damaged file in between must leave nothing behind.
                        if (decodeFile(kData / "progressive-half.jpg")) equal[t] = -1000;
                    }
                });
        }
        QCOMPARE(equal, std::vector<int>(4, 20));
    }
};

QTEST_APPLESS_MAIN(TestDecode)
#include "tst_decode.moc"
