// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/embed/embedding_set.h"
#include "core/experiment/evaluation.h"
#include "core/ood/detector.h"

namespace oodscope::experiment {

/// Prefix of a detector that looks at zero-shot cosines instead of the probe's logits.
inline constexpr std::string_view kZeroShotPrefix = "zero-shot/";
inline bool isZeroShot(std::string_view detectorKey) {
    return detectorKey.starts_with(kZeroShotPrefix);
}

/// What the detectors may look at for one set.
struct ScoringInput {
    Matrix probeLogits;                        // [N, C]; empty: no probe
    Matrix zeroShotLogits;                     // [N, C] cosines; empty: no text tower
    Matrix features;                           // [N, D]
    Matrix projected;                          // [N, P]; empty: no text tower
    const probe::LinearProbe* head = nullptr;  // null: no probe
    const ood::TextSide* text = nullptr;       // null: no text tower
};

/// What a run has for its detectors.
struct Available {
    bool probe = false;
    bool zeroShot = false;
    bool negativeWords = false;
};

/// The part of a key before its options and behind kZeroShotPrefix names this detector; null: there is none.
const ood::DetectorInfo* detectorOf(std::string_view key);

/// The detectors of one evaluation: fitted on the ID training set, then applied to every set.
class DetectorBank {
public:
    /// Keys as "msp", "knn:k=5" or "zero-shot/msp". Error: an unknown key or option; a key that needs what the run does
    /// not have.
    static Result<DetectorBank> make(const std::vector<std::string>& keys, const Available& available);

    Status fit(const ScoringInput& train, const std::vector<std::int32_t>& labels);
    /// One row of N scores per detector.
    Result<std::vector<std::vector<double>>> score(const ScoringInput& input) const;
    const std::vector<std::string>& keys() const { return m_keys; }
    bool needsFit() const;
    bool needsLabels() const;
    /// Per key: formula, source, all options and, where there is one, the note of the fit.
    nlohmann::json describe() const;

private:
    std::vector<std::string> m_keys;
    std::vector<std::unique_ptr<ood::Detector>> m_detectors;
};

/// Names, paths and labels of `set`, without scores.
ScoredSet describeSet(const embed::EmbeddingSet& set);

/// Rows [first, first + count), sharing the storage.
Matrix rowSlice(const Matrix& matrix, std::size_t first, std::size_t count);

/// counts[true][given] over the images that have a true label.
std::vector<std::vector<std::size_t>> labelConfusion(const std::vector<std::int32_t>& trueLabels,
                                                     const std::vector<std::int32_t>& given, std::size_t trueCount,
                                                     std::size_t givenCount);

/// argmax per row.
std::vector<std::int32_t> rowArgmax(const Matrix& matrix);

/// Share of rows whose prediction equals the label, over the rows that have one (-1: none); -1 where there are none.
double accuracy(const std::vector<std::int32_t>& predicted, const std::vector<std::int32_t>& labels);

/// `labels` (into `from`) as indices into `to`, matched by name; -1 where the name is not in `to`. Classes that are
/// known by number only ("0", "1", …: lists and arrays of images) are matched by number.
std::vector<std::int32_t> mapLabels(const std::vector<std::int32_t>& labels, const std::vector<std::string>& from,
                                    const std::vector<std::string>& to);

}  // namespace oodscope::experiment
