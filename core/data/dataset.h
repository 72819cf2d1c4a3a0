// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/data/folder_walk.h"
#include "core/image/image.h"

namespace oodscope::data {

struct Sample {
    std::string path;         // relative to the root, '/'-separated; "test_batch.bin#00017" inside a container
    std::int32_t label = -1;  // index into classNames; -1: none
    std::uint64_t bytes = 0;  // of the file, of the whole container
    std::int64_t modifiedNs = 0;
};

/// A list of images with what is known of each: files in folders, files that a list names, or records of container
/// files. Where an image lies is one path, `location(i)`, whatever the layout; readImage reads it.
struct Dataset {
    std::string name;
    std::string source;  // names the set again: openDataset(source) opens it
    std::filesystem::path root;
    std::vector<Sample> samples;
    std::vector<std::string> classNames;  // empty: no labels
    std::size_t skippedFiles = 0;         // files that are no images by extension, or images beside class folders
    FileKinds skippedKinds;               // those that are no images, by extension
    std::vector<std::string> notes;       // what a user should know of how it was read, one line each

    bool hasLabels() const { return !classNames.empty(); }
    /// Hash of root-relative paths, sizes and times: part of an artefact's key.
    std::string listHash() const;
    std::filesystem::path location(std::size_t index) const;
    Result<image::Image> read(std::size_t index) const;  // thread-safe
};

/// Image files of one folder in the order of torchvision's ImageFolder (class folders sorted; within one, folders
/// sorted by path and files by name), or of one flat folder sorted by name, without classes.
/// Extensions and rules are ImageFolder's: links are followed (loops end), names may be hidden, a link that
/// leads nowhere is a sample that cannot be read. Images directly in the root count only when no folder below holds any
/// (then the set is flat); else they are skipped, as by ImageFolder. A class folder without images keeps its number
/// (ImageFolder refuses it), a hidden one is left out. Errors name the folder: absent, not a folder, not readable (also
/// one inside), without any image.
Result<Dataset> openFolder(const std::filesystem::path& root);

}  // namespace oodscope::data
