// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace oodscope {

/// Whether code for AVX2 and FMA runs here.
inline bool hasAvx2() {
#if defined(__x86_64__)
    static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return has;
#else
    return false;
#endif
}

}  // namespace oodscope
