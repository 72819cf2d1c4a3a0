// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "core/io/mapped_file.h"

using namespace oodscope;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBytes = std::size_t{32} << 20;

/// Memory of this process that is a file's, in bytes.
std::size_t residentFileBytes() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        std::size_t kilobytes = 0;
        if (word == "RssFile:" && status >> kilobytes) return kilobytes << 10;
    }
    return 0;
}

}  // namespace

class TestMappedFile : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path m_path;

private Q_SLOTS:
    void initTestCase() {
        m_path = fs::path(m_folder.path().toStdString()) / "large";
        std::ofstream(m_path, std::ios::binary) << std::string(kBytes, 'x');
    }

    void releasedPagesAreReadAgain() {
        const auto mapped = io::mapFile(m_path);
        QVERIFY(mapped);
        const auto isWhole = [&] {
            return std::ranges::all_of(mapped->bytes, [](std::byte b) { return b == std::byte{'x'}; });
        };
        QVERIFY(isWhole());
        const std::size_t before = residentFileBytes();
        io::releasePages(mapped->bytes.subspan(100, kBytes / 2), mapped->owner);
        const std::size_t after = residentFileBytes();
        QVERIFY2(before > after && before - after > kBytes * 4 / 10, std::to_string(before - after).c_str());
        QVERIFY(isWhole());
    }

    void otherMemoryIsLeftAlone() {
        const auto mapped = io::mapFile(m_path);
        QVERIFY(mapped);
        const auto copy = std::make_shared<std::vector<std::byte>>(mapped->bytes.begin(), mapped->bytes.end());
        io::releasePages(*copy, copy);
        io::releasePages(*copy, mapped->owner);
        io::releasePages({}, {});
        QVERIFY(std::ranges::equal(*copy, mapped->bytes));
    }

    void aMappingOutlivesItsName() {
        io::MappedFile kept;
        {
            const auto mapped = io::mapFile(m_path);
            QVERIFY(mapped);
            kept = *mapped;
        }
        QCOMPARE(kept.bytes.size(), kBytes);
        QCOMPARE(kept.bytes.back(), std::byte{'x'});
    }
};

QTEST_APPLESS_MAIN(TestMappedFile)
#include "tst_mapped_file.moc"
