// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/error.h"
#include "core/io/tensor_file.h"

namespace oodscope::io {

/// Opens a checkpoint of any format this program reads, told apart by content, never by name: safetensors, an index of
/// shards (model.safetensors.index.json, pytorch_model.bin.index.json), a torch zip archive, a torch file from before
/// 1.6, a TorchScript archive. Tensors share the mapping and carry dotted names as flattenTensors gives them ("model."
/// and the like are still in front: see model::unwrapStateDict). For the plain values of a torch file use
/// openTorchFile.
Result<TensorFile> openTensorFile(const std::filesystem::path& path);

/// The files that it reads for `path`: that one and, where it is an index, its shards.
Result<std::vector<std::filesystem::path>> checkpointFiles(const std::filesystem::path& path);

}  // namespace oodscope::io
