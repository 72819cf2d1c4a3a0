// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/auroc_interval.h"

#include <algorithm>
#include <cmath>

#include "core/ood/score_counts.h"

namespace oodscope::ood {
namespace {

constexpr double kNormal95 = 1.959963984540054;

/// Mean and unbiased variance of values that occur in groups.
class GroupedMoments {
public:
    void add(double value, double count) {
        if (count <= 0) return;
        m_total += count;
        const double step = value - m_mean;
        m_mean += step * count / m_total;
        m_squares += count * step * (value - m_mean);
    }
    double mean() const { return m_mean; }
    double varianceOfMean() const { return m_total > 1 ? m_squares / (m_total - 1) / m_total : 0.0; }

private:
    double m_total = 0;
    double m_mean = 0;
    double m_squares = 0;
};

}  // namespace

Result<AurocInterval> aurocInterval(std::span<const double> id, std::span<const double> ood) {
    auto idRising = sortedScores(id, "ID");
    if (!idRising) return failFrom(idRising);
    auto oodRising = sortedScores(ood, "OOD");
    if (!oodRising) return failFrom(oodRising);
    const ScoreCounts counts = mergeScores(*idRising, *oodRising);
    const double ids = static_cast<double>(counts.idTotal());
    const double oods = static_cast<double>(counts.oodTotal());
    GroupedMoments idPlacements;   // per ID score: share of OOD scores below it
    GroupedMoments oodPlacements;  // per OOD score: share of ID scores above it
    double idAbove = 0;
    double oodAbove = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double idHere = static_cast<double>(counts.id[i]) - idAbove;
        const double oodHere = static_cast<double>(counts.ood[i]) - oodAbove;
        idPlacements.add((oods - oodAbove - 0.5 * oodHere) / oods, idHere);
        oodPlacements.add((idAbove + 0.5 * idHere) / ids, oodHere);
        idAbove += idHere;
        oodAbove += oodHere;
    }
    AurocInterval interval;
    interval.auroc = idPlacements.mean();
    interval.standardError = std::sqrt(idPlacements.varianceOfMean() + oodPlacements.varianceOfMean());
    interval.low = std::max(0.0, interval.auroc - kNormal95 * interval.standardError);
    interval.high = std::min(1.0, interval.auroc + kNormal95 * interval.standardError);
    return interval;
}

}  // namespace oodscope::ood
