// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/resource.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <fstream>
#include <limits>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "core/base/files.h"
#include "core/embed/extract.h"
#include "core/image/decode.h"
#include "support/fake_model.h"

using namespace oodscope;
using namespace oodscope::embed;
using oodscope::test::FakeBehaviour;
using oodscope::test::FakeEncoder;
using oodscope::test::FakeModel;

namespace {

constexpr int kImages = 43;

void writeImage(const fs::path& path, unsigned seed) {
    std::mt19937 random(seed);
    image::Image image{9 + static_cast<int>(seed % 5), 11, {}};
    for (int i = 0; i < image.width * image.height * 3; ++i)
        image.rgb.push_back(static_cast<std::uint8_t>(random()));
    fs::create_directories(path.parent_path());
    if (const Status written = image::encodeFile(image, path); !written) qFatal("%s", written.error().message.c_str());
}

void writeText(const fs::path& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

bool sameBits(const Matrix& a, const Matrix& b) {
    return a.rows() == b.rows() && a.cols() == b.cols() &&
           (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

bool sameSet(const EmbeddingSet& a, const EmbeddingSet& b) {
    return sameBits(a.embeddings, b.embeddings) && sameBits(a.projected, b.projected) && a.labels == b.labels &&
           a.paths == b.paths && a.key == b.key && a.unreadable.size() == b.unreadable.size();
}

std::vector<model::Device> devices(int count) {
    std::vector<model::Device> all;
    for (int i = 0; i < count; ++i)
        all.push_back({model::Device::Kind::Cuda, i});
    return all;
}

/// A door that threads wait at until somebody opens it.
class Gate {
public:
    void open() {
        const std::lock_guard lock(m_mutex);
        m_open = true;
        m_changed.notify_all();
    }
    void wait(const std::stop_token& stop = {}) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, stop, [this] { return m_open; });
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_open = false;
};

/// A limit on the size of files stands in for a full disk: writing past it fails at that byte.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) {
        m_oldHandler = std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_old);
        const rlimit now{bytes, m_old.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &m_old);
        std::signal(SIGXFSZ, m_oldHandler);
    }

private:
    rlimit m_old{};
    void (*m_oldHandler)(int) = nullptr;
};

}  // namespace

class TestExtract : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();

    void equalsAStraightLoop();
    void workersAndTimingDoNotMatter_data();
    void workersAndTimingDoNotMatter();
    void noProjection();
    void reuseDoesNotTouchTheModel();
    void reuseFollowsAMovedFolder();
    void keyNamesWhatMatters();
    void cancelThenResume();
    void cancelBeforeStart();
    void resumeKeepsTheBatchSize();
    void killAtAnyByteOfTheJournal();
    void damagedPartialIsNotTrusted_data();
    void damagedPartialIsNotTrusted();
    void aFileInPlaceOfThePartialFolder();
    void badFilesAreSkippedAndRecorded();
    void tooManyBadFilesFail();
    void unreachableFileIsTriedAgain();
    void outOfMemoryHalvesTheBatch();
    void failuresEndTheRun_data();
    void failuresEndTheRun();
    void modelThatDoesNotLoad();
    void fullDiskAtAnyByte();
    void readOnlyStore();
    void twoRunsMakeItOnce();
    void damagedFinishedSetIsMadeAgain_data();
    void damagedFinishedSetIsMadeAgain();
    void progressGoesUpToTheEnd();
    void badOptions_data();
    void badOptions();

private:
    Result<EmbeddingSet> run(FakeModel& model, const ExtractOptions& options, const fs::path& store,
                             std::stop_token stop = {}, const ProgressFn& progress = {}) const {
        return extract(model, m_dataset, options, store, std::move(stop), progress);
    }
    EmbeddingSet uninterrupted(const char* store = "reference") const;
    /// Stops a run in its `call`th encode; the store then holds what a killed run would leave.
    void interrupt(int call, const fs::path& store) const;
    fs::path partialOf(const fs::path& store) const { return store / (m_key + ".partial"); }

    std::unique_ptr<QTemporaryDir> m_data;
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_images;
    fs::path m_root;
    data::Dataset m_dataset;
    ExtractOptions m_options;
    std::string m_key;
};

void TestExtract::initTestCase() {
    m_data = std::make_unique<QTemporaryDir>();
    QVERIFY(m_data->isValid());
    m_images = fs::path(m_data->path().toStdString()) / "world";
    for (int i = 0; i < kImages; ++i) {
        const std::string name = std::string(i % 3 == 0 ? "ant/" : "bee/") + std::to_string(100 + i) + ".png";
        writeImage(m_images / name, static_cast<unsigned>(i));
    }
    auto opened = data::openFolder(m_images);
    QVERIFY(opened.has_value());
    m_dataset = *opened;
    QCOMPARE(m_dataset.samples.size(), std::size_t(kImages));
    m_options.devices = devices(1);
    m_options.batchSize = 4;
    m_options.decoderThreads = 2;
    QTemporaryDir store;
    FakeModel model;
    m_key = run(model, m_options, store.path().toStdString())->key;
}

void TestExtract::init() {
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
    m_root = fs::path(m_dir->path().toStdString());
}

EmbeddingSet TestExtract::uninterrupted(const char* store) const {
    FakeModel model;
    model.behaviour().showBatch = true;
    auto set = run(model, m_options, m_root / store);
    if (!set) qFatal("%s", set.error().message.c_str());
    return *set;
}

void TestExtract::interrupt(int call, const fs::path& store) const {
    FakeModel model;
    model.behaviour().showBatch = true;
    std::stop_source stop;
    model.behaviour().onEncode = [&](const FakeBehaviour::Call& now) -> Status {
        if (now.number < call) return {};
        stop.request_stop();
        return cancelled();
    };
    const auto stopped = run(model, m_options, store, stop.get_token());
    QVERIFY(!stopped);
    QVERIFY2(stopped.error().code == ErrorCode::Cancelled, stopped.error().message.c_str());
    QVERIFY(call == 0 || fs::exists(partialOf(store) / "journal"));
}

void TestExtract::equalsAStraightLoop() {
    FakeModel model;
    const auto set = run(model, m_options, m_root);
    QVERIFY2(set.has_value(), set ? "" : set.error().message.c_str());
    QCOMPARE(set->size(), std::size_t(kImages));
    QCOMPARE(set->projected.rows(), std::size_t(kImages));
    QCOMPARE(set->embeddings.cols(), std::size_t(6));
    QCOMPARE(set->projected.cols(), std::size_t(4));
    QCOMPARE(set->classNames, (std::vector<std::string>{"ant", "bee"}));
    QCOMPARE(set->key, m_key);
    QVERIFY(set->unreadable.empty());
    QCOMPARE(set->provenance.at("batch_size").get<int>(), 4);

    FakeEncoder encoder({}, 8, 6, 4, std::make_shared<FakeBehaviour>());
    std::vector<std::uint8_t> pixels(8 * 8 * 3);
    for (std::size_t i = 0; i < m_dataset.samples.size(); ++i) {
        const auto decoded = image::decodeFile(m_images / m_dataset.samples[i].path);
        QVERIFY(decoded.has_value());
        QVERIFY(image::preprocess(*decoded, model.info().preprocess, pixels).has_value());
        const auto row = encoder.encode(pixels, 1);
        QVERIFY(std::ranges::equal(row->embeddings.row(0), set->embeddings.row(i)));
        QVERIFY(std::ranges::equal(row->projected.row(0), set->projected.row(i)));
        QCOMPARE(set->paths[i], m_dataset.samples[i].path);
        QCOMPARE(set->labels[i], m_dataset.samples[i].label);
    }
}

void TestExtract::workersAndTimingDoNotMatter_data() {
    QTest::addColumn<int>("deviceCount");
    QTest::addColumn<int>("decoders");
    QTest::addColumn<int>("late");  // the device that gets its first batch back last
    QTest::newRow("one") << 1 << 1 << -1;
    QTest::newRow("two, first late") << 2 << 3 << 0;
    QTest::newRow("two, second late") << 2 << 1 << 1;
    QTest::newRow("four, third late") << 4 << 8 << 2;
    QTest::newRow("more devices than batches") << 16 << 2 << 3;
}

void TestExtract::workersAndTimingDoNotMatter() {
    QFETCH(int, deviceCount);
    QFETCH(int, decoders);
    QFETCH(int, late);
    const EmbeddingSet expected = uninterrupted();
    constexpr int kBatches = (kImages + 3) / 4;
    FakeModel model;
    model.behaviour().showBatch = true;
    Gate othersAreDone;
    std::atomic<int> byOthers{0};
    model.behaviour().onEncode = [&](const FakeBehaviour::Call& call) -> Status {
        if (call.device.index == late)
            othersAreDone.wait(call.stop);
        else if (++byOthers >= kBatches - 1)  // the late one holds at most one
            othersAreDone.open();
        return {};
    };
    ExtractOptions options = m_options;
    options.devices = devices(deviceCount);
    options.decoderThreads = decoders;
    const auto set = run(model, options, m_root / "ws");
    QVERIFY2(set.has_value(), set ? "" : set.error().message.c_str());
    QVERIFY(sameSet(*set, expected));
    QCOMPARE(model.behaviour().calls.load(), kBatches);
    QCOMPARE(model.behaviour().loads.load(), deviceCount);
}

void TestExtract::noProjection() {
    FakeModel model(8, 5, 0);
    const auto set = run(model, m_options, m_root);
    QVERIFY2(set.has_value(), set ? "" : set.error().message.c_str());
    QVERIFY(set->projected.empty());
    QCOMPARE(set->embeddings.cols(), std::size_t(5));
    QCOMPARE(set->size(), std::size_t(kImages));
}

void TestExtract::reuseDoesNotTouchTheModel() {
    FakeModel model;
    const auto first = run(model, m_options, m_root);
    QVERIFY(first.has_value());
    const int calls = model.behaviour().calls;
    ExtractOptions other = m_options;
    other.batchSize = 7;
    other.decoderThreads = 1;
    other.computeThreads = 3;
    other.devices = devices(2);
    const auto second = run(model, other, m_root);
    QVERIFY(second.has_value());
    QVERIFY(sameSet(*first, *second));
    QCOMPARE(model.behaviour().calls.load(), calls);
    QCOMPARE(model.behaviour().loads.load(), 1);
    QVERIFY(second->provenance == first->provenance);
    QVERIFY(!fs::exists(partialOf(m_root)));
}

void TestExtract::reuseFollowsAMovedFolder() {
    FakeModel model;
    const auto first = run(model, m_options, m_root / "ws");
    QVERIFY(first.has_value());
    fs::copy(m_images, m_root / "moved", fs::copy_options::recursive);
    data::Dataset moved = m_dataset;  // the same list of paths, sizes and times
    moved.root = m_root / "moved";
    moved.name = "moved";
    const auto second = extract(model, moved, m_options, m_root / "ws", {}, {});
    QVERIFY(second.has_value());
    QVERIFY(sameSet(*first, *second));
    QCOMPARE(second->datasetRoot, moved.root);
    QCOMPARE(second->datasetName, std::string("moved"));
    QCOMPARE(model.behaviour().loads.load(), 1);
}

void TestExtract::keyNamesWhatMatters() {
    std::set<std::string> keys{m_key};
    const auto isNew = [&](const Result<EmbeddingSet>& set) { return set.has_value() && keys.insert(set->key).second; };
    FakeModel other;
    other.setIdentity("other weights");
    QVERIFY(isNew(run(other, m_options, m_root)));
    FakeModel squashed;
    squashed.mutableInfo().preprocess.mode = image::ResizeMode::Squash;
    QVERIFY(isNew(run(squashed, m_options, m_root)));
    FakeModel model;
    ExtractOptions half = m_options;
    half.precision = model::Precision::Bf16;
    QVERIFY(isNew(run(model, half, m_root)));
    data::Dataset touched = m_dataset;
    ++touched.samples[5].modifiedNs;
    QVERIFY(isNew(extract(model, touched, m_options, m_root, {}, {})));
    data::Dataset shorter = m_dataset;
    shorter.samples.pop_back();
    QVERIFY(isNew(extract(model, shorter, m_options, m_root, {}, {})));
    QVERIFY(!isNew(run(model, m_options, m_root)));
}

void TestExtract::cancelThenResume() {
    const EmbeddingSet expected = uninterrupted();
    FakeModel model;
    model.behaviour().showBatch = true;
    Gate reached;
    Gate never;
    model.behaviour().onEncode = [&](const FakeBehaviour::Call& call) -> Status {
        if (call.number < 5) return {};
        reached.open();
        never.wait(call.stop);  // a slow encoder: only the stop gets it out
        return cancelled();
    };
    std::stop_source stop;
    std::jthread user([&] {
        reached.wait();
        stop.request_stop();
    });
    const auto stopped = run(model, m_options, m_root, stop.get_token());
    user.join();
    QVERIFY(!stopped);
    QVERIFY2(stopped.error().code == ErrorCode::Cancelled, stopped.error().message.c_str());
    QVERIFY(!fs::exists(m_root / m_key));

    FakeModel again;
    again.behaviour().showBatch = true;
    std::vector<Progress> reports;
    const auto set = run(again, m_options, m_root, {}, [&](const Progress& p) { reports.push_back(p); });
    QVERIFY2(set.has_value(), set ? "" : set.error().message.c_str());
    QVERIFY(sameSet(*set, expected));
    QCOMPARE(again.behaviour().calls.load(), 11 - 5);
    QCOMPARE(reports.front().done, std::uint64_t(5 * 4));
    QVERIFY(!fs::exists(partialOf(m_root)));
}

void TestExtract::cancelBeforeStart() {
    FakeModel model;
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = run(model, m_options, m_root, stop.get_token());
    QVERIFY(!stopped);
    QVERIFY(stopped.error().code == ErrorCode::Cancelled);
    QVERIFY(fs::is_empty(m_root));
    interrupt(0, m_root);  // in the very first batch: nothing worth keeping
    QVERIFY(fs::is_empty(m_root));
}

void TestExtract::resumeKeepsTheBatchSize() {
    const EmbeddingSet expected = uninterrupted();
    interrupt(4, m_root / "ws");
    FakeModel model;
    model.behaviour().showBatch = true;
    ExtractOptions options = m_options;
    options.batchSize = 7;
    options.devices = devices(3);
    const auto set = run(model, options, m_root / "ws");
    QVERIFY(set.has_value());
    QVERIFY(sameSet(*set, expected));
    QCOMPARE(set->provenance.at("batch_size").get<int>(), 4);
}

void TestExtract::killAtAnyByteOfTheJournal() {
    const EmbeddingSet expected = uninterrupted();
    interrupt(9, m_root / "killed");
    const std::string journal = *readTextFile(partialOf(m_root / "killed") / "journal");
    QVERIFY(std::ranges::count(journal, '\n') >= 8);
    for (std::size_t length = 0; length <= journal.size(); length += length % 5 == 0 ? 1 : 24) {
        const fs::path store = m_root / std::to_string(length);
        fs::copy(m_root / "killed", store, fs::copy_options::recursive);
        writeText(partialOf(store) / "journal", std::string_view(journal).substr(0, length));
        FakeModel model;
        model.behaviour().showBatch = true;
        const auto set = run(model, m_options, store);
        QVERIFY2(set.has_value(), set ? "" : set.error().message.c_str());
        QVERIFY2(sameSet(*set, expected), std::to_string(length).c_str());
        const auto whole = std::ranges::count(journal.substr(0, length), '\n');
        QCOMPARE(model.behaviour().calls.load(), 11 - static_cast<int>(whole));
        fs::remove_all(store);
    }
}

void TestExtract::damagedPartialIsNotTrusted_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("place");    // byte to flip; -1: cut by one byte; -2: removed; -3: garbage
    QTest::addColumn<int>("batches");  // that must be done again at least
    QTest::newRow("row of the first batch") << "embeddings.f32" << 3 << 3;
    QTest::newRow("row of the second batch") << "projected.f32" << 4 * 4 * 4 + 1 << 3;
    QTest::newRow("rows cut") << "embeddings.f32" << -1 << 11;
    QTest::newRow("rows gone") << "projected.f32" << -2 << 11;
    QTest::newRow("rows garbage") << "embeddings.f32" << -3 << 11;
    QTest::newRow("first line") << "journal" << 40 << 11;
    QTest::newRow("journal gone") << "journal" << -2 << 11;
    QTest::newRow("journal garbage") << "journal" << -3 << 11;
    QTest::newRow("plan cut") << "plan.json" << -1 << 11;
    QTest::newRow("plan of another key") << "plan.json" << 60 << 11;
    QTest::newRow("plan gone") << "plan.json" << -2 << 11;
    QTest::newRow("plan garbage") << "plan.json" << -3 << 11;
}

void TestExtract::damagedPartialIsNotTrusted() {
    QFETCH(QString, file);
    QFETCH(int, place);
    QFETCH(int, batches);
    const EmbeddingSet expected = uninterrupted();
    interrupt(9, m_root / "ws");
    const fs::path damaged = partialOf(m_root / "ws") / file.toStdString();
    std::string bytes = *readTextFile(damaged);
    if (place >= 0) bytes[static_cast<std::size_t>(place)] ^= 1;
    if (place == -1) bytes.pop_back();
    if (place == -3) bytes = std::string(5000, '{');
    writeText(damaged, bytes);
    if (place == -2) fs::remove(damaged);
    FakeModel model;
    model.behaviour().showBatch = true;
    const auto set = run(model, m_options, m_root / "ws");
    QVERIFY2(set.has_value(), set ? "" : set.error().message.c_str());
    QVERIFY(sameSet(*set, expected));
    QCOMPARE(model.behaviour().calls.load(), batches);
}

void TestExtract::aFileInPlaceOfThePartialFolder() {
    writeText(partialOf(m_root), "mine");
    FakeModel model;
    const auto set = run(model, m_options, m_root);
    QVERIFY(!set);
    QVERIFY(set.error().message.find(m_key) != std::string::npos);
    QCOMPARE(*readTextFile(partialOf(m_root)), std::string("mine"));
}

void TestExtract::badFilesAreSkippedAndRecorded() {
    const EmbeddingSet clean = uninterrupted();
    fs::copy(m_images, m_root / "images", fs::copy_options::recursive);
    writeText(m_root / "images" / m_dataset.samples[5].path, "this is no image");
    writeText(m_root / "images" / m_dataset.samples[6].path, "");
    fs::resize_file(m_root / "images" / m_dataset.samples[20].path, 60);
    data::Dataset dataset = *data::openFolder(m_root / "images");
    fs::remove(m_root / "images" / m_dataset.samples[42].path);  // after it was listed
    FakeModel model;
    model.behaviour().showBatch = true;
    const auto set = extract(model, dataset, m_options, m_root / "ws", {}, {});
    QVERIFY2(set.has_value(), set ? "" : set.error().message.c_str());
    QCOMPARE(set->size(), std::size_t(kImages - 4));
    QCOMPARE(set->unreadable.size(), std::size_t(4));
    const std::vector<std::size_t> bad{5, 6, 20, 42};
    for (std::size_t b = 0; b < bad.size(); ++b) {
        QCOMPARE(set->unreadable[b].path, dataset.samples[bad[b]].path);
        QVERIFY(!set->unreadable[b].reason.empty());
        QVERIFY(!set->unreadable[b].reason.starts_with(dataset.root.string()));
    }
    for (std::size_t i = 0, row = 0; i < dataset.samples.size(); ++i) {
        if (std::ranges::count(bad, i) > 0) continue;
        QCOMPARE(set->paths[row], dataset.samples[i].path);
        // All but the mark of the batch, and that one too where no image of the batch is bad: nothing has moved.
        const std::size_t same = i / 4 == 1 || i / 4 == 5 || i / 4 == 10 ? 5 : 6;
        QVERIFY(std::ranges::equal(set->embeddings.row(row).first(same), clean.embeddings.row(i).first(same)));
        QVERIFY(std::ranges::equal(set->projected.row(row), clean.projected.row(i)));
        ++row;
    }
    const auto again = extract(model, dataset, m_options, m_root / "ws", {}, {});
    QVERIFY(sameSet(*set, *again));
    QCOMPARE(again->unreadable[2].path, dataset.samples[20].path);
    QCOMPARE(model.behaviour().loads.load(), 1);
    ExtractOptions strict = m_options;
    strict.maxUnreadableShare = 0.05;
    QVERIFY(!extract(model, dataset, strict, m_root / "ws", {}, {}).has_value());
}

void TestExtract::tooManyBadFilesFail() {
    fs::copy(m_images, m_root / "images", fs::copy_options::recursive);
    for (std::size_t i = 0; i < 10; ++i)
        writeText(m_root / "images" / m_dataset.samples[i].path, "no image");
    data::Dataset dataset = *data::openFolder(m_root / "images");
    FakeModel model;
    const auto set = extract(model, dataset, m_options, m_root / "ws", {}, {});
    QVERIFY(!set);
    QVERIFY(set.error().code == ErrorCode::BadFile);
    QVERIFY2(set.error().message.find("of 43 images cannot be read, more than the 10 % allowed") != std::string::npos,
             set.error().message.c_str());
    // Which of them were met by then depends on timing.
    const auto named = [&](std::size_t i) {
        return set.error().message.find("for example " + dataset.samples[i].path + ": ") != std::string::npos;
    };
    int examples = 0;
    for (std::size_t i = 0; i < 10; ++i)
        examples += named(i) ? 1 : 0;
    QVERIFY2(examples == 1, set.error().message.c_str());
    QVERIFY(model.behaviour().calls < 11);  // as soon as it is certain
    ExtractOptions tolerant = m_options;
    tolerant.maxUnreadableShare = 0.5;
    QCOMPARE(extract(model, dataset, tolerant, m_root / "ws", {}, {})->unreadable.size(), std::size_t(10));
    for (const data::Sample& sample : dataset.samples)
        writeText(m_root / "images" / sample.path, "no image");
    dataset = *data::openFolder(m_root / "images");
    tolerant.maxUnreadableShare = 1;
    QVERIFY(!extract(model, dataset, tolerant, m_root / "ws", {}, {}).has_value());
}

void TestExtract::unreachableFileIsTriedAgain() {
    const EmbeddingSet expected = uninterrupted();
    const fs::path missing = m_images / m_dataset.samples[2].path;
    fs::rename(missing, m_root / "aside");
    interrupt(6, m_root / "ws");
    fs::rename(m_root / "aside", missing);
    FakeModel model;
    model.behaviour().showBatch = true;
    const auto set = run(model, m_options, m_root / "ws");
    QVERIFY(set.has_value());
    QVERIFY(sameSet(*set, expected));
    QVERIFY(set->unreadable.empty());
}

void TestExtract::outOfMemoryHalvesTheBatch() {
    FakeModel plain;
    const auto expected = run(plain, m_options, m_root / "a");
    FakeModel model;
    std::atomic<int> refused{0};
    model.behaviour().onEncode = [&](const FakeBehaviour::Call& call) -> Status {
        if (call.count <= 1) return {};
        ++refused;
        return fail(ErrorCode::OutOfMemory, "out of memory");
    };
    const auto set = run(model, m_options, m_root / "b");
    QVERIFY2(set.has_value(), set ? "" : set.error().message.c_str());
    QVERIFY(sameSet(*set, *expected));
    QCOMPARE(refused.load(), 2);  // 4 → 2 → 1, and it stays there
    FakeModel hopeless;
    hopeless.behaviour().onEncode = [](const FakeBehaviour::Call&) -> Status {
        return fail(ErrorCode::OutOfMemory, "out of memory");
    };
    const auto failed = run(hopeless, m_options, m_root / "c");
    QVERIFY(!failed);
    QVERIFY(failed.error().code == ErrorCode::OutOfMemory);
    QVERIFY(fs::is_empty(m_root / "c"));
}

void TestExtract::failuresEndTheRun_data() {
    QTest::addColumn<int>("how");
    QTest::addColumn<QString>("message");
    QTest::newRow("error") << 0 << "cuda:1: the device is lost";
    QTest::newRow("exception") << 1 << "a worker failed: boom";
    QTest::newRow("no exception class") << 2 << "a worker failed for an unknown reason";
    QTest::newRow("memory") << 3 << "not enough memory";
}

void TestExtract::failuresEndTheRun() {
    QFETCH(int, how);
    QFETCH(QString, message);
    const EmbeddingSet expected = uninterrupted();
    FakeModel model;
    model.behaviour().showBatch = true;
    Gate someAreDone;
    Gate never;
    std::atomic<int> byOthers{0};
    model.behaviour().onEncode = [&](const FakeBehaviour::Call& call) -> Status {
        if (call.device.index != 1) {
            if (++byOthers > 4) {
                someAreDone.open();
                never.wait(call.stop);  // the failure must wake the others
            }
            return {};
        }
        someAreDone.wait(call.stop);
        if (how == 0) return fail(ErrorCode::Device, "the device is lost");
        if (how == 1) throw std::runtime_error("boom");
        if (how == 2) throw 42;
        throw std::bad_alloc();
    };
    ExtractOptions options = m_options;
    options.devices = devices(2);
    const auto failed = run(model, options, m_root / "ws");
    QVERIFY(!failed);
    QVERIFY2(failed.error().message.starts_with(message.toStdString()), failed.error().message.c_str());
    QVERIFY(failed.error().code != ErrorCode::Cancelled);
    FakeModel good;
    good.behaviour().showBatch = true;
    const auto set = run(good, m_options, m_root / "ws");
    QVERIFY(set.has_value());
    QVERIFY(sameSet(*set, expected));
    QCOMPARE(good.behaviour().calls.load(), 11 - 4);
}

void TestExtract::modelThatDoesNotLoad() {
    FakeModel model;
    model.behaviour().onLoad = [](model::Device device) -> Status {
        return device.index == 1 ? Status(fail(ErrorCode::Device, "cuda:1: no such device")) : Status();
    };
    ExtractOptions options = m_options;
    options.devices = devices(2);
    const auto set = run(model, options, m_root / "ws");
    QVERIFY(!set);
    QCOMPARE(set.error().message, std::string("cuda:1: no such device"));
    QVERIFY(!fs::exists(m_root / "ws"));
    model.behaviour().onLoad = [](model::Device) -> Status { throw std::runtime_error("boom"); };
    QVERIFY(!run(model, options, m_root / "ws").has_value());
}

void TestExtract::fullDiskAtAnyByte() {
    const EmbeddingSet expected = uninterrupted();
    int failures = 0;
    for (rlim_t limit = 0; limit < 6000; limit += 119) {
        const fs::path store = m_root / ("full" + std::to_string(limit));
        FakeModel model;
        model.behaviour().showBatch = true;
        std::optional<Result<EmbeddingSet>> set;
        {
            const FileSizeLimit full(limit);
            set = run(model, m_options, store);
        }
        if (!*set) {
            ++failures;
            const std::string& message = set->error().message;
            QVERIFY2(set->error().code == ErrorCode::Io, message.c_str());
            QVERIFY2(message.find(store.string()) != std::string::npos, message.c_str());
            QVERIFY2(message.find("File too large") != std::string::npos, message.c_str());
            QVERIFY(!fs::exists(store / m_key));
            FakeModel again;
            again.behaviour().showBatch = true;
            set = run(again, m_options, store);
            // Whatever was kept is not done twice.
            QVERIFY(again.behaviour().calls <= 11);
        }
        QVERIFY2(set->has_value(), std::to_string(limit).c_str());
        QVERIFY2(sameSet(**set, expected), std::to_string(limit).c_str());
        fs::remove_all(store);
    }
    QVERIFY(failures > 5 && failures < 51);  // both ends of the range were reached
}

void TestExtract::readOnlyStore() {
    fs::create_directories(m_root / "ws");
    fs::permissions(m_root / "ws", fs::perms::owner_read | fs::perms::owner_exec);
    if (::access((m_root / "ws").c_str(), W_OK) == 0) QSKIP("root may write everywhere");
    FakeModel model;
    const auto set = run(model, m_options, m_root / "ws");
    fs::permissions(m_root / "ws", fs::perms::owner_all);
    QVERIFY(!set);
    QVERIFY(set.error().code == ErrorCode::Io);
    QVERIFY(set.error().message.find((m_root / "ws").string()) != std::string::npos);
    QCOMPARE(model.behaviour().calls.load(), 0);
}

void TestExtract::twoRunsMakeItOnce() {
    const EmbeddingSet expected = uninterrupted();
    FakeModel model;
    model.behaviour().showBatch = true;
    Gate begun;
    Gate goOn;
    model.behaviour().onEncode = [&](const FakeBehaviour::Call& call) -> Status {
        begun.open();
        if (call.number == 3) goOn.wait(call.stop);
        return {};
    };
    std::optional<Result<EmbeddingSet>> first;
    std::jthread runner([&] { first = run(model, m_options, m_root / "ws"); });
    begun.wait();
    bool waited = false;
    const auto second = run(model, m_options, m_root / "ws", {}, [&](const Progress& progress) {
        waited = waited || progress.stage.starts_with("waiting");
        if (waited) goOn.open();
    });
    goOn.open();
    runner.join();
    QVERIFY(waited);
    QVERIFY(first && first->has_value() && second.has_value());
    QVERIFY(sameSet(**first, expected));
    QVERIFY(sameSet(*second, expected));
    QCOMPARE(model.behaviour().images.load(), kImages);
    QCOMPARE(std::distance(fs::directory_iterator(m_root / "ws"), fs::directory_iterator()), 1);
}

void TestExtract::damagedFinishedSetIsMadeAgain_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<bool>("removed");
    QTest::newRow("data cut") << "embeddings.safetensors" << false;
    QTest::newRow("data gone") << "embeddings.safetensors" << true;
    QTest::newRow("meta cut") << "meta.json" << false;
    QTest::newRow("meta gone") << "meta.json" << true;
}

void TestExtract::damagedFinishedSetIsMadeAgain() {
    QFETCH(QString, file);
    QFETCH(bool, removed);
    const EmbeddingSet expected = uninterrupted("ws");
    const fs::path damaged = m_root / "ws" / m_key / file.toStdString();
    const std::string bytes = *readTextFile(damaged);
    fs::remove(damaged);  // not cut in place: `expected` shares its mapping
    if (!removed) writeText(damaged, bytes.substr(0, bytes.size() / 2));
    FakeModel model;
    model.behaviour().showBatch = true;
    const auto set = run(model, m_options, m_root / "ws");
    QVERIFY2(set.has_value(), set ? "" : set.error().message.c_str());
    QVERIFY(sameSet(*set, expected));
    QCOMPARE(model.behaviour().calls.load(), 11);
    QCOMPARE(std::distance(fs::directory_iterator(m_root / "ws"), fs::directory_iterator()), 1);
}

void TestExtract::progressGoesUpToTheEnd() {
    FakeModel model;
    ExtractOptions options = m_options;
    options.devices = devices(3);
    options.batchSize = 1;
    std::mutex mutex;
    std::vector<Progress> reports;
    const auto begin = std::chrono::steady_clock::now();
    const auto set = run(model, options, m_root, {}, [&](const Progress& progress) {
        const std::lock_guard lock(mutex);
        reports.push_back(progress);
    });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    QVERIFY(set.has_value());
    QVERIFY(reports.size() >= 2);
    QVERIFY(static_cast<double>(reports.size()) <= 2 + 20 * seconds);
    QCOMPARE(reports.front().done, std::uint64_t(0));
    QCOMPARE(reports.back().done, std::uint64_t(kImages));
    for (std::size_t i = 0; i < reports.size(); ++i) {
        QCOMPARE(reports[i].total, std::uint64_t(kImages));
        QCOMPARE(reports[i].stage, std::string("embedding world"));
        QVERIFY(i == 0 || reports[i].done >= reports[i - 1].done);
    }
}

void TestExtract::badOptions_data() {
    QTest::addColumn<int>("batch");
    QTest::addColumn<int>("threads");
    QTest::addColumn<double>("share");
    QTest::addColumn<int>("deviceCount");  // -1: one of them twice
    QTest::newRow("no batch") << 0 << 1 << 0.1 << 1;
    QTest::newRow("huge batch") << 100000 << 1 << 0.1 << 1;
    QTest::newRow("threads") << 4 << -1 << 0.1 << 1;
    QTest::newRow("share") << 4 << 1 << 1.5 << 1;
    QTest::newRow("share not a number") << 4 << 1 << std::numeric_limits<double>::quiet_NaN() << 1;
    QTest::newRow("no device") << 4 << 1 << 0.1 << 0;
    QTest::newRow("twice") << 4 << 1 << 0.1 << -1;
}

void TestExtract::badOptions() {
    QFETCH(int, batch);
    QFETCH(int, threads);
    QFETCH(double, share);
    QFETCH(int, deviceCount);
    ExtractOptions options;
    options.batchSize = batch;
    options.decoderThreads = threads;
    options.maxUnreadableShare = share;
    options.devices = deviceCount < 0 ? std::vector<model::Device>(2) : devices(deviceCount);
    FakeModel model;
    const auto set = run(model, options, m_root / "ws");
    QVERIFY(!set);
    QVERIFY(set.error().code == ErrorCode::InvalidArgument);
    QVERIFY(!fs::exists(m_root / "ws"));
    data::Dataset empty = m_dataset;
    empty.samples.clear();
    QVERIFY(!extract(model, empty, m_options, m_root / "ws", {}, {}).has_value());
    QCOMPARE(model.behaviour().loads.load(), 0);
}

QTEST_APPLESS_MAIN(TestExtract)
#include "tst_extract.moc"
