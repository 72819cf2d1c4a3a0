// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workspace/workspace.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <initializer_list>
#include <utility>

#include "core/base/files.h"
#include "core/workspace/workspace_private.h"

namespace oodscope::workspace {
namespace {

constexpr const char* kDatabaseName = "workspace.sqlite";
constexpr const char* kColumns = "key, title, path, created_ms, details";

std::int64_t nowMs() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string blobText(const SQLite::Column& column) {
    return column.getBytes() == 0
               ? std::string()
               : std::string(static_cast<const char*>(column.getBlob()), static_cast<std::size_t>(column.getBytes()));
}

void bindBlob(SQLite::Statement& statement, int index, std::string_view text) {
    statement.bind(index, text.empty() ? "" : static_cast<const void*>(text.data()), static_cast<int>(text.size()));
}

tl::unexpected<Error> noFolder() {
    return fail(ErrorCode::InvalidArgument, "no workspace folder was given");
}

Status checkExists(const fs::path& folder) {
    std::error_code ec;
    const fs::file_status status = fs::status(folder, ec);
    if (status.type() == fs::file_type::not_found)
        return fail(ErrorCode::NotFound, folder.string() + ": no such folder");
    if (ec) return fail(ErrorCode::Io, folder.string() + ": cannot be reached: " + ec.message());
    if (!fs::is_directory(status)) return fail(ErrorCode::InvalidArgument, folder.string() + ": not a folder");
    const bool there = fs::exists(folder / kDatabaseName, ec);
    if (ec) return fail(ErrorCode::Io, folder.string() + ": cannot be read: " + ec.message());
    if (!there)
        return fail(ErrorCode::NotFound, folder.string() + ": not a workspace (it holds no " + kDatabaseName + ")");
    return {};
}

/// Asked for rather than tried: a try leaves traces, and SQLite quietly opens what it may not write. `paths` that are
/// not there yet do not count.
Status checkWritable(const fs::path& folder, std::initializer_list<fs::path> paths) {
    for (const fs::path& path : paths) {
        if (::access(path.c_str(), W_OK) == 0 || errno == ENOENT) continue;
        const int reason = errno;
        const std::string part = path == folder ? "" : path.filename().string() + ": ";
        return fail(ErrorCode::Io, folder.string() + ": the workspace is read-only (" + part + systemMessage(reason) +
                                       "); choose one that you may write to");
    }
    return {};
}

}  // namespace

std::string_view kindName(ArtefactKind kind) {
    switch (kind) {
        case ArtefactKind::Dataset:
            return "dataset";
        case ArtefactKind::Model:
            return "model";
        case ArtefactKind::Embedding:
            return "embedding";
        case ArtefactKind::Probe:
            return "probe";
        case ArtefactKind::Evaluation:
            return "evaluation";
    }
    return "unknown";
}

std::span<const ArtefactKind> allKinds() {
    static constexpr std::array kKinds{ArtefactKind::Dataset, ArtefactKind::Model, ArtefactKind::Embedding,
                                       ArtefactKind::Probe, ArtefactKind::Evaluation};
    return kKinds;
}

std::string Workspace::Private::storedPath(const fs::path& path) const {
    if (path.empty()) return {};
    std::error_code ec;
    const fs::path whole = fs::absolute(path, ec).lexically_normal();
    const fs::path relative = whole.lexically_relative(folder);
    const bool inside = !relative.empty() && *relative.begin() != "..";
    return (inside ? relative : whole).string();
}

Artefact Workspace::Private::artefactOf(SQLite::Statement& row, ArtefactKind kind) const {
    Artefact artefact;
    artefact.kind = kind;
    artefact.key = row.getColumn(0).getString();
    artefact.title = row.getColumn(1).getString();
    const fs::path stored = blobText(row.getColumn(2));
    artefact.path = stored.empty() || stored.is_absolute() ? stored : folder / stored;
    artefact.createdMs = row.getColumn(3).getInt64();
    artefact.details = nlohmann::json::parse(row.getColumn(4).getString());
    return artefact;
}

Workspace::Workspace(std::unique_ptr<Private> d) : m_d(std::move(d)) {}

Workspace::~Workspace() {
    if (!m_d->database) return;
    try {
        m_d->database->exec("PRAGMA optimize");
    } catch (const SQLite::Exception&) {
        // Only statistics for the query planner: not worth an error at the end.
    }
}

Result<std::shared_ptr<Workspace>> Workspace::open(const fs::path& folder) {
    if (folder.empty()) return noFolder();
    if (auto made = makeFolders(folder); !made) return failFrom(made);
    return openFolder(folder, /*forReadingToo=*/false);
}

Result<std::shared_ptr<Workspace>> Workspace::openExisting(const fs::path& folder) {
    if (folder.empty()) return noFolder();
    if (auto there = checkExists(folder); !there) return failFrom(there);
    return openFolder(folder, /*forReadingToo=*/true);
}

Result<std::shared_ptr<Workspace>> Workspace::openFolder(const fs::path& folder, bool forReadingToo) {
    std::error_code ec;
    std::shared_ptr<Workspace> workspace(new Workspace(std::make_unique<Private>()));
    Private& d = *workspace->m_d;
    d.folder = fs::canonical(folder, ec);
    if (ec) return fail(ErrorCode::Io, folder.string() + ": cannot be reached: " + ec.message());
    d.file = d.folder / kDatabaseName;
    const std::array stores{workspace->embeddingsFolder(), workspace->probesFolder(), workspace->evaluationsFolder()};
    d.writable = checkWritable(d.folder, {d.folder, d.file, stores[0], stores[1], stores[2]});
    if (d.writable) {
        auto database = openDatabase(d.file);
        if (!database && database.error().code != ErrorCode::Io) return failFrom(database);
        if (database)
            d.database = std::move(*database);
        else
            d.writable = failFrom(database);  // a full disk, for example
    }
    if (!d.writable) {
        if (!forReadingToo) return failFrom(d.writable);
        if (auto look = openDatabaseForReading(d.file); !look) return failFrom(look);
        return workspace;
    }
    for (const fs::path& store : stores) {
        if (auto made = makeFolders(store); !made) return failFrom(made);
    }
    return workspace;
}

const Status& Workspace::writable() const {
    return m_d->writable;
}

const fs::path& Workspace::folder() const {
    return m_d->folder;
}
fs::path Workspace::embeddingsFolder() const {
    return m_d->folder / "embeddings";
}
fs::path Workspace::probesFolder() const {
    return m_d->folder / "probes";
}
fs::path Workspace::evaluationsFolder() const {
    return m_d->folder / "evaluations";
}

Status Workspace::record(const Artefact& artefact) {
    if (artefact.key.empty()) return fail(ErrorCode::InvalidArgument, "an artefact without a key cannot be recorded");
    return m_d->lockedToWrite([&](SQLite::Database& database) -> Status {
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement insert(database,
                                 "INSERT INTO artefact(kind, key, title, path, created_ms, details) "
                                 "VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(kind, key) DO UPDATE SET title=excluded.title, "
                                 "path=excluded.path, created_ms=excluded.created_ms, details=excluded.details");
        const nlohmann::json details = artefact.details.is_null() ? nlohmann::json::object() : artefact.details;
        insert.bind(1, std::string(kindName(artefact.kind)));
        insert.bind(2, artefact.key);
        insert.bind(3, artefact.title);
        bindBlob(insert, 4, m_d->storedPath(artefact.path));
        insert.bind(5, artefact.createdMs != 0 ? artefact.createdMs : nowMs());
        // File names need not be UTF-8, JSON must be.
        insert.bind(6, details.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        insert.exec();
        transaction.commit();
        return {};
    });
}

Status Workspace::remove(ArtefactKind kind, std::string_view key) {
    return m_d->lockedToWrite([&](SQLite::Database& database) -> Status {
        SQLite::Statement erase(database, "DELETE FROM artefact WHERE kind=? AND key=?");
        erase.bind(1, std::string(kindName(kind)));
        erase.bind(2, std::string(key));
        erase.exec();
        return {};
    });
}

Result<std::vector<Artefact>> Workspace::list(ArtefactKind kind) const {
    return m_d->locked<std::vector<Artefact>>([&](SQLite::Database& database) {
        SQLite::Statement query(database, std::string("SELECT ") + kColumns +
                                              " FROM artefact WHERE kind=? ORDER BY created_ms DESC, id DESC");
        query.bind(1, std::string(kindName(kind)));
        std::vector<Artefact> artefacts;
        while (query.executeStep())
            artefacts.push_back(m_d->artefactOf(query, kind));
        return artefacts;
    });
}

Result<std::optional<Artefact>> Workspace::find(ArtefactKind kind, std::string_view key) const {
    return m_d->locked<std::optional<Artefact>>([&](SQLite::Database& database) {
        SQLite::Statement query(database, std::string("SELECT ") + kColumns + " FROM artefact WHERE kind=? AND key=?");
        query.bind(1, std::string(kindName(kind)));
        query.bind(2, std::string(key));
        return query.executeStep() ? std::optional(m_d->artefactOf(query, kind)) : std::nullopt;
    });
}

Result<Artefact> Workspace::findByPrefix(std::string_view prefix) const {
    std::vector<Artefact> matches;
    for (const ArtefactKind kind : allKinds()) {
        auto artefacts = list(kind);
        if (!artefacts) return failFrom(artefacts);
        for (Artefact& artefact : *artefacts) {
            if (artefact.key == prefix) return std::move(artefact);
            if (!prefix.empty() && artefact.key.starts_with(prefix)) matches.push_back(std::move(artefact));
        }
    }
    if (matches.size() == 1) return std::move(matches.front());
    std::string message = folder().string() + ": " +
                          (matches.empty() ? "nothing has the key " : "several things have the key ") +
                          std::string(prefix);
    for (const Artefact& match : matches)
        message += (&match == &matches.front() ? ": " : ", ") + std::string(kindName(match.kind)) + " " + match.key;
    return fail(ErrorCode::NotFound, message + "; 'oodscope-cli workspace ls' lists what there is");
}

Status Workspace::setSetting(std::string_view name, std::string_view value) {
    return m_d->lockedToWrite([&](SQLite::Database& database) -> Status {
        SQLite::Statement insert(database,
                                 "INSERT INTO setting(name, value) VALUES(?, ?) "
                                 "ON CONFLICT(name) DO UPDATE SET value=excluded.value");
        insert.bind(1, std::string(name));
        bindBlob(insert, 2, value);
        insert.exec();
        return {};
    });
}

Result<std::optional<std::string>> Workspace::setting(std::string_view name) const {
    return m_d->locked<std::optional<std::string>>([&](SQLite::Database& database) {
        SQLite::Statement query(database, "SELECT value FROM setting WHERE name=?");
        query.bind(1, std::string(name));
        return query.executeStep() ? std::optional(blobText(query.getColumn(0))) : std::nullopt;
    });
}

}  // namespace oodscope::workspace
