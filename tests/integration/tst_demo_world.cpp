// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <map>
#include <set>

#include "app/demo/objects.h"
#include "app/demo/textures.h"
#include "app/demo/world.h"
#include "core/base/files.h"
#include "core/base/hash.h"

using namespace oodscope;
using namespace oodscope::demo;

namespace {

WorldOptions smallWorld() {
    WorldOptions options;
    options.trainPerClass = 3;
    options.testPerClass = 2;
    options.nearPerClass = 2;
    options.texturesPerKind = 2;
    options.threads = 2;
    return options;
}

/// Relative path → hash of the bytes, of every PNG below `dir`.
std::map<std::string, std::string> hashes(const fs::path& dir) {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(dir)) {
        if (entry.path().extension() == ".png")
            out[fs::relative(entry.path(), dir).string()] = hashFile(entry.path()).value();
    }
    return out;
}

/// Width and height from a PNG's header.
std::pair<unsigned, unsigned> pngSize(const fs::path& path) {
    const auto bytes = readBinaryFile(path).value();
    const auto number = [&](std::size_t at) {
        return bytes.at(at) << 24 | bytes.at(at + 1) << 16 | bytes.at(at + 2) << 8 | bytes.at(at + 3);
    };
    return {number(16), number(20)};
}

Status draw(const WorldOptions& options, const fs::path& dir) {
    return drawWorld(options, dir, {}, {});
}

}  // namespace

class TestDemoWorld : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_root.isValid());
        const auto drawn = draw(smallWorld(), world());
        QVERIFY2(drawn, drawn ? "" : drawn.error().message.c_str());
        m_hashes = hashes(world());
    }

    void theDefaultWorldIsLargeEnough() {
        const WorldOptions options;
        QVERIFY(knownClasses().size() >= 12);
        QVERIFY(unknownClasses().size() >= 8);
        QVERIFY(knownClasses().size() * static_cast<std::size_t>(options.trainPerClass) >= 1200);
        QVERIFY(knownClasses().size() * static_cast<std::size_t>(options.testPerClass) >= 600);
        QVERIFY(unknownClasses().size() * static_cast<std::size_t>(options.nearPerClass) >= 300);
        QVERIFY(textureKinds().size() * static_cast<std::size_t>(options.texturesPerKind) >= 300);
    }

    void everyFolderHoldsItsPictures() {
        const WorldFolders folders(world());
        const auto files = [](const fs::path& dir) { return hashes(dir).size(); };
        QCOMPARE(files(folders.train), knownClasses().size() * 3);
        QCOMPARE(files(folders.test), knownClasses().size() * 2);
        QCOMPARE(files(folders.nearOod), unknownClasses().size() * 2);
        QCOMPARE(files(folders.farOod), textureKinds().size() * 2);
        QVERIFY(fs::exists(folders.train / "mug" / "mug_0002.png"));
        QVERIFY(fs::exists(folders.nearOod / "teapot" / "teapot_0001.png"));
    }

    void namesAreSortedAndDisjoint() {
        const std::vector<std::string> names = worldClassNames();
        QVERIFY(std::is_sorted(names.begin(), names.end()));
        const std::set<std::string> known(names.begin(), names.end());
        QCOMPARE(known.size(), names.size());
        for (const ObjectClass& object : unknownClasses())
            QVERIFY(!known.contains(std::string(object.name)));
    }

    void sidesAreWithinTheLimitsAndVary() {
        std::set<std::pair<unsigned, unsigned>> sizes;
        for (const auto& [path, hash] : m_hashes) {
            const auto size = pngSize(world() / path);
            QVERIFY(size.first >= 64 && size.first <= 96 && size.second >= 64 && size.second <= 96);
            sizes.insert(size);
        }
        QVERIFY(sizes.size() > 20);
    }

    void noTwoPicturesAreAlike() {
        std::set<std::string> distinct;
        for (const auto& [path, hash] : m_hashes)
            distinct.insert(hash);
        QCOMPARE(distinct.size(), m_hashes.size());
    }

    void theSameSeedGivesTheSameBytesWhateverTheThreads() {
        WorldOptions options = smallWorld();
        options.threads = 1;
        QVERIFY(draw(options, folder("again")));
        QCOMPARE(hashes(folder("again")), m_hashes);
    }

    void anotherSeedGivesOtherPictures() {
        WorldOptions options = smallWorld();
        options.seed = 43;
        QVERIFY(draw(options, folder("other")));
        const auto others = hashes(folder("other"));
        QCOMPARE(others.size(), m_hashes.size());
        for (const auto& [path, hash] : others)
            QVERIFY2(hash != m_hashes.at(path), path.c_str());
    }

    void aLargerWorldBeginsWithTheSmallerOne() {
        WorldOptions options = smallWorld();
        options.testPerClass = 3;
        QVERIFY(draw(options, folder("larger")));
        const auto larger = hashes(folder("larger"));
        for (const auto& [path, hash] : m_hashes)
            QCOMPARE(larger.at(path), hash);
    }

    void aSecondCallLeavesEveryFileAlone() {
        std::map<std::string, fs::file_time_type> before;
        for (const auto& [path, hash] : m_hashes)
            before[path] = fs::last_write_time(world() / path);
        bool drew = false;
        QVERIFY(drawWorld(smallWorld(), world(), {}, [&](const Progress&) { drew = true; }));
        QVERIFY(!drew);
        for (const auto& [path, time] : before)
            QVERIFY(fs::last_write_time(world() / path) == time);
    }

    void aStoppedWorldIsCompleted() {
        std::stop_source stop;
        const auto stopped =
            drawWorld(smallWorld(), folder("stopped"), stop.get_token(), [&](const Progress&) { stop.request_stop(); });
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        QVERIFY(hashes(folder("stopped")).size() < m_hashes.size());
        QVERIFY(draw(smallWorld(), folder("stopped")));
        QCOMPARE(hashes(folder("stopped")), m_hashes);
    }

    void aLostOrEmptyPictureIsDrawnAgain() {
        const fs::path lost = world() / "images/id-test/key/key_0001.png",
                       emptied = world() / "images/near-ood/whale/whale_0000.png";
        fs::remove(lost);
        std::ofstream(emptied, std::ios::trunc).close();
        QVERIFY(draw(smallWorld(), world()));
        QCOMPARE(hashes(world()), m_hashes);
    }

    void otherOptionsReplaceTheWorld() {
        QVERIFY(draw(smallWorld(), folder("replaced")));
        WorldOptions fewer = smallWorld();
        fewer.trainPerClass = 1;
        QVERIFY(draw(fewer, folder("replaced")));
        QCOMPARE(hashes(WorldFolders(folder("replaced")).train).size(), knownClasses().size());
    }

    void foreignPicturesAreNotTouched() {
        fs::create_directories(folder("foreign") / "images");
        std::ofstream(folder("foreign") / "images" / "holiday.jpg") << "mine";
        const auto refused = draw(smallWorld(), folder("foreign"));
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("world.json") != std::string::npos);
        QVERIFY(fs::exists(folder("foreign") / "images" / "holiday.jpg"));
    }

    void absurdOptionsAreRefused() {
        WorldOptions options = smallWorld();
        options.largestSide = 20;
        QVERIFY(!draw(options, folder("absurd")));
        options = smallWorld();
        options.nearPerClass = -1;
        QVERIFY(!draw(options, folder("absurd")));
        QVERIFY(!fs::exists(folder("absurd")));
    }

private:
    fs::path folder(const std::string& name) const { return fs::path(m_root.path().toStdString()) / name; }
    fs::path world() const { return folder("world"); }

    QTemporaryDir m_root;
    std::map<std::string, std::string> m_hashes;
};

QTEST_APPLESS_MAIN(TestDemoWorld)
#include "tst_demo_world.moc"
