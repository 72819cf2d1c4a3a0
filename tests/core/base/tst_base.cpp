// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <fstream>

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/matrix.h"
#include "core/base/rng.h"
#include "core/base/text_util.h"

using namespace oodscope;

class TestBase : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path folder() const { return m_folder.path().toStdString(); }
    std::size_t filesIn(const fs::path& path) const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
    }

private Q_SLOTS:
    // Keys of stored artefacts: a change of these values orphans every workspace. From the xxhash package of PyPI,
    // xxh3_128_hexdigest(length as 8 bytes, little-endian, then the text).
    void hashesAreStable() {
        QCOMPARE(hashText("oodscope"), std::string("91d49a8b10e0a57971392eedd223761a"));
        QCOMPARE(hashText(""), std::string("2c0a8a99dc147d5445c3b49d035665b2"));
        QCOMPARE(Hasher().add(std::string_view("ab")).add(std::string_view("c")).add(std::uint64_t{7}).hex(),
                 std::string("c2e098c5428523d634b26ce35033e1eb"));
    }

    void hashesSeparateTheirParts() {
        const auto hash = [](std::string_view a, std::string_view b) { return Hasher().add(a).add(b).hex(); };
        QVERIFY(hash("ab", "c") != hash("a", "bc"));
        QVERIFY(hash("abc", "") != hash("", "abc"));
    }

    void fileHashIsThatOfItsBytes() {
        std::string bytes((std::size_t{1} << 20) + 17, 'x');  // more than one block
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<char>(i * 31 % 251);
        QVERIFY(writeFileAtomically(folder() / "h", bytes));
        QCOMPARE(*hashFile(folder() / "h"), Hasher().add(std::as_bytes(std::span(bytes))).hex());
        QVERIFY(!hashFile(folder() / "none"));
    }

    void atomicWriteReplacesAndMakesFolders() {
        const fs::path path = folder() / "new" / "deeper" / "file";
        QVERIFY(writeFileAtomically(path, "one"));
        QVERIFY(writeFileAtomically(path, "two"));
        QCOMPARE(*readTextFile(path), std::string("two"));
        QCOMPARE(filesIn(path.parent_path()), 1U);
    }

    void aFailingWriterLeavesNothing() {
        const fs::path path = folder() / "failing" / "file";
        const auto broken = [](const fs::path& temporary) -> Status {
            std::ofstream(temporary) << "half";
            return fail(ErrorCode::Io, "disk full");
        };
        const Status first = writeAtomically(path, broken);
        QVERIFY(!first);
        QCOMPARE(first.error().message, std::string("disk full"));
        QCOMPARE(filesIn(path.parent_path()), 0U);
        QVERIFY(writeFileAtomically(path, "kept"));
        QVERIFY(!writeAtomically(path, broken));
        QCOMPARE(*readTextFile(path), std::string("kept"));
        QCOMPARE(filesIn(path.parent_path()), 1U);
    }

    void aWriterThatLeavesNoFileIsAnError() {
        const fs::path path = folder() / "lazy" / "file";
        QVERIFY(!writeAtomically(path, [](const fs::path&) -> Status { return {}; }));
        QCOMPARE(filesIn(path.parent_path()), 0U);
    }

    void readingNamesWhatIsWrong() {
        QCOMPARE(readTextFile(folder() / "none").error().code, ErrorCode::NotFound);
        QCOMPARE(readTextFile(folder()).error().code, ErrorCode::BadFile);
        QVERIFY(writeFileAtomically(folder() / "big", "12345"));
        QVERIFY(readTextFile(folder() / "big", 5));
        const auto tooBig = readTextFile(folder() / "big", 4);
        QCOMPARE(tooBig.error().code, ErrorCode::BadFile);
        QVERIFY(tooBig.error().message.find("5 bytes") != std::string::npos);
        QCOMPARE(*readBinaryFile(folder() / "big"), (std::vector<std::uint8_t>{'1', '2', '3', '4', '5'}));
    }

    void matrices() {
        const Matrix matrix = Matrix::own(2, 3, {1, 2, 3, 4, 5, 6});
        QCOMPARE(matrix.at(1, 0), 4.0F);
        QCOMPARE(matrix.row(1)[2], 6.0F);
        const Matrix copy = matrix;
        QCOMPARE(copy.data(), matrix.data());
        const std::vector<std::size_t> order{1, 1, 0};
        const Matrix rows = matrix.selectRows(order);
        QCOMPARE(rows.rows(), 3U);
        QVERIFY(std::ranges::equal(rows.values(), std::vector<float>{4, 5, 6, 4, 5, 6, 1, 2, 3}));
        QVERIFY(Matrix().empty());
        const auto owner = std::make_shared<std::vector<float>>(2, 7.0F);
        const Matrix shared = Matrix::share(1, 2, std::shared_ptr<const float>(owner, owner->data()));
        QCOMPARE(owner.use_count(), 2L);
        QCOMPARE(shared.at(0, 1), 7.0F);
    }

    void textUtilities() {
        QVERIFY(endsWithIgnoringCase("a.JPG", ".jpg"));
        QVERIFY(!endsWithIgnoringCase("jpg", ".jpg"));
        QCOMPARE(toLowerAscii("ÄB"), std::string("Äb"));
        QCOMPARE(trimmed(" \t a b\r\n"), std::string_view("a b"));
        QVERIFY(trimmed(" \n").empty());
        QCOMPARE(splitLines("a\r\nb\n\nc"), (std::vector<std::string>{"a", "b", "", "c"}));
        QCOMPARE(splitLines("a\n"), std::vector<std::string>{"a"});
        QVERIFY(splitLines("").empty());
        QCOMPARE(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
        QCOMPARE(split("", ','), std::vector<std::string>{""});
    }

    void shellWords() {
        QCOMPARE(shellQuoted("/a/b-c_1.png"), std::string("/a/b-c_1.png"));
        QCOMPARE(shellQuoted(""), std::string("''"));
        QCOMPARE(shellQuoted("it's $x"), std::string("'it'\\''s $x'"));
        QCOMPARE(shellCommand({"a", "b c", "~"}), std::string("a 'b c' '~'"));
    }

    // Reference values of SplitMix64 seeded with 1234567 (Vigna's generator), its first two outputs.
    void subSeeds() {
        QCOMPARE(mixSeed(1234567, 0), 6457827717110365317ULL);
        QCOMPARE(mixSeed(1234567, 1), 3203168211198807973ULL);
    }
};

QTEST_APPLESS_MAIN(TestBase)
#include "tst_base.moc"
