// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace oodscope::ood {

struct Candidate {
    float value = 0;
    std::int64_t index = 0;
};

/// How far a known value v may be from the exact one: absolute + relative · |v|.
struct ValueError {
    float absolute = 0;
    float relative = 0;
};

/// Gathers, from values that are known to within an error, each row that may be among the k of the largest exact
/// values. k rows are exactly no less than the kth known value minus the error, so a row that even with the error added
/// stays below that cannot be among them.
class CandidateList {
public:
    CandidateList(std::size_t k, ValueError error);
    /// Candidates that a list of k holds at first: nearly all of the first rows are candidates, and one shrink of many
    /// is quicker than many of few.
    static constexpr std::size_t roomFor(std::size_t k) { return 2 * k + 1024; }

    /// The rows that follow are known less well, those so far at least as well.
    void raiseAbsoluteError(float error);
    /// What is not above it need not be offered.
    float threshold() const { return m_threshold; }
    void offer(float value, std::int64_t index) {
        if (!(value > m_threshold)) return;
        m_kept.push_back({value, index});
        if (m_kept.size() >= m_room) shrink();
    }
    /// The candidates, at least k if so many were offered, in no order.
    std::vector<Candidate>& finish();
    /// More rows than is sensible lie within the error of the kth: only the best of them were kept.
    bool overflowed() const { return m_overflowed; }

private:
    void shrink();

    std::size_t m_k;
    ValueError m_error;
    std::size_t m_room;  // candidates before the next shrink
    float m_threshold = -std::numeric_limits<float>::infinity();
    bool m_overflowed = false;
    std::vector<Candidate> m_kept;
};

}  // namespace oodscope::ood
