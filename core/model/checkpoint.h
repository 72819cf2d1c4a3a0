// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/io/tensor_file.h"
#include "core/model/clip_config.h"

namespace oodscope::model {

/// The weights file of a snapshot folder (or the index of its shards) by open_clip's order of preference: safetensors
/// first. Errors tell a folder without weights from one whose download is not complete.
Result<std::filesystem::path> findWeights(const std::filesystem::path& folder);

/// Maps the weights and compares them with `config`: every tensor there, none besides, shapes and types that fit. The
/// error counts all differences and names the first few. Weights without "text." although the configuration says
/// custom_text are taken as they are (`config` is changed), as open_clip does. `source`: where the configuration is
/// from.
Result<io::TensorFile> openCheckpoint(const std::filesystem::path& path, ClipConfig& config, std::string_view source);

/// Every tensor of `expected` there, none besides, shapes and floating-point types that fit. An error counts all
/// differences and names the first few; `what` is what the file does not fit.
Status compareTensors(const io::TensorFile& file, const TensorShapes& expected, std::string_view what);

/// A weights file of any format that this program reads (io::openTensorFile), without what a training script wrapped
/// around the weights (unwrapStateDict).
Result<io::TensorFile> openWeights(const std::filesystem::path& path);
std::uint64_t countElements(const io::TensorFile& file);

/// An error that names the first tensor among those starting with `prefix` that holds a NaN or an infinity. With
/// `others`, the tensors that do not start with it.
Status checkFinite(const io::TensorFile& file, std::string_view prefix, bool others = false);

/// The size of a weights file, or of an index and its shards.
std::uint64_t weightsBytes(const std::filesystem::path& path);

/// Hash of the bytes of a weights file, or of an index and its shards; remembered in the user's cache folder by path,
/// size and time.
Result<std::string> weightsHash(const std::filesystem::path& path);

}  // namespace oodscope::model
