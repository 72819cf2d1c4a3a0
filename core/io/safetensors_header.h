// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace oodscope::io {

/// One entry of a safetensors header as written there: nothing is checked against the file yet.
struct HeaderEntry {
    std::string name;
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0;  // bytes from the start of the data
    std::uint64_t end = 0;
};

struct SafetensorsHeader {
    std::vector<HeaderEntry> entries;
    std::map<std::string, std::string> metadata;
};

constexpr std::uint64_t kLargestSafetensorsHeader = 100'000'000;  // of the reference implementation

/// Reads the JSON of a header straight into entries: a hostile document costs no more memory than a small multiple of
/// its size. The error has the place and the reason, not the path.
Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json);

}  // namespace oodscope::io
