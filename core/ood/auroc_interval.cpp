// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/auroc_interval.h"

#include <algorithm>
#include <cmath>

#include "core/ood/score_counts.h"

namespace oodscope::ood {
namespace {

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

void setNormalInterval(AurocInterval& interval) {
    interval.low = std::max(0.0, interval.auroc - kNormal95 * interval.standardError);
    interval.high = std::min(1.0, interval.auroc + kNormal95 * interval.standardError);
}

AurocInterval intervalFrom(const ScoreCounts& counts) {
    const auto ids = static_cast<double>(counts.idTotal());
    const auto oods = static_cast<double>(counts.oodTotal());
    GroupedMoments idPlacements;   // per ID score: share of OOD scores below it
    GroupedMoments oodPlacements;  // per OOD score: share of ID scores above it
    double idAbove = 0;
    double oodAbove = 0;
    double run = 0;  // ID scores since the last OOD score: they are all placed alike
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double idHere = static_cast<double>(counts.id[i]) - idAbove;
        const double oodHere = static_cast<double>(counts.ood[i]) - oodAbove;
        if (oodHere == 0) {
            run += idHere;
        } else {
            idPlacements.add((oods - oodAbove) / oods, run);
            idPlacements.add((oods - oodAbove - 0.5 * oodHere) / oods, idHere);
            oodPlacements.add((idAbove + 0.5 * idHere) / ids, oodHere);
            run = 0;
        }
        idAbove += idHere;
        oodAbove += oodHere;
    }
    idPlacements.add(0, run);
    AurocInterval interval;
    interval.auroc = idPlacements.mean();
    interval.varianceId = idPlacements.varianceOfMean();
    interval.varianceOod = oodPlacements.varianceOfMean();
    interval.standardError = std::sqrt(interval.varianceId + interval.varianceOod);
    setNormalInterval(interval);
    return interval;
}

Result<AurocInterval> aurocInterval(std::span<const double> id, std::span<const double> ood) {
    const auto counts = countScores(id, ood);
    if (!counts) return failFrom(counts);
    return intervalFrom(*counts);
}

}  // namespace oodscope::ood
