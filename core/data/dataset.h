// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace oodscope::data {

struct Sample {
    std::string path;         // relative to the root, '/'-separated
    std::int32_t label = -1;  // index into classNames; -1: none
    std::uint64_t bytes = 0;
    std::int64_t modifiedNs = 0;
};

/// Image files of one folder in sorted path order (ImageFolder: one folder per class, sorted; or flat: no classes).
struct Dataset {
    std::string name;
    std::filesystem::path root;
    std::vector<Sample> samples;
    std::vector<std::string> classNames;  // folder names; empty for a flat folder
    std::size_t skippedFiles = 0;         // files whose extension is none of an image

    bool hasLabels() const { return !classNames.empty(); }
    /// Hash of root-relative paths, sizes and times: part of an artefact's key.
    std::string listHash() const;
};

/// Extensions as torchvision's ImageFolder (method.md section 10). An empty folder is an error that names it.
Result<Dataset> openFolder(const std::filesystem::path& root);

}  // namespace oodscope::data
