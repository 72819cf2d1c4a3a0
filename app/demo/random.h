// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>

#include "core/base/rng.h"

namespace oodscope::demo {

/// Random numbers that are the same everywhere: the standard fixes std::mt19937_64, but not its distributions.
class Random {
public:
    explicit Random(std::uint64_t seed) : m_engine(seed) {}

    std::uint64_t bits() { return m_engine(); }
    /// [0, 1)
    double unit() { return static_cast<double>(m_engine() >> 11) * 0x1.0p-53; }
    double range(double low, double high) { return low + (high - low) * unit(); }
    /// 0 … count − 1
    int index(int count) { return static_cast<int>(unit() * count); }
    /// low … high, both included
    int integer(int low, int high) { return low + index(high - low + 1); }
    bool chance(double probability) { return unit() < probability; }
    double sign() { return chance(0.5) ? 1.0 : -1.0; }
    /// Mean 0, variance 1, in steps of ¼: a binomial of 64 fair coins, exact and cheap.
    double roughNormal() { return (std::popcount(m_engine()) - 32) / 4.0; }
    /// Mean 0, variance 1 (Box–Muller).
    double normal() {
        const double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
        return radius * std::cos(6.283185307179586 * unit());
    }

private:
    std::mt19937_64 m_engine;
};

/// The seed of one picture from the seed of the world and numbers that name the picture.
constexpr std::uint64_t seedOf(std::uint64_t seed, std::initializer_list<std::uint64_t> path) {
    for (const std::uint64_t step : path)
        seed = mixSeed(seed, step);
    return seed;
}

}  // namespace oodscope::demo
