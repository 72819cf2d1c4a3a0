// SPDX-License-Identifier: GPL-3.0-or-later
// Note [Reading what may not be written]
// A database in WAL mode needs workspace.sqlite-shm beside it, which cannot be made where nothing may be written
// (https://www.sqlite.org/wal.html, "Read-Only Databases"), nor on a full disk. There are three cases:
//  - no -wal, or an empty one (closed in good order): the one file holds everything, and is read as immutable, without
//    locks. Should somebody write meanwhile, it goes to the -wal first, so that a short look stays consistent; hence a
//    connection for each look;
//  - both -wal and -shm are there (another program has the workspace open, or was killed): SQLite reads with them;
//  - a -wal alone (half a copy): its rows cannot be read, and leaving them out would show an older state as the newest.
#include "core/workspace/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

namespace oodscope::workspace {
namespace {

constexpr int kBusyTimeoutMs = 5000;

constexpr const char* kSchema = R"(
    CREATE TABLE artefact(
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        title TEXT NOT NULL,
        path BLOB NOT NULL,
        created_ms INTEGER NOT NULL,
        details TEXT NOT NULL,
        UNIQUE(kind, key));
    CREATE INDEX artefact_by_time ON artefact(kind, created_ms DESC, id DESC);
    CREATE TABLE setting(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
)";

Status checkOwner(SQLite::Database& database, const std::filesystem::path& file) {
    // One look at one state: another process may be making the tables at this moment.
    const SQLite::Transaction look(database);
    const int application = database.execAndGet("PRAGMA application_id").getInt();
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    if (application != kApplicationId) {
        const bool isNew =
            application == 0 && version == 0 && database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0;
        if (isNew) return {};
        return fail(ErrorCode::BadFile, file.string() + ": a database of another program; choose another folder");
    }
    if (version > kSchemaVersion)
        return fail(ErrorCode::Unsupported, file.string() + " was made by a newer OODscope (schema " +
                                                std::to_string(version) + ", this program knows " +
                                                std::to_string(kSchemaVersion) + "); nothing was changed");
    return {};
}

/// The change to WAL needs the file alone for a moment, and SQLite does not wait for that by itself.
void switchToWal(SQLite::Database& database) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kBusyTimeoutMs);
    for (;;) {
        try {
            database.execAndGet("PRAGMA journal_mode=WAL");
            return;
        } catch (const SQLite::Exception& exception) {
            if (exception.getErrorCode() != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline) throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

void setPragmas(SQLite::Database& database) {
    switchToWal(database);
    database.exec("PRAGMA synchronous=NORMAL");
    database.exec("PRAGMA foreign_keys=ON");
    database.exec("PRAGMA temp_store=MEMORY");
    database.exec("PRAGMA mmap_size=268435456");
    database.exec("PRAGMA cache_size=-64000");
}

void bringUpToDate(SQLite::Database& database) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    if (database.execAndGet("PRAGMA user_version").getInt() < 1) {
        database.exec(kSchema);
        database.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
        database.exec("PRAGMA user_version=" + std::to_string(kSchemaVersion));
    }
    transaction.commit();
}

bool isDiskFull(const std::filesystem::path& file) {
    constexpr std::uintmax_t kLeast = 64 << 10;  // room for a workspace.sqlite-shm
    std::error_code ec;
    const auto space = std::filesystem::space(file.parent_path(), ec);
    return !ec && space.available < kLeast;
}

Error diskIsFull(const std::filesystem::path& file) {
    return {ErrorCode::Io, file.string() + ": the disk is full; free some space and try again"};
}

/// For SQLite's URIs: what means something in them is written as %XX.
std::string uriOf(const std::filesystem::path& file, const char* query) {
    std::string uri = "file:";
    for (const char c : file.string()) {
        if (c == '%' || c == '?' || c == '#')
            uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        else
            uri += c;
    }
    return uri + query;
}

}  // namespace

Error databaseError(const std::filesystem::path& file, const SQLite::Exception& exception) {
    const std::string name = file.string();
    switch (exception.getErrorCode()) {
        case SQLITE_NOTADB:
            return {ErrorCode::BadFile, name + ": not a database; move it away or choose another folder"};
        case SQLITE_CORRUPT:
            return {ErrorCode::BadFile, name + ": the database is damaged: " + exception.what()};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::Io, name + ": another program is writing to it for too long; try again"};
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return {ErrorCode::Io, name + ": cannot be written (read-only); choose a workspace that you may write to"};
        case SQLITE_FULL:
            return diskIsFull(file);
        case SQLITE_IOERR:  // also where -shm could not be made for want of room
            if (isDiskFull(file)) return diskIsFull(file);
            return {ErrorCode::Io, name + ": cannot be read or written: " + exception.what()};
        case SQLITE_CANTOPEN:
            return {ErrorCode::Io, name + ": cannot be opened or made; see that the folder may be written to"};
        default:
            return {ErrorCode::Io, name + ": " + exception.what()};
    }
}

Result<std::unique_ptr<SQLite::Database>> openDatabase(const std::filesystem::path& file) {
    try {
        auto database = std::make_unique<SQLite::Database>(
            file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX, kBusyTimeoutMs);
        if (auto owner = checkOwner(*database, file); !owner) return failFrom(owner);
        // SQLite quietly opens what it may not write, and a job would find out hours later.
        if (sqlite3_db_readonly(database->getHandle(), "main") != 0)
            return tl::unexpected<Error>(databaseError(file, SQLite::Exception("read-only", SQLITE_READONLY)));
        setPragmas(*database);
        bringUpToDate(*database);
        // Another process may have made a newer file between the two looks.
        if (auto owner = checkOwner(*database, file); !owner) return failFrom(owner);
        return database;
    } catch (const SQLite::Exception& exception) {
        return tl::unexpected<Error>(databaseError(file, exception));
    }
}

Result<std::unique_ptr<SQLite::Database>> openDatabaseForReading(const std::filesystem::path& file) {
    std::error_code ec;
    const auto walSize = std::filesystem::file_size(file.string() + "-wal", ec);
    const bool hasWal = !ec && walSize > 0;
    if (hasWal && !std::filesystem::exists(file.string() + "-shm", ec))
        return fail(ErrorCode::Io, file.string() +
                                       "-wal: holds changes that cannot be read where nothing may be written; copy the "
                                       "workspace to where you may write, and open the copy");
    try {
        auto database = std::make_unique<SQLite::Database>(
            uriOf(file, hasWal ? "" : "?immutable=1"), SQLite::OPEN_READONLY | SQLite::OPEN_URI | SQLite::OPEN_NOMUTEX,
            kBusyTimeoutMs);
        if (auto owner = checkOwner(*database, file); !owner) return failFrom(owner);
        if (database->execAndGet("PRAGMA user_version").getInt() == kSchemaVersion) return database;
        return fail(ErrorCode::BadFile, file.string() + ": was never finished, and cannot be finished here: read-only");
    } catch (const SQLite::Exception& exception) {
        return tl::unexpected<Error>(databaseError(file, exception));
    }
}

}  // namespace oodscope::workspace
