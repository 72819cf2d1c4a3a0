// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace oodscope::io {

/// What stands before the values of a .npy file (numpy.lib.format, versions 1 to 3).
struct NpyHeader {
    std::string descr;  // "<f4"
    bool fortranOrder = false;
    std::vector<std::uint64_t> shape;
    std::size_t dataBegin = 0;  // bytes from the start of the file
};

/// The error has the reason, not the path.
Result<NpyHeader> parseNpyHeader(std::span<const std::byte> file);
/// The bytes before the values, padded as numpy pads.
std::string npyHeader(std::string_view descr, std::string_view shape);

}  // namespace oodscope::io
