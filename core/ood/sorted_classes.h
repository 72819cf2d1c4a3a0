// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/error.h"
#include "core/ood/class_metrics.h"

namespace oodscope::ood {

// classBreakdown for who has sorted the scores already (see sortedScores): the same numbers to the last bit. No set of
// scores is empty.

/// The OOD scores of one class, rising.
struct RisingClass {
    std::int32_t label = -1;
    std::span<const double> scores;
};
/// `classes` by rising label.
ClassBreakdown classBreakdownOf(std::span<const double> idRising, std::span<const RisingClass> classes,
                                FprConvention convention);

/// With the OOD scores in any order, as classBreakdown takes them, and its errors.
Result<ClassBreakdown> classBreakdownOf(std::span<const double> idRising, std::span<const double> ood,
                                        std::span<const std::int32_t> labels, std::size_t classCount,
                                        FprConvention convention);

}  // namespace oodscope::ood
