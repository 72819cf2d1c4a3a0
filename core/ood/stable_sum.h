// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>

namespace oodscope::ood {

/// Σ with a running compensation (Neumaier), so that a million small steps stay exact to the last digit.
class StableSum {
public:
    void add(double term) {
        const double next = m_sum + term;
        m_rest += std::abs(m_sum) >= std::abs(term) ? (m_sum - next) + term : (term - next) + m_sum;
        m_sum = next;
    }
    double value() const { return m_sum + m_rest; }

private:
    double m_sum = 0;
    double m_rest = 0;
};

}  // namespace oodscope::ood
