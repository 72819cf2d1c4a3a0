// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "app/demo/random.h"

namespace oodscope::demo {

/// Smooth noise in 0 … 1 over the plane: random values on a unit lattice (repeating every 32), smoothly joined.
class ValueNoise {
public:
    explicit ValueNoise(Random& random) {
        for (float& value : m_values)
            value = static_cast<float>(random.unit());
    }

    double at(double x, double y) const {
        const double fx = std::floor(x), fy = std::floor(y);
        const int ix = static_cast<int>(fx), iy = static_cast<int>(fy);
        const double u = eased(x - fx), v = eased(y - fy);
        const double top = lattice(ix, iy) * (1 - u) + lattice(ix + 1, iy) * u;
        const double bottom = lattice(ix, iy + 1) * (1 - u) + lattice(ix + 1, iy + 1) * u;
        return top * (1 - v) + bottom * v;
    }

private:
    static double eased(double t) { return t * t * (3 - 2 * t); }
    double lattice(int x, int y) const { return m_values[static_cast<std::size_t>((y & 31) * 32 + (x & 31))]; }

    std::array<float, 32 * 32> m_values{};
};

}  // namespace oodscope::demo
