// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/data/catalogue.h"
#include "core/data/dataset_folders.h"
#include "core/data/folder_walk.h"

namespace oodscope::data {

/// What was found of one known set, and how it compares with what its authors distribute.
struct SetReport {
    enum class State {
        Missing,   // nowhere
        Complete,  // as distributed
        Differs,   // readable, but other counts or without labels
        Broken,    // there, but cannot be opened
    };

    const KnownSet* known = nullptr;
    State state = State::Missing;
    std::string source;  // for openDataset; empty: missing
    std::size_t images = 0;
    std::size_t classes = 0;
    FileKinds skippedKinds;
    std::vector<std::string> remarks;  // what is missing or differs; for a broken set the reason

    bool isUsable() const { return state == State::Complete || state == State::Differs; }
};

std::string_view stateName(SetReport::State state);  // "complete"
/// "5,878 images, 64 classes, one .gif that ImageFolder skips"; what was found, or where it would be found.
std::string summary(const SetReport& report);

/// Opens and counts one set at `source`.
SetReport examine(const KnownSet& known, const std::string& source);

/// Looks for the sets named by `keys` (empty: all known ones) and counts them; of several places the first complete one
/// is taken, else the first that can be used. One report a set, in the catalogue's order. Error: Cancelled.
Result<std::vector<SetReport>> survey(const DatasetFolders& folders, const std::vector<std::string>& keys,
                                      const std::stop_token& stop, const ProgressFn& progress);

}  // namespace oodscope::data
