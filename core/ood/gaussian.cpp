// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/gaussian.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/linalg_cholesky_ex.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/linalg_solve_triangular.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <new>
#include <optional>
#include <utility>

#include "core/ood/blocks_torch.h"
#include "core/ood/class_scatter_torch.h"

namespace oodscope::ood {

namespace {

constexpr auto kNoPair = "no class has two samples: there is no covariance";

/// What `work` throws, as an error that says what was computed.
template <class Work>
auto guarded(const char* what, Work work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, fmt::format("not enough memory for the {}", what));
    } catch (const c10::Error& error) {
        return fail(ErrorCode::Internal, fmt::format("{}: {}", what, error.what_without_backtrace()));
    }
}

at::Tensor scaled(const at::Tensor& rows, RowScale scale) {
    return scale == RowScale::UnitLength ? unitRows(rows) : rows;
}

/// The number of labels that `labels` may come from. Errors: sizes that do not fit, labels below 0 or absurd.
Result<std::size_t> countClasses(const Matrix& samples, std::span<const std::int32_t> labels) {
    if (samples.empty()) return fail(ErrorCode::InvalidArgument, "there are no samples to fit");
    if (labels.size() != samples.rows()) {
        return fail(ErrorCode::InvalidArgument, fmt::format("{} labels for {} samples", labels.size(), samples.rows()));
    }
    std::int32_t highest = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] < 0) return fail(ErrorCode::InvalidArgument, fmt::format("sample {} has no label", i));
        highest = std::max(highest, labels[i]);
    }
    if (std::size_t(highest) > (std::size_t{1} << 24)) {
        return fail(ErrorCode::InvalidArgument, fmt::format("label {} is absurd", highest));
    }
    return std::size_t(highest) + 1;
}

/// The share of the largest eigenvalue that counts as no variance.
double noVariance(const at::Tensor& covariance) {
    return double(covariance.size(0)) * std::numeric_limits<double>::epsilon();
}

/// Σ = Uᵀ U: U⁻¹, where no eigenvalue can count as no variance: λ_max ≤ trace Σ and 1 / λ_min ≤ trace Σ⁻¹ = ‖U⁻¹‖².
std::optional<at::Tensor> invertedRoot(const at::Tensor& covariance) {
    const auto [root, info] = at::linalg_cholesky_ex(covariance, /*upper=*/true);
    if (info.item<int>() != 0) return std::nullopt;
    const at::Tensor inverse = at::linalg_solve_triangular(root, at::eye(root.size(0), at::kDouble), /*upper=*/true);
    const double most = covariance.trace().item<double>() * inverse.square().sum().item<double>();
    if (!(most * noVariance(covariance) < 1)) return std::nullopt;
    return inverse;
}

/// W [D, R] with W Wᵀ = Σ⁻¹, or the pseudo-inverse. `covariance`: its upper triangle. Error: no variance.
Result<at::Tensor> whiteningOf(const at::Tensor& covariance) {
    if (auto inverse = invertedRoot(covariance)) return *inverse;
    const auto [values, vectors] = at::linalg_eigh(covariance, "U");
    const double largest = values[-1].item<double>();
    if (!(largest > 0)) {
        return fail(ErrorCode::InvalidArgument, "the samples of every class are all alike: no variance");
    }
    const at::Tensor kept = values.gt(largest * noVariance(covariance)).nonzero().squeeze(1);
    return vectors.index_select(1, kept).mul(values.index_select(0, kept).rsqrt()).contiguous();
}

}  // namespace

struct Gaussian::Parts {
    at::Tensor origin;     // [D]: subtracted first, so that large offsets cancel before they are squared
    at::Tensor whitening;  // [D, R]
    at::Tensor centres;    // [K, R], whitened
    std::size_t skipped = 0;
    RowScale scale = RowScale::AsGiven;

    static Result<Gaussian> make(const at::Tensor& covariance, const at::Tensor& centres, std::size_t skipped,
                                 RowScale scale);
};

Result<Gaussian> Gaussian::Parts::make(const at::Tensor& covariance, const at::Tensor& centres, std::size_t skipped,
                                       RowScale scale) {
    auto whitening = whiteningOf(covariance);
    if (!whitening) return failFrom(whitening);
    const at::Tensor origin = centres.mean(0);
    Gaussian gaussian;
    gaussian.m_parts = std::make_unique<Parts>();
    *gaussian.m_parts = {origin, *whitening, centres.sub(origin).mm(*whitening), skipped, scale};
    return gaussian;
}

Gaussian::Gaussian() = default;
Gaussian::~Gaussian() = default;
Gaussian::Gaussian(Gaussian&&) noexcept = default;
Gaussian& Gaussian::operator=(Gaussian&&) noexcept = default;

std::size_t Gaussian::rank() const {
    return std::size_t(m_parts->whitening.size(1));
}
std::size_t Gaussian::width() const {
    return std::size_t(m_parts->whitening.size(0));
}
std::size_t Gaussian::centreCount() const {
    return std::size_t(m_parts->centres.size(0));
}
std::size_t Gaussian::skippedClasses() const {
    return m_parts->skipped;
}

Result<Gaussian> Gaussian::ofClasses(const Matrix& samples, std::span<const std::int32_t> labels, RowScale scale) {
    const auto classes = countClasses(samples, labels);
    if (!classes) return failFrom(classes);
    return guarded("covariance", [&]() -> Result<Gaussian> {
        const auto scatter = classScatter(samples, labels, *classes, scale, TotalCovariance::No);
        if (!scatter) return fail(ErrorCode::InvalidArgument, kNoPair);
        return Parts::make(scatter->within, scatter->centres, scatter->skipped, scale);
    });
}

Result<Gaussian::ClassesAndAll> Gaussian::ofClassesAndAll(const Matrix& samples, std::span<const std::int32_t> labels,
                                                          RowScale scale) {
    const auto classes = countClasses(samples, labels);
    if (!classes) return failFrom(classes);
    return guarded("covariances", [&]() -> Result<ClassesAndAll> {
        const auto scatter = classScatter(samples, labels, *classes, scale, TotalCovariance::Yes);
        if (!scatter) return fail(ErrorCode::InvalidArgument, kNoPair);
        auto ofClasses = Parts::make(scatter->within, scatter->centres, scatter->skipped, scale);
        if (!ofClasses) return failFrom(ofClasses);
        auto ofAll = Parts::make(scatter->total, scatter->mean.unsqueeze(0), 0, scale);
        if (!ofAll) return failFrom(ofAll);
        return ClassesAndAll{std::move(*ofClasses), std::move(*ofAll)};
    });
}

Result<std::vector<double>> Gaussian::smallestDistance(const Matrix& samples) const {
    if (samples.empty()) return fail(ErrorCode::InvalidArgument, "there are no samples to score");
    if (samples.cols() != width()) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("samples are {} wide, the fitted ones were {}", samples.cols(), width()));
    }
    return guarded("distances", [&]() -> Result<std::vector<double>> {
        const at::Tensor centreNorms = m_parts->centres.square().sum(1);
        const at::Tensor transposed = m_parts->centres.t();
        return scoresByBlock(samples, [&](std::int64_t, const at::Tensor& block) {
            const at::Tensor white = scaled(block, m_parts->scale).sub(m_parts->origin).mm(m_parts->whitening);
            // ‖w − c‖² = ‖w‖² + (‖c‖² − 2 w·c), the smallest over c.
            const at::Tensor nearest = at::addmm(centreNorms, white, transposed, /*beta=*/1, /*alpha=*/-2).amin(1);
            return nearest.add_(white.square().sum(1)).clamp_min_(0);
        });
    });
}

}  // namespace oodscope::ood
