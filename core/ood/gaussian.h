// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"

namespace oodscope::ood {

/// How the rows of a matrix are looked at.
enum class RowScale { AsGiven, UnitLength };

/// Squared Mahalanobis distances in double to one or more centres that share a covariance. The covariance Σ is turned
/// into a whitening matrix once (U⁻¹ of Σ = Uᵀ U, or V Λ^−½ of Σ = V Λ Vᵀ), so that scoring is one matrix product and
/// Euclidean distances. Directions without variance (eigenvalue ≤ D · 2⁻⁵² · the largest) are left out: for a singular
/// Σ this is the pseudo-inverse. Samples must be finite.
class Gaussian {
public:
    Gaussian();
    ~Gaussian();
    Gaussian(Gaussian&&) noexcept;
    Gaussian& operator=(Gaussian&&) noexcept;

    /// One centre per class with two samples or more; Σ = unweighted mean of the unbiased covariances of those classes.
    /// labels: N, ≥ 0. Errors: sizes that do not fit, no class with two samples, no variance.
    static Result<Gaussian> ofClasses(const Matrix& samples, std::span<const std::int32_t> labels,
                                      RowScale scale = RowScale::AsGiven);
    struct ClassesAndAll;
    /// The same, and beside it one centre, the mean of all, with the unbiased covariance of all: from one pass.
    static Result<ClassesAndAll> ofClassesAndAll(const Matrix& samples, std::span<const std::int32_t> labels,
                                                 RowScale scale = RowScale::AsGiven);

    /// min over the centres of the squared distance, for each row, scaled as those of the fit. The width must be that
    /// of the fit.
    Result<std::vector<double>> smallestDistance(const Matrix& samples) const;

    bool fitted() const { return m_parts != nullptr; }
    std::size_t rank() const;
    std::size_t width() const;
    std::size_t centreCount() const;
    /// Classes that were left out because they have one sample only.
    std::size_t skippedClasses() const;

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

struct Gaussian::ClassesAndAll {
    Gaussian classes;
    Gaussian all;
};

}  // namespace oodscope::ood
