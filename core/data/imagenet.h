// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/data/dataset.h"

namespace oodscope::data {

/// "n01440764": how ImageNet names a class.
bool isWnid(std::string_view name);
/// "ILSVRC2012_val_00000001.JPEG": the validation images have their class neither in the name nor in a folder.
bool isImageNetValName(std::string_view fileName);

/// Labels a flat folder of validation images from LOC_val_solution.csv ("ImageId,PredictionString", of which the first
/// word is the wnid), looked for in the folder and the four above it; classes are the file's wnids, sorted, which is
/// ImageNet's order. Without the file the set stays unlabelled, and a note says so. Error: a line that is none.
Status labelImageNetVal(Dataset& dataset);

/// Names by wnid from lines "n01440764 tench, Tinca tinca" (LOC_synset_mapping.txt and others of that form): the text
/// before the first comma (method.md section 3). The error names the line.
Result<std::map<std::string, std::string>> readSynsetNames(const std::filesystem::path& file);
/// LOC_synset_mapping.txt in `folder` or one of the four above it.
std::optional<std::filesystem::path> findSynsetNames(const std::filesystem::path& folder);
/// `wnids` by name. Error: one that the file does not have.
Result<std::vector<std::string>> synsetNames(const std::filesystem::path& file, const std::vector<std::string>& wnids);

}  // namespace oodscope::data
