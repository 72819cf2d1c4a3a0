// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>

#include "core/workspace/database.h"
#include "core/workspace/workspace.h"

namespace oodscope::workspace {

struct Workspace::Private {
    std::filesystem::path folder;
    std::filesystem::path file;                  // folder / workspace.sqlite
    mutable std::mutex mutex;                    // one connection, one short transaction at a time
    std::unique_ptr<SQLite::Database> database;  // null where nothing may be written: opened anew for each look
    Status writable;                             // the error says why nothing may be written

    /// Runs `work(SQLite::Database&)`, which only reads, under the lock; what SQLite or JSON throws becomes an error.
    template <class T, class Work>
    Result<T> locked(Work&& work) const {
        const std::lock_guard lock(mutex);
        try {
            if (database) return std::forward<Work>(work)(*database);
            const auto look = openDatabaseForReading(file);
            if (!look) return failFrom(look);
            return std::forward<Work>(work)(**look);
        } catch (const SQLite::Exception& exception) {
            return tl::unexpected<Error>(databaseError(file, exception));
        } catch (const nlohmann::json::exception& exception) {
            return fail(ErrorCode::BadFile,
                        file.string() + ": the details of an artefact are damaged: " + exception.what());
        }
    }

    /// The same for work that writes.
    template <class Work>
    Status lockedToWrite(Work&& work) const {
        return writable ? locked<void>(std::forward<Work>(work)) : writable;
    }

    /// Paths inside the workspace are kept relative to it, so that the folder can be moved.
    std::string storedPath(const std::filesystem::path& path) const;
    Artefact artefactOf(SQLite::Statement& row, ArtefactKind kind) const;
};

}  // namespace oodscope::workspace
