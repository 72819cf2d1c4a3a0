// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/data/catalogue.h"

namespace oodscope::data {

/// A place that looks like a known set; nothing was counted.
struct Candidate {
    const KnownSet* known = nullptr;
    std::string source;  // for openDataset
};

/// Looks for known sets in `folders` and up to five folders below each, by what the folders hold: names of batches, of
/// classes and of images (the MOS subsets, which have no mark of their own, by the folder's name). Only names are read.
/// A folder that cannot be read is passed over. In the order of `folders`, then by path; a set may be found more than
/// once.
std::vector<Candidate> findDatasets(const std::vector<std::filesystem::path>& folders, const std::stop_token& stop);

}  // namespace oodscope::data
