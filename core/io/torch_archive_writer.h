// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "core/base/error.h"
#include "core/io/safetensors.h"

namespace oodscope::io {

/// Writes what Python reads with torch.load(weights_only=True), as torch.save writes it: a zip archive with stored
/// entries aligned to 64 bytes (zip64 where a number needs it), atomically. `bytes` of every tensor must hold
/// product(shape) × dtypeBytes(dtype) bytes; types of torch without a storage class (unsigned beyond 8 bits, 8-bit
/// floats) are an error.

/// An OrderedDict {name → tensor} in the given order, as module.state_dict() gives and load_state_dict() takes.
Status writeTorchStateDict(const std::filesystem::path& path, std::span<const TensorToWrite> tensors);
/// One tensor; its name is not written.
Status writeTorchTensor(const std::filesystem::path& path, const TensorToWrite& tensor);
/// A plain list of Python integers.
Status writeTorchIntegers(const std::filesystem::path& path, std::span<const std::int64_t> values);

}  // namespace oodscope::io
