// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>

#include "core/base/error.h"

namespace oodscope::workspace {

constexpr int kSchemaVersion = 1;
constexpr int kApplicationId = 0x4F4F4453;  // "OODS": tells our file from another program's SQLite file

/// Opens or makes the database and brings an older schema up to date in one transaction. A file of another program, of
/// a newer schema, or no database at all is an error, and is left as it was.
Result<std::unique_ptr<SQLite::Database>> openDatabase(const std::filesystem::path& file);

/// A whole database of ours in a place where nothing may be written (Note [Reading what may not be written] in
/// database.cpp). For one look: what others write later is seen by opening anew.
Result<std::unique_ptr<SQLite::Database>> openDatabaseForReading(const std::filesystem::path& file);

/// What SQLite said, as one line that names the file and what to do.
Error databaseError(const std::filesystem::path& file, const SQLite::Exception& exception);

}  // namespace oodscope::workspace
