// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the reader of torch files.
#pragma once

#include <functional>

#include "core/io/mapped_file.h"
#include "core/io/pickle_reader.h"

namespace oodscope::io {

/// The bytes of a storage in the file, by its key.
using FindStorage = std::function<Result<std::span<const std::byte>>(const PickledStorage&)>;

/// Gives every tensor of `document` its bytes: those of the mapping where it is contiguous, else a copy. All copies
/// together may need no more memory than the file itself and a little.
Status bindTensors(PickleDocument& document, const MappedFile& mapped, const FindStorage& find);

}  // namespace oodscope::io
