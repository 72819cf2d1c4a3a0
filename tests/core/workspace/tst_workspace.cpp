// SPDX-License-Identifier: GPL-3.0-or-later
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "core/base/files.h"
#include "core/embed/file_lock.h"
#include "core/workspace/workspace.h"
#include "support/read_only.h"

using namespace oodscope;
using namespace oodscope::workspace;

namespace {

using WorkspacePtr = std::shared_ptr<Workspace>;

std::string keyOf(int i) {
    std::string digits = std::to_string(i);
    return std::string(32 - digits.size(), 'a') + digits;
}

void writeText(const fs::path& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

/// Makes a file or a folder and all in it look `hours` old.
void setAge(const fs::path& path, int hours) {
    const auto time = fs::file_time_type::clock::now() - std::chrono::hours(hours);
    if (fs::is_directory(path)) {
        for (const auto& entry : fs::recursive_directory_iterator(path))
            fs::last_write_time(entry.path(), time);
    }
    fs::last_write_time(path, time);
}

Artefact embedding(const Workspace& workspace, int i) {
    Artefact artefact;
    artefact.kind = ArtefactKind::Embedding;
    artefact.key = keyOf(i);
    artefact.title = "set " + std::to_string(i);
    artefact.path = workspace.embeddingsFolder() / artefact.key;
    artefact.details = {{"images", i}};
    return artefact;
}

WorkspacePtr openOrDie(const fs::path& folder) {
    auto opened = Workspace::open(folder);
    if (!opened) qFatal("%s", opened.error().message.c_str());
    return *opened;
}

std::vector<std::string> namesBelow(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        names.push_back(entry.path().lexically_relative(folder).string());
    std::ranges::sort(names);
    return names;
}

bool contains(const Error& error, const char* part) {
    return error.message.find(part) != std::string::npos;
}

}  // namespace

class TestWorkspace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_bitsCount = oodscope::testing::obeyPermissionBits(); }
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
        m_root = fs::path(m_dir->path().toStdString());
    }

    void makesItsFoldersAndReopens();
    void recordReplacesByKindAndKey();
    void listIsNewestFirst();
    void oddTextSurvives();
    void pathsFollowAMovedWorkspace();
    void settings();
    void newerSchemaIsRefusedUnchanged();
    void foreignAndBrokenFiles_data();
    void foreignAndBrokenFiles();
    void aFileInPlaceOfTheFolder();
    void openExistingMakesNothing();
    void readOnlyFileIsRefused();
    void readOnlyIsForLooking();
    void readOnlyFollowsWhatOthersWrite();
    void readOnlyAfterAKill();
    void looksAtAFullDisk();
    void damagedPageGivesAnError();
    void threadsShareOneWorkspace();
    void processesOpenAtOnce();
    void waitsForAnotherWriter();
    void checkFindsOrphansAndMissing();
    void garbageKeepsWhatJobsMayNeed();
    void garbageKeepsRowsOutside();

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
    bool m_bitsCount = false;
};

void TestWorkspace::makesItsFoldersAndReopens() {
    const fs::path folder = m_root / "deep" / "ws";
    {
        const WorkspacePtr workspace = openOrDie(folder);
        QVERIFY(fs::is_regular_file(folder / "workspace.sqlite"));
        QVERIFY(fs::is_directory(workspace->embeddingsFolder()));
        QVERIFY(fs::is_directory(workspace->probesFolder()));
        QVERIFY(fs::is_directory(workspace->evaluationsFolder()));
        QVERIFY(workspace->record(embedding(*workspace, 1)).has_value());
    }
    const WorkspacePtr again = openOrDie(folder);
    const auto found = again->find(ArtefactKind::Embedding, keyOf(1));
    QVERIFY(found && *found);
    QCOMPARE((*found)->title, std::string("set 1"));
    QCOMPARE((*found)->path, again->embeddingsFolder() / keyOf(1));
    QCOMPARE((*found)->details.at("images").get<int>(), 1);
    QVERIFY((*found)->createdMs > 0);
    QVERIFY(!again->find(ArtefactKind::Probe, keyOf(1))->has_value());
    QVERIFY(!again->find(ArtefactKind::Embedding, keyOf(2))->has_value());
    QVERIFY(!Workspace::open(fs::path()).has_value());
}

void TestWorkspace::recordReplacesByKindAndKey() {
    const WorkspacePtr workspace = openOrDie(m_root);
    Artefact artefact = embedding(*workspace, 1);
    QVERIFY(workspace->record(artefact).has_value());
    artefact.title = "renamed";
    QVERIFY(workspace->record(artefact).has_value());
    artefact.kind = ArtefactKind::Probe;
    QVERIFY(workspace->record(artefact).has_value());
    QCOMPARE(workspace->list(ArtefactKind::Embedding)->size(), std::size_t(1));
    QCOMPARE(workspace->list(ArtefactKind::Embedding)->front().title, std::string("renamed"));
    QVERIFY(workspace->remove(ArtefactKind::Embedding, artefact.key).has_value());
    QVERIFY(workspace->list(ArtefactKind::Embedding)->empty());
    QCOMPARE(workspace->list(ArtefactKind::Probe)->size(), std::size_t(1));
    artefact.key.clear();
    QVERIFY(!workspace->record(artefact).has_value());
}

void TestWorkspace::listIsNewestFirst() {
    const WorkspacePtr workspace = openOrDie(m_root);
    for (const int i : {2, 9, 4}) {
        Artefact artefact = embedding(*workspace, i);
        artefact.createdMs = 1000 * i;
        QVERIFY(workspace->record(artefact).has_value());
    }
    const auto rows = workspace->list(ArtefactKind::Embedding);
    QCOMPARE(rows->size(), std::size_t(3));
    QCOMPARE((*rows)[0].key, keyOf(9));
    QCOMPARE((*rows)[1].key, keyOf(4));
    QCOMPARE((*rows)[2].createdMs, std::int64_t(2000));
}

void TestWorkspace::oddTextSurvives() {
    const WorkspacePtr workspace = openOrDie(m_root);
    Artefact artefact;
    artefact.kind = ArtefactKind::Dataset;
    artefact.key = "k'; DROP TABLE artefact; --";
    artefact.title = "Größe „x“";
    artefact.path = fs::path("/data/latin-\xe9");  // not UTF-8: a legal file name all the same
    artefact.details = {{"name", "bad \xff utf-8"}};
    const Status recorded = workspace->record(artefact);
    QVERIFY2(recorded.has_value(), recorded ? "" : recorded.error().message.c_str());
    const auto found = workspace->find(ArtefactKind::Dataset, artefact.key);
    QVERIFY(found && *found);
    QCOMPARE((*found)->title, artefact.title);
    QCOMPARE((*found)->path, artefact.path);
    artefact.path.clear();
    artefact.details = nullptr;
    QVERIFY(workspace->record(artefact).has_value());
    QVERIFY((*workspace->find(ArtefactKind::Dataset, artefact.key))->path.empty());
    QVERIFY((*workspace->find(ArtefactKind::Dataset, artefact.key))->details.is_object());
}

void TestWorkspace::pathsFollowAMovedWorkspace() {
    {
        const WorkspacePtr workspace = openOrDie(m_root / "old");
        QVERIFY(workspace->record(embedding(*workspace, 1)).has_value());
        Artefact outside = embedding(*workspace, 2);
        outside.path = "/data/images";
        QVERIFY(workspace->record(outside).has_value());
    }
    fs::rename(m_root / "old", m_root / "new");
    const WorkspacePtr workspace = openOrDie(m_root / "new");
    QCOMPARE((*workspace->find(ArtefactKind::Embedding, keyOf(1)))->path, workspace->embeddingsFolder() / keyOf(1));
    QCOMPARE((*workspace->find(ArtefactKind::Embedding, keyOf(2)))->path, fs::path("/data/images"));
}

void TestWorkspace::settings() {
    const WorkspacePtr workspace = openOrDie(m_root);
    QVERIFY(!workspace->setting("layout")->has_value());
    const std::string bytes("a\0b\xff", 4);
    QVERIFY(workspace->setSetting("layout", bytes).has_value());
    QVERIFY(**workspace->setting("layout") == bytes);
    QVERIFY(workspace->setSetting("layout", "").has_value());
    QVERIFY(workspace->setting("layout")->has_value());
    QVERIFY((*workspace->setting("layout"))->empty());
}

void TestWorkspace::newerSchemaIsRefusedUnchanged() {
    { openOrDie(m_root); }
    const fs::path file = m_root / "workspace.sqlite";
    {
        SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
        database.exec("PRAGMA user_version=7");
    }
    const auto before = readTextFile(file);
    const auto opened = Workspace::open(m_root);
    QVERIFY(!opened);
    QCOMPARE(opened.error().message, fs::canonical(file).string() +
                                         " was made by a newer OODscope (schema 7, this program knows 1); "
                                         "nothing was changed");
    QVERIFY(*readTextFile(file) == *before);
}

void TestWorkspace::foreignAndBrokenFiles_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("short text") << QByteArray("hello");
    QTest::newRow("long text") << QByteArray(10000, 'x');
    QTest::newRow("zeros") << QByteArray(8192, '\0');
    QTest::newRow("cut header") << QByteArray("SQLite format 3\0", 16);
}

void TestWorkspace::foreignAndBrokenFiles() {
    QFETCH(QByteArray, bytes);
    const fs::path file = m_root / "workspace.sqlite";
    writeText(file, bytes.toStdString());
    const auto opened = Workspace::open(m_root);
    QVERIFY(!opened);
    QVERIFY2(opened.error().code == ErrorCode::BadFile, opened.error().message.c_str());
    QVERIFY2(contains(opened.error(), "workspace.sqlite"), opened.error().message.c_str());
    QVERIFY(*readTextFile(file) == bytes.toStdString());

    fs::remove(file);
    {
        SQLite::Database other(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        other.exec("CREATE TABLE photos(name TEXT)");
    }
    const auto foreign = Workspace::open(m_root);
    QVERIFY(!foreign);
    QVERIFY2(contains(foreign.error(), "another program"), foreign.error().message.c_str());
}

void TestWorkspace::aFileInPlaceOfTheFolder() {
    writeText(m_root / "ws", "x");
    const auto opened = Workspace::open(m_root / "ws");
    QVERIFY(!opened);
    QVERIFY(contains(opened.error(), (m_root / "ws").c_str()));
}

void TestWorkspace::readOnlyFileIsRefused() {
    { openOrDie(m_root); }
    if (!m_bitsCount) QSKIP("root may write everywhere here");
    fs::permissions(m_root / "workspace.sqlite", fs::perms::owner_read);
    const auto opened = Workspace::open(m_root);
    QVERIFY(!opened);
    QCOMPARE(opened.error().message, fs::canonical(m_root).string() +
                                         ": the workspace is read-only (workspace.sqlite: Permission denied); "
                                         "choose one that you may write to");
    QVERIFY(Workspace::openExisting(m_root).has_value());
}

void TestWorkspace::openExistingMakesNothing() {
    fs::create_directory(m_root / "empty");
    writeText(m_root / "photos" / "cat.jpg", "x");
    writeText(m_root / "file", "x");
    for (const char* name : {"nowhere", "nowhere/below", "empty", "photos"}) {
        const auto opened = Workspace::openExisting(m_root / name);
        QVERIFY(!opened);
        QVERIFY2(opened.error().code == ErrorCode::NotFound, opened.error().message.c_str());
        QVERIFY2(contains(opened.error(), (m_root / name).c_str()), opened.error().message.c_str());
    }
    QCOMPARE(Workspace::openExisting(m_root / "file").error().code, ErrorCode::InvalidArgument);
    QCOMPARE(Workspace::openExisting({}).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(namesBelow(m_root), (std::vector<std::string>{"empty", "file", "photos", "photos/cat.jpg"}));
    { openOrDie(m_root / "ws"); }
    const auto opened = Workspace::openExisting(m_root / "ws");
    QVERIFY(opened && (*opened)->writable());
    QVERIFY((*opened)->setSetting("a", "b").has_value());
}

void TestWorkspace::readOnlyIsForLooking() {
    if (!m_bitsCount) QSKIP("root may write everywhere here");
    const fs::path folder = m_root / "a#b?c%20d ü";  // all that means something in SQLite's URIs
    {
        const WorkspacePtr made = openOrDie(folder);
        QVERIFY(made->record(embedding(*made, 1)).has_value());
        QVERIFY(made->setSetting("view", "x").has_value());
    }
    const auto before = namesBelow(folder);
    const oodscope::testing::ReadOnlyFolder readOnly(folder);
    QVERIFY(!Workspace::open(folder).has_value());
    const auto opened = Workspace::openExisting(folder);
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
    Workspace& workspace = **opened;
    QCOMPARE(workspace.list(ArtefactKind::Embedding)->size(), std::size_t(1));
    QCOMPARE(workspace.findByPrefix(keyOf(1))->title, std::string("set 1"));
    QCOMPARE(**workspace.setting("view"), std::string("x"));
    QVERIFY(workspace.check().has_value());
    const std::string refused = fs::canonical(folder).string() +
                                ": the workspace is read-only (Permission denied); choose one that you may write to";
    QCOMPARE(workspace.record(embedding(workspace, 2)).error().message, refused);
    QCOMPARE(workspace.remove(ArtefactKind::Embedding, keyOf(1)).error().message, refused);
    QCOMPARE(workspace.setSetting("view", "y").error().message, refused);
    QCOMPARE(workspace.collectGarbage().error().message, refused);
    QCOMPARE(workspace.writable().error().message, refused);
    QCOMPARE(namesBelow(folder), before);
}

void TestWorkspace::readOnlyFollowsWhatOthersWrite() {
    if (!m_bitsCount) QSKIP("root may write everywhere here");
    { openOrDie(m_root); }
    WorkspacePtr looking;
    {
        const oodscope::testing::ReadOnlyFolder readOnly(m_root);
        looking = Workspace::openExisting(m_root).value();
        QVERIFY(looking->list(ArtefactKind::Embedding)->empty());
    }
    WorkspacePtr owner = openOrDie(m_root);
    QVERIFY(owner->record(embedding(*owner, 1)).has_value());
    {
        const oodscope::testing::ReadOnlyFolder readOnly(m_root);
        QCOMPARE(looking->list(ArtefactKind::Embedding)->size(), std::size_t(1));  // in the -wal of the owner
    }
    QVERIFY(owner->record(embedding(*owner, 2)).has_value());
    owner.reset();
    const oodscope::testing::ReadOnlyFolder readOnly(m_root);
    QVERIFY(!fs::exists(m_root / "workspace.sqlite-wal"));
    QCOMPARE(looking->list(ArtefactKind::Embedding)->size(), std::size_t(2));
}

void TestWorkspace::readOnlyAfterAKill() {
    if (!m_bitsCount) QSKIP("root may write everywhere here");
    { openOrDie(m_root); }
    const pid_t pid = ::fork();
    QVERIFY(pid >= 0);
    if (pid == 0) {
        const WorkspacePtr workspace = openOrDie(m_root);
        ::_exit(workspace->record(embedding(*workspace, 1)) ? 0 : 1);  // not closed
    }
    int status = 0;
    QCOMPARE(::waitpid(pid, &status, 0), pid);
    QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    QVERIFY(fs::file_size(m_root / "workspace.sqlite-wal") > 0);
    {
        const oodscope::testing::ReadOnlyFolder readOnly(m_root);
        const auto opened = Workspace::openExisting(m_root);
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        QCOMPARE((*opened)->list(ArtefactKind::Embedding)->size(), std::size_t(1));
    }
    // Half a copy: an older state must not pass for the newest.
    fs::remove(m_root / "workspace.sqlite-shm");
    const oodscope::testing::ReadOnlyFolder readOnly(m_root);
    const auto opened = Workspace::openExisting(m_root);
    QVERIFY(!opened);
    QVERIFY2(contains(opened.error(), "workspace.sqlite-wal: holds changes"), opened.error().message.c_str());
}

/// Stands in for a full disk: no file may become longer than nothing.
void TestWorkspace::looksAtAFullDisk() {
    {
        const WorkspacePtr workspace = openOrDie(m_root);
        QVERIFY(workspace->record(embedding(*workspace, 1)).has_value());
    }
    const pid_t pid = ::fork();
    QVERIFY(pid >= 0);
    if (pid == 0) {
        const rlimit nothing{0, 0};
        if (std::signal(SIGXFSZ, SIG_IGN) == SIG_ERR || ::setrlimit(RLIMIT_FSIZE, &nothing) != 0) ::_exit(9);
        if (Workspace::open(m_root)) ::_exit(1);
        const auto opened = Workspace::openExisting(m_root);
        if (!opened) ::_exit(2);
        if ((*opened)->list(ArtefactKind::Embedding).value().size() != 1) ::_exit(3);
        ::_exit((*opened)->writable() || (*opened)->setSetting("a", "b") ? 4 : 0);
    }
    int status = 0;
    QCOMPARE(::waitpid(pid, &status, 0), pid);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
    const WorkspacePtr later = openOrDie(m_root);  // what was tried left nothing in the way
    QVERIFY(later->setSetting("a", "b").has_value());
}

void TestWorkspace::damagedPageGivesAnError() {
    {
        const WorkspacePtr workspace = openOrDie(m_root);
        for (int i = 0; i < 200; ++i)
            QVERIFY(workspace->record(embedding(*workspace, i)).has_value());
    }
    const fs::path file = m_root / "workspace.sqlite";
    std::string bytes = *readTextFile(file);
    QVERIFY(bytes.size() > 3 * 4096);
    std::fill(bytes.begin() + 4096, bytes.end(), '\x5a');  // the first page, with the schema, stays
    writeText(file, bytes);
    const auto opened = Workspace::open(m_root);
    if (!opened) {
        QVERIFY(contains(opened.error(), "workspace.sqlite"));
        return;
    }
    const auto rows = (*opened)->list(ArtefactKind::Embedding);
    QVERIFY(!rows);
    QVERIFY2(rows.error().code == ErrorCode::BadFile, rows.error().message.c_str());
}

void TestWorkspace::threadsShareOneWorkspace() {
    constexpr int kThreads = 4;
    constexpr int kEach = 50;
    const WorkspacePtr shared = openOrDie(m_root);
    const WorkspacePtr second = openOrDie(m_root);  // as another window would
    std::atomic<int> failures{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < kThreads; ++t) {
            threads.emplace_back([&, t] {
                Workspace& workspace = t % 2 == 0 ? *shared : *second;
                for (int i = 0; i < kEach; ++i) {
                    if (!workspace.record(embedding(workspace, t * kEach + i))) ++failures;
                    if (!workspace.list(ArtefactKind::Embedding)) ++failures;
                    if (!workspace.setSetting("last", std::to_string(i))) ++failures;
                }
            });
        }
    }
    QCOMPARE(failures.load(), 0);
    QCOMPARE(shared->list(ArtefactKind::Embedding)->size(), std::size_t(kThreads * kEach));
}

void TestWorkspace::processesOpenAtOnce() {
    constexpr int kProcesses = 6;
    int gate[2];
    QVERIFY(::pipe(gate) == 0);
    std::vector<pid_t> children;
    for (int p = 0; p < kProcesses; ++p) {
        const pid_t pid = ::fork();
        QVERIFY(pid >= 0);
        if (pid == 0) {
            char byte = 0;
            ::close(gate[1]);
            if (::read(gate[0], &byte, 1) != 0) ::_exit(3);  // returns when the parent closes its end
            const auto opened = Workspace::open(m_root);
            if (!opened) ::_exit(1);
            for (int i = 0; i < 10; ++i) {
                if (!(*opened)->record(embedding(**opened, p * 10 + i))) ::_exit(2);
            }
            ::_exit(0);
        }
        children.push_back(pid);
    }
    ::close(gate[0]);
    ::close(gate[1]);
    for (const pid_t pid : children) {
        int status = 0;
        QCOMPARE(::waitpid(pid, &status, 0), pid);
        QVERIFY(WIFEXITED(status));
        QCOMPARE(WEXITSTATUS(status), 0);
    }
    QCOMPARE(openOrDie(m_root)->list(ArtefactKind::Embedding)->size(), std::size_t(kProcesses * 10));
}

void TestWorkspace::waitsForAnotherWriter() {
    const WorkspacePtr workspace = openOrDie(m_root);
    SQLite::Database other((m_root / "workspace.sqlite").string(), SQLite::OPEN_READWRITE);
    std::barrier begun(2);
    std::jthread writer([&] {
        SQLite::Transaction transaction(other, SQLite::TransactionBehavior::IMMEDIATE);
        begun.arrive_and_wait();
        other.exec("INSERT INTO setting(name, value) VALUES('other', 'x')");
        transaction.commit();
    });
    begun.arrive_and_wait();
    QVERIFY(workspace->setSetting("mine", "y").has_value());
    writer.join();
    QVERIFY(workspace->setting("other")->has_value());
}

void TestWorkspace::checkFindsOrphansAndMissing() {
    const WorkspacePtr workspace = openOrDie(m_root);
    writeText(workspace->embeddingsFolder() / keyOf(1) / "meta.json", "{}");
    writeText(workspace->embeddingsFolder() / keyOf(2) / "meta.json", "{}");
    writeText(workspace->embeddingsFolder() / keyOf(2) / "embeddings.safetensors", "0123456789");
    writeText(workspace->probesFolder() / (keyOf(3) + ".safetensors"), "abc");
    writeText(workspace->embeddingsFolder() / "my notes.txt", "not ours");
    for (const int i : {1, 4})
        QVERIFY(workspace->record(embedding(*workspace, i)).has_value());
    for (const auto& entry : fs::directory_iterator(workspace->embeddingsFolder()))
        setAge(entry.path(), 48);
    setAge(workspace->probesFolder() / (keyOf(3) + ".safetensors"), 48);

    const auto report = workspace->check();
    QVERIFY(report.has_value());
    QCOMPARE(report->orphans, (std::vector<fs::path>{workspace->embeddingsFolder() / keyOf(2),
                                                     workspace->probesFolder() / (keyOf(3) + ".safetensors")}));
    QCOMPARE(report->orphanBytes, std::uint64_t(2 + 10 + 3));
    QCOMPARE(report->missing.size(), std::size_t(1));
    QCOMPARE(report->missing.front().key, keyOf(4));

    const auto done = workspace->collectGarbage();
    QVERIFY(done.has_value());
    QCOMPARE(done->orphans.size(), std::size_t(2));
    QCOMPARE(done->orphanBytes, std::uint64_t(15));
    QCOMPARE(done->missing.size(), std::size_t(1));
    QVERIFY(fs::exists(workspace->embeddingsFolder() / keyOf(1) / "meta.json"));
    QVERIFY(fs::exists(workspace->embeddingsFolder() / "my notes.txt"));
    QVERIFY(!fs::exists(workspace->embeddingsFolder() / keyOf(2)));
    QVERIFY(!workspace->find(ArtefactKind::Embedding, keyOf(4))->has_value());
    QVERIFY(workspace->find(ArtefactKind::Embedding, keyOf(1))->has_value());
    QVERIFY(workspace->check()->orphans.empty());
    QVERIFY(workspace->check()->missing.empty());
}

void TestWorkspace::garbageKeepsWhatJobsMayNeed() {
    const WorkspacePtr workspace = openOrDie(m_root);
    const fs::path store = workspace->embeddingsFolder();
    const fs::path fresh = store / keyOf(1);
    const fs::path running = store / (keyOf(2) + ".partial");
    const fs::path resumable = store / (keyOf(3) + ".partial");
    const fs::path forgotten = store / (keyOf(4) + ".partial");
    writeText(fresh / "meta.json", "{}");
    for (const fs::path& partial : {running, resumable, forgotten}) {
        writeText(partial / "rows", "123");
        writeText(partial / "lock", "");
    }
    setAge(running, 24 * 30);
    setAge(resumable, 48);
    setAge(forgotten, 24 * 30);
    auto lock = embed::FileLock::tryLock(running / "lock");
    QVERIFY(lock && *lock);
    QVERIFY(!embed::FileLock::tryLock(running / "lock")->has_value());

    const auto done = workspace->collectGarbage();
    QVERIFY(done.has_value());
    QCOMPARE(done->orphans, std::vector<fs::path>{forgotten});
    QVERIFY(fs::exists(fresh) && fs::exists(running) && fs::exists(resumable) && !fs::exists(forgotten));
    lock->reset();
    QCOMPARE(workspace->collectGarbage()->orphans, std::vector<fs::path>{running});
    QCOMPARE(std::distance(fs::directory_iterator(store), fs::directory_iterator()), 2);
}

void TestWorkspace::garbageKeepsRowsOutside() {
    const WorkspacePtr workspace = openOrDie(m_root / "ws");
    Artefact dataset;
    dataset.kind = ArtefactKind::Dataset;
    dataset.key = keyOf(1);
    dataset.path = m_root / "not mounted";
    QVERIFY(workspace->record(dataset).has_value());
    QCOMPARE(workspace->check()->missing.size(), std::size_t(1));
    QVERIFY(workspace->collectGarbage()->missing.empty());
    QVERIFY(workspace->find(ArtefactKind::Dataset, keyOf(1))->has_value());
}

QTEST_APPLESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"
