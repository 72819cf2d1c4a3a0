// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace oodscope {

/// SplitMix64: the seed of a sub-stream from the one seed the user gave. `stream` is a fixed number per purpose.
constexpr std::uint64_t mixSeed(std::uint64_t seed, std::uint64_t stream) {
    std::uint64_t z = seed + 0x9e3779b97f4a7c15ULL * (stream + 1);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

}  // namespace oodscope
