// SPDX-License-Identifier: GPL-3.0-or-later
// Note [What is garbage]
// A job makes an artefact's files first and its row last, so a file without a row may belong to a job that runs now, in
// this process or another. Two guards keep such files:
//  - a folder whose lock file (`lock` inside it) is held belongs to a live job, whatever its age;
//  - what was touched within kGraceHours is left alone: the time between whole files and their row is far shorter.
// A stopped extraction (`<key>.partial`) can be resumed, so it is kept kPartialDays.
// Entries that no part of this program names (hidden files, a user's own notes) are never touched either: only names
// that look like ours (32 hexadecimal digits, then nothing or a suffix) are.
#include <algorithm>
#include <chrono>
#include <set>

#include "core/base/files.h"
#include "core/embed/file_lock.h"
#include "core/workspace/workspace_private.h"

namespace oodscope::workspace {
namespace {

using Clock = fs::file_time_type::clock;
constexpr std::chrono::hours kGraceHours{1};
constexpr std::chrono::hours kPartialDays{24 * 7};
constexpr const char* kLockName = "lock";
constexpr const char* kTrashSuffix = ".trash";

constexpr ArtefactKind kStoredKinds[] = {ArtefactKind::Embedding, ArtefactKind::Probe, ArtefactKind::Evaluation};

bool looksLikeOurs(const std::string& name) {
    constexpr std::size_t kKeyDigits = 32;
    const auto isHex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return name.size() >= kKeyDigits && std::all_of(name.begin(), name.begin() + kKeyDigits, isHex) &&
           (name.size() == kKeyDigits || name[kKeyDigits] == '.');
}

struct Usage {
    std::uint64_t bytes = 0;
    fs::file_time_type newest = fs::file_time_type::min();
};

/// Size and newest time of a file, or of a folder with all in it. What vanishes meanwhile counts nothing.
Usage usageOf(const fs::path& path) {
    Usage usage;
    const auto add = [&](const fs::path& entry) {
        std::error_code ec;
        const auto time = fs::last_write_time(entry, ec);
        if (!ec) usage.newest = std::max(usage.newest, time);
        if (fs::is_regular_file(fs::symlink_status(entry, ec)) && !ec) {
            const std::uintmax_t size = fs::file_size(entry, ec);
            if (!ec) usage.bytes += size;
        }
    };
    add(path);
    std::error_code ec;
    for (fs::recursive_directory_iterator it(path, ec), end; !ec && it != end; it.increment(ec))
        add(it->path());
    return usage;
}

bool isHeld(const fs::path& entry) {
    std::error_code ec;
    if (!fs::exists(entry / kLockName, ec)) return false;
    const auto lock = embed::FileLock::tryLock(entry / kLockName);
    return !lock || !*lock;
}

bool isOldEnough(const fs::path& entry, const Usage& usage) {
    if (entry.extension() == kTrashSuffix) return true;  // already given up by an earlier clean-up
    const auto age = Clock::now() - usage.newest;
    return age > (entry.extension() == ".partial" ? kPartialDays : kGraceHours);
}

/// True when it is gone. The lock is taken first and the folder moved under it: a job that starts at the same moment
/// either holds the lock (kept) or finds nothing and starts anew.
bool deleteOrphan(const fs::path& entry) {
    std::optional<embed::FileLock> lock;
    std::error_code ec;
    if (fs::exists(entry / kLockName, ec)) {
        auto taken = embed::FileLock::tryLock(entry / kLockName);
        if (!taken || !*taken) return false;
        lock = std::move(*taken);
    }
    if (!isOldEnough(entry, usageOf(entry))) return false;
    fs::path trash = entry;
    if (entry.extension() != kTrashSuffix) {
        trash += kTrashSuffix;
        fs::rename(entry, trash, ec);
        if (ec) return false;
    }
    fs::remove_all(trash, ec);
    return !ec;
}

bool isInside(const fs::path& path, const fs::path& folder) {
    const fs::path relative = path.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != "..";
}

}  // namespace

Result<Workspace::CheckReport> Workspace::check() const {
    CheckReport report;
    std::set<fs::path> known;  // the store's entries that rows point into
    for (const ArtefactKind kind : allKinds()) {
        auto rows = list(kind);
        if (!rows) return failFrom(rows);
        for (Artefact& row : *rows) {
            std::error_code ec;
            if (row.path.empty()) continue;
            const fs::path relative = row.path.lexically_relative(folder());
            if (std::distance(relative.begin(), relative.end()) >= 2)
                known.insert(folder() / *relative.begin() / *std::next(relative.begin()));
            if (!fs::exists(row.path, ec) && !ec) report.missing.push_back(std::move(row));
        }
    }
    for (const fs::path& store : {embeddingsFolder(), probesFolder(), evaluationsFolder()}) {
        std::error_code ec;
        for (fs::directory_iterator it(store, ec), end; !ec && it != end; it.increment(ec)) {
            const fs::path& entry = it->path();
            if (known.contains(entry) || !looksLikeOurs(entry.filename().string())) continue;
            const Usage usage = usageOf(entry);
            if (!isOldEnough(entry, usage) || isHeld(entry)) continue;
            report.orphans.push_back(entry);
            report.orphanBytes += usage.bytes;
        }
        if (ec) return fail(ErrorCode::Io, store.string() + ": cannot be read: " + ec.message());
    }
    std::ranges::sort(report.orphans);
    return report;
}

Result<Workspace::CheckReport> Workspace::collectGarbage() {
    if (!writable()) return failFrom(writable());
    auto found = check();
    if (!found) return found;
    CheckReport done;
    for (const fs::path& orphan : found->orphans) {
        const std::uint64_t bytes = usageOf(orphan).bytes;
        if (!deleteOrphan(orphan)) continue;
        done.orphans.push_back(orphan);
        done.orphanBytes += bytes;
    }
    for (Artefact& row : found->missing) {
        const bool stored = std::ranges::find(kStoredKinds, row.kind) != std::end(kStoredKinds);
        if (!stored || !isInside(row.path, folder())) continue;
        if (auto removed = remove(row.kind, row.key); !removed) return failFrom(removed);
        done.missing.push_back(std::move(row));
    }
    return done;
}

}  // namespace oodscope::workspace
