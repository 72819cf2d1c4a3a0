// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/error.h"
#include "core/base/large_vector.h"

namespace oodscope::ood {

/// InvalidArgument names `set` and the index of a NaN or an infinity, or says that the set is empty.
Status checkScores(std::span<const double> scores, std::string_view set);
/// Sorted copy, rising, with −0 made +0. The errors of checkScores. A radix sort of the bit patterns: near linear,
/// several times faster than a comparison sort.
Result<LargeVector<double>> sortedScores(std::span<const double> scores, std::string_view set);

/// How many scores reach each distinct score: what every curve and metric here is read from.
/// value[i] falls strictly; id[i] and ood[i] count the scores ≥ value[i], so the last entries are the set sizes.
struct ScoreCounts {
    LargeVector<double> value;
    LargeVector<std::uint64_t> id;
    LargeVector<std::uint64_t> ood;
    std::size_t ties = 0;  // scores that equal another score, of either set

    std::uint64_t idTotal() const { return id.back(); }
    std::uint64_t oodTotal() const { return ood.back(); }
    std::size_t size() const { return value.size(); }
};

/// From two sorted, non-empty sets.
ScoreCounts mergeScores(std::span<const double> idRising, std::span<const double> oodRising);

/// Sorts and merges. The errors of sortedScores; more scores in one set than the exact AUROC can count.
Result<ScoreCounts> countScores(std::span<const double> id, std::span<const double> ood);

/// The counts as a detector of one side sees them: vertex k = 0 … size()−1 from the strictest threshold to the loosest.
/// With OOD positive a sample is detected when its score is ≤ threshold.
class CountView {
public:
    CountView(const ScoreCounts& counts, bool oodPositive) : m_counts(&counts), m_oodPositive(oodPositive) {}

    std::size_t size() const { return m_counts->size(); }
    std::uint64_t positives() const { return m_oodPositive ? m_counts->oodTotal() : m_counts->idTotal(); }
    std::uint64_t negatives() const { return m_oodPositive ? m_counts->idTotal() : m_counts->oodTotal(); }
    std::uint64_t truePositives(std::size_t k) const {
        return m_oodPositive ? below(m_counts->ood, k) : m_counts->id[k];
    }
    std::uint64_t falsePositives(std::size_t k) const {
        return m_oodPositive ? below(m_counts->id, k) : m_counts->ood[k];
    }
    double threshold(std::size_t k) const { return m_counts->value[m_oodPositive ? size() - 1 - k : k]; }
    double tpr(std::size_t k) const { return asDouble(truePositives(k)) / asDouble(positives()); }
    double fpr(std::size_t k) const { return asDouble(falsePositives(k)) / asDouble(negatives()); }

private:
    /// The processor converts signed integers in one step, unsigned ones in several.
    static double asDouble(std::uint64_t count) { return double(std::int64_t(count)); }
    /// Scores ≤ the k-th lowest value.
    std::uint64_t below(const LargeVector<std::uint64_t>& accepted, std::size_t k) const {
        return k + 1 == size() ? accepted.back() : accepted.back() - accepted[size() - 2 - k];
    }

    const ScoreCounts* m_counts;
    bool m_oodPositive;
};

}  // namespace oodscope::ood
