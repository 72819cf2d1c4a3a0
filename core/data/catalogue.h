// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

namespace oodscope::data {

/// A data set of the published benchmarks, as its authors distribute it (method.md section 10).
struct KnownSet {
    std::string_view key;               // "ninco"
    std::string_view name;              // "NINCO"
    std::string_view layout;            // where its images lie
    std::string_view origin;            // who distributes it, and under which name; no addresses
    std::string_view archive;           // file name, and its md5 where known
    std::size_t images = 0;             // files, with those that are skipped
    std::size_t classes = 0;            // 0: flat, without labels
    std::size_t skipped = 0;            // files of another kind than ImageFolder takes ...
    std::string_view skippedKind = {};  // ... and which: ".gif"
};

/// Training and test parts are sets of their own.
const std::vector<KnownSet>& knownSets();
/// Null: no such key.
const KnownSet* findKnownSet(std::string_view key);

}  // namespace oodscope::data
