// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/error.h"
#include "core/io/mapped_file.h"
#include "core/io/pickle_reader.h"
#include "core/io/tensor_file.h"

namespace oodscope::io {

/// What torch.save or torch.jit.save wrote: the values of its pickle, with tensors that share the mapping of the file
/// (only strided ones are copied). Nothing of it is executed.
struct TorchFile {
    enum class Form { Zip, Legacy, TorchScript };

    std::filesystem::path path;
    Form form = Form::Zip;
    std::shared_ptr<const PickleDocument> document;  // values and tensors; keeps the mapping alive
    std::shared_ptr<const void> mapping;

    const PickleValue& root() const { return *document->root; }
};

/// Opens a torch zip archive, a TorchScript archive or a file from before torch 1.6, told apart by content. Every size
/// is checked against the file before anything is allocated for it.
Result<TorchFile> openTorchFile(const std::filesystem::path& path);
Result<TorchFile> readTorchFile(const MappedFile& mapped, const std::filesystem::path& path);

/// Whether the file is an archive of torch.jit.save, by its directory alone: also where its values are not read.
Result<bool> isTorchScript(const std::filesystem::path& path);

bool looksLikeZip(std::span<const std::byte> bytes);
bool looksLikeLegacyTorch(std::span<const std::byte> bytes);

/// All tensors below `root` by dotted names: keys of dicts, positions in lists, attributes of opaque objects (the
/// parameters and buffers of a pickled nn.Module or a TorchScript module as its state_dict names them). A bare tensor
/// is called "tensor". A name that comes twice is an error. What a training checkpoint keeps of its optimizer
/// (top-level "optimizer", "optimizer_states", "opt", "scaler", …) is left out.
Result<TensorFile> flattenTensors(const TorchFile& file);

}  // namespace oodscope::io
