// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/candidate_list.h"

#include <algorithm>
#include <cmath>

namespace oodscope::ood {

namespace {

constexpr std::size_t kMostSpare = 4096;  // candidates beyond 2 k; more are rows that are nearly all alike

bool better(const Candidate& a, const Candidate& b) {
    return a.value > b.value || (a.value == b.value && a.index < b.index);
}

}  // namespace

CandidateList::CandidateList(std::size_t k, ValueError error) : m_k(k), m_error(error), m_room(roomFor(k)) {
    m_kept.reserve(m_room);
}

void CandidateList::raiseAbsoluteError(float error) {
    m_threshold -= error - m_error.absolute;
    m_error.absolute = error;
}

std::vector<Candidate>& CandidateList::finish() {
    if (m_kept.size() > m_k) shrink();
    return m_kept;
}

void CandidateList::shrink() {
    const auto kth = m_kept.begin() + std::ptrdiff_t(m_k - 1);
    std::ranges::nth_element(m_kept, kth, better);
    // Twice the error, a little more for what the relative one is relative to. A row exactly at the limit may still win
    // by its index: the threshold lies below.
    const float slack = 2 * (1 + 2 * m_error.relative) * (m_error.absolute + m_error.relative * std::abs(kth->value));
    const float limit = std::nextafter(kth->value - slack, -std::numeric_limits<float>::infinity());
    m_threshold = std::max(m_threshold, limit);
    std::erase_if(m_kept, [limit](const Candidate& c) { return !(c.value > limit); });
    const std::size_t most = 2 * m_k + kMostSpare;
    if (m_kept.size() > most) {
        std::ranges::nth_element(m_kept, m_kept.begin() + std::ptrdiff_t(most), better);
        m_kept.resize(most);
        m_threshold = std::ranges::min(m_kept, {}, &Candidate::value).value;
        m_overflowed = true;
    }
    m_room = std::max(2 * m_k + 8, 2 * m_kept.size());
}

}  // namespace oodscope::ood
