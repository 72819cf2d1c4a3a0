// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/base/matrix.h"
#include "core/ood/gaussian.h"

namespace oodscope::ood {

/// Means and covariances of grouped rows, in double. Of the covariances only the upper triangle is set.
struct ClassScatter {
    at::Tensor centres;       // [K, D]: means of the groups with two rows or more
    at::Tensor within;        // [D, D]: unweighted mean over those groups of their unbiased covariances
    at::Tensor mean;          // [D] of all rows; undefined where `total` is not asked for
    at::Tensor total;         // [D, D]: unbiased covariance of all rows; likewise
    std::size_t skipped = 0;  // groups of a single row
};

enum class TotalCovariance { No, Yes };

/// `groups`: one of 0 … groupCount − 1 for each row. The total comes from the same products as `within`. nullopt: no
/// group has two rows. Throws what torch throws.
std::optional<ClassScatter> classScatter(const Matrix& rows, std::span<const std::int32_t> groups,
                                         std::size_t groupCount, RowScale scale, TotalCovariance total);

}  // namespace oodscope::ood
