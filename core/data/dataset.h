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

/// Image files of one folder in the order of torchvision's ImageFolder (class folders sorted; within one, folders
/// sorted by path and files by name), or of one flat folder sorted by name, without classes.
struct Dataset {
    std::string name;
    std::filesystem::path root;
    std::vector<Sample> samples;
    std::vector<std::string> classNames;  // folder names; empty for a flat folder
    std::size_t skippedFiles = 0;         // files that are no images by extension, or images beside class folders

    bool hasLabels() const { return !classNames.empty(); }
    /// Hash of root-relative paths, sizes and times: part of an artefact's key.
    std::string listHash() const;
};

/// Extensions and rules of torchvision's ImageFolder: links are followed (loops end), names may be hidden, a link that
/// leads nowhere is a sample that cannot be read. Images directly in the root count only when no folder below holds any
/// (then the set is flat); else they are skipped, as by ImageFolder. A class folder without images keeps its number
/// (ImageFolder refuses it), a hidden one is left out. Errors name the folder: absent, not a folder, not readable (also
/// one inside), without any image.
Result<Dataset> openFolder(const std::filesystem::path& root);

}  // namespace oodscope::data
