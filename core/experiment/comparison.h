// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"
#include "core/ood/paired_delong.h"

namespace oodscope::experiment {

/// One detector of one evaluation.
struct ComparedDetector {
    const Evaluation* evaluation = nullptr;
    std::string detector;
};

/// Two detectors at their own thresholds on the same images: B fixes what A gets wrong and B right, and breaks the
/// reverse. ID is right where it is accepted, OOD where it is rejected.
struct Changes {
    std::size_t fixed = 0;
    std::size_t broken = 0;
};

/// Two detectors on one OOD set, over the images that both evaluations have (by their path below the set's root).
struct SetComparison {
    std::string ood;
    std::size_t idCount = 0;  // matched images
    std::size_t oodCount = 0;
    std::size_t unmatched = 0;  // ID and OOD images that only one of the two has
    ood::PairedDelong test;
    double fprA = 0;  // at the highest threshold that accepts the asked share of ID
    double fprB = 0;
    Changes idImages;
    Changes oodImages;
};

struct Comparison {
    std::string detectorA, titleA;
    std::string detectorB, titleB;
    double tpr = 0.95;
    std::vector<SetComparison> sets;   // OOD sets that both have, by name
    std::vector<std::string> skipped;  // OOD sets that only one has
};

/// Errors: an unknown detector; no OOD set in common; no image in common (which set); sets without paths that differ in
/// size; a TPR outside (0, 1]; those of pairedDelong.
Result<Comparison> compareDetectors(const ComparedDetector& a, const ComparedDetector& b, double tpr);

nlohmann::json toJson(const Comparison& comparison);
/// Aligned plain text, in percent.
std::string comparisonTable(const std::vector<Comparison>& comparisons);

}  // namespace oodscope::experiment
