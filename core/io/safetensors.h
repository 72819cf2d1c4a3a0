// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/io/mapped_file.h"
#include "core/io/tensor_file.h"

namespace oodscope::io {

/// Maps a safetensors file and validates it whole before any tensor is handed out (the rules of the reference
/// implementation, safetensors/src/tensor.rs: header size, JSON, no gaps, no overlaps, sizes that fit the shapes).
Result<TensorFile> openSafetensors(const std::filesystem::path& path);
/// The same of a file that is mapped already; `path` is for messages.
Result<TensorFile> readSafetensors(const MappedFile& mapped, const std::filesystem::path& path);
/// A sharded checkpoint by its index (model.safetensors.index.json): the tensors of its "weight_map". A shard outside
/// the index's folder is an error.
Result<TensorFile> openSafetensorsIndex(const std::filesystem::path& path);

/// One tensor to write; `bytes` must hold product(shape) × dtypeBytes(dtype) bytes.
struct TensorToWrite {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};

TensorToWrite tensorOf(std::string name, const Matrix& matrix);                  // F32 [rows, cols]
TensorToWrite tensorOf(std::string name, std::span<const float> values);         // F32 [n]
TensorToWrite tensorOf(std::string name, std::span<const std::int64_t> values);  // I64 [n]

/// An error that names the tensor where shape, type and bytes do not fit.
Status checkSizes(const TensorToWrite& tensor);

/// Written atomically, 8-byte aligned, readable by Python's safetensors.
Status writeSafetensors(const std::filesystem::path& path, std::span<const TensorToWrite> tensors,
                        const std::map<std::string, std::string>& metadata = {});

/// A 2-D F32 tensor as a matrix that shares the mapping (or a converted copy for F16, BF16, F64 and unaligned data).
Result<Matrix> matrixFrom(const TensorFile& file, std::string_view name);
/// A 1-D integer tensor of any width.
Result<std::vector<std::int64_t>> integersFrom(const TensorFile& file, std::string_view name);

}  // namespace oodscope::io
