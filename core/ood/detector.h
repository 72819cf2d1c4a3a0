// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/ood/detector_info.h"
#include "core/ood/detector_options.h"
#include "core/probe/linear_probe.h"

namespace oodscope::ood {

/// The text side of a zero-shot classifier; rows are L2-normalised.
struct TextSide {
    Matrix classVectors;     // [C, P]
    Matrix negativeVectors;  // [M, P]: words that name none of the classes; may be empty
    double logitScale = 1;   // of the model, already exponentiated
};

/// What a detector may look at. Parts that its DetectorInfo does not ask for may be empty.
struct DetectorInput {
    Matrix logits;                             // [N, C]; of a detector that needs text: cosines
    Matrix features;                           // [N, D]
    Matrix projected;                          // [N, P]: the images in the space of the text vectors
    std::span<const std::int32_t> labels;      // N, for fit only
    const probe::LinearProbe* head = nullptr;  // gives the logits for the features
    const TextSide* text = nullptr;
};

/// A post-hoc OOD score; higher means more in-distribution. Reads its input in blocks of rows, so that a memory-mapped
/// matrix may be larger than memory.
class Detector {
public:
    Detector(const DetectorInfo& info, DetectorOptions options) : m_info(info), m_options(std::move(options)) {}
    virtual ~Detector() = default;
    Detector(const Detector&) = delete;
    Detector& operator=(const Detector&) = delete;

    const DetectorInfo& info() const { return m_info; }
    const DetectorOptions& options() const { return m_options; }

    /// Errors: a part that is missing, sizes that do not fit, a label out of range, NaN or infinity (the row is named).
    /// Does nothing where the detector needs no fit.
    Status fit(const DetectorInput& train);
    /// One score per row, all finite. Errors: those of fit, no fit before, another width than the fit's, a row whose
    /// score is not finite.
    Result<std::vector<double>> score(const DetectorInput& input) const;
    /// What a reader of the scores should know of the fit ("covariance has rank 9 of 10 …"); usually empty.
    virtual std::string note() const { return {}; }

private:
    // Called with checked input; what they throw becomes an error.
    virtual Status fitTrain(const DetectorInput&) { return {}; }
    virtual Result<std::vector<double>> scoreRows(const DetectorInput& input) const = 0;

    Status check(const DetectorInput& input) const;
    Status checkLabels(const DetectorInput& train) const;
    Status checkWidths(const DetectorInput& input) const;
    tl::unexpected<Error> named(const Error& error) const;

    const DetectorInfo& m_info;
    DetectorOptions m_options;
    bool m_fitted = false;
    std::size_t m_logitWidth = 0;    // of the fit
    std::size_t m_featureWidth = 0;  // of the fit
};

/// All detectors of this build, in display order.
std::span<const DetectorInfo> detectors();
/// The one that `text` ("knn", "KNN:k=5") names, options not looked at; null: there is none.
const DetectorInfo* findDetector(std::string_view text);
/// `text`: a key with options, "knn:k=5:score=distance". Error NotFound names the known keys, InvalidArgument the
/// options that the detector has.
Result<std::unique_ptr<Detector>> makeDetector(std::string_view text);

}  // namespace oodscope::ood
