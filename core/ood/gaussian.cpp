// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/gaussian.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <utility>

#include "core/ood/blocks_torch.h"

namespace oodscope::ood {

namespace {

/// A group index per row as an int64 tensor; rows of groups that are left out get −1.
at::Tensor groupTensor(std::span<const std::int32_t> groups, const std::vector<std::int64_t>& centreOf) {
    at::Tensor tensor = at::empty({std::int64_t(groups.size())}, at::kLong);
    std::int64_t* values = tensor.data_ptr<std::int64_t>();
    for (std::size_t i = 0; i < groups.size(); ++i)
        values[i] = centreOf[std::size_t(groups[i])];
    return tensor;
}

/// Which groups get a centre.
struct GroupPlan {
    std::vector<std::int64_t> centreOf;  // per group; -1: left out
    std::vector<double> weights;         // per centre: 1/(samples - 1)
    std::size_t skipped = 0;             // groups of a single sample
};

GroupPlan planGroups(std::span<const std::int32_t> groups, std::size_t groupCount) {
    std::vector<std::int64_t> sizes(groupCount, 0);
    for (const std::int32_t group : groups)
        ++sizes[std::size_t(group)];
    GroupPlan plan;
    plan.centreOf.assign(groupCount, -1);
    for (std::size_t g = 0; g < groupCount; ++g) {
        if (sizes[g] == 1) ++plan.skipped;
        if (sizes[g] < 2) continue;
        plan.centreOf[g] = std::int64_t(plan.weights.size());
        plan.weights.push_back(1.0 / double(sizes[g] - 1));
    }
    return plan;
}

at::Tensor scaled(const at::Tensor& rows, RowScale scale) {
    return scale == RowScale::UnitLength ? unitRows(rows) : rows;
}

/// The samples, the centre of each (−1: none) and how rows are looked at.
struct Grouped {
    const Matrix& samples;
    at::Tensor centreIndex;  // [N] int64
    RowScale scale;
};

/// Calls visit(centre of each row, rows as double) for the rows whose group has a centre.
template <class Visit>
void forEachKept(const Grouped& grouped, Visit visit) {
    forEachBlock(grouped.samples, [&](std::int64_t first, const at::Tensor& block) {
        const at::Tensor index = grouped.centreIndex.narrow(0, first, block.size(0));
        const at::Tensor kept = index.ge(0).nonzero().squeeze(1);
        visit(index.index_select(0, kept), scaled(block, grouped.scale).index_select(0, kept));
    });
}

at::Tensor groupMeans(const Grouped& grouped, const GroupPlan& plan) {
    at::Tensor means =
        at::zeros({std::int64_t(plan.weights.size()), std::int64_t(grouped.samples.cols())}, at::kDouble);
    at::Tensor counts = at::zeros({means.size(0), 1}, at::kDouble);
    forEachKept(grouped, [&](const at::Tensor& index, const at::Tensor& rows) {
        means.index_add_(0, index, rows);
        counts.index_add_(0, index, at::ones({rows.size(0), 1}, at::kDouble));
    });
    return means.div_(counts);
}

/// Unweighted mean over the centres of the unbiased covariances, as one product of weighted rows.
at::Tensor meanCovariance(const Grouped& grouped, const at::Tensor& means, const GroupPlan& plan) {
    const at::Tensor root = at::tensor(plan.weights, at::kDouble).div(double(plan.weights.size())).sqrt().unsqueeze(1);
    at::Tensor covariance = at::zeros({means.size(1), means.size(1)}, at::kDouble);
    forEachKept(grouped, [&](const at::Tensor& index, const at::Tensor& rows) {
        const at::Tensor weighted = rows.sub(means.index_select(0, index)).mul_(root.index_select(0, index));
        covariance.addmm_(weighted.t(), weighted);
    });
    return covariance;
}

}  // namespace

struct Gaussian::Parts {
    at::Tensor origin;     // [D]: subtracted first, so that large offsets cancel before they are squared
    at::Tensor whitening;  // [D, R]
    at::Tensor centres;    // [K, R], whitened
    std::size_t skipped = 0;
    RowScale scale = RowScale::AsGiven;
};

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
    return fit(samples, labels, std::size_t(highest) + 1, scale);
}

Result<Gaussian> Gaussian::ofAll(const Matrix& samples, RowScale scale) {
    if (samples.empty()) return fail(ErrorCode::InvalidArgument, "there are no samples to fit");
    const std::vector<std::int32_t> one(samples.rows(), 0);
    return fit(samples, one, 1, scale);
}

Result<Gaussian> Gaussian::fit(const Matrix& samples, std::span<const std::int32_t> groups, std::size_t groupCount,
                               RowScale scale) {
    const GroupPlan plan = planGroups(groups, groupCount);
    if (plan.weights.empty()) {
        return fail(ErrorCode::InvalidArgument, "no class has two samples: there is no covariance");
    }
    try {
        const Grouped grouped{samples, groupTensor(groups, plan.centreOf), scale};
        const at::Tensor means = groupMeans(grouped, plan);
        const auto [values, vectors] = at::linalg_eigh(meanCovariance(grouped, means, plan));
        const double largest = values[-1].item<double>();
        if (!(largest > 0)) {
            return fail(ErrorCode::InvalidArgument, "the samples of every class are all alike: no variance");
        }
        const double floor = largest * double(samples.cols()) * std::numeric_limits<double>::epsilon();
        const at::Tensor kept = values.gt(floor).nonzero().squeeze(1);
        Gaussian gaussian;
        gaussian.m_parts = std::make_unique<Parts>();
        Parts& parts = *gaussian.m_parts;
        parts.skipped = plan.skipped;
        parts.scale = scale;
        parts.whitening = vectors.index_select(1, kept).mul(values.index_select(0, kept).rsqrt()).contiguous();
        parts.origin = means.mean(0);
        parts.centres = means.sub(parts.origin).mm(parts.whitening);
        return gaussian;
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory for the covariance");
    } catch (const c10::Error& error) {
        return fail(ErrorCode::Internal, fmt::format("covariance: {}", error.what_without_backtrace()));
    }
}

Result<std::vector<double>> Gaussian::smallestDistance(const Matrix& samples) const {
    if (samples.empty()) return fail(ErrorCode::InvalidArgument, "there are no samples to score");
    if (samples.cols() != width()) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("samples are {} wide, the fitted ones were {}", samples.cols(), width()));
    }
    try {
        const at::Tensor centreNorms = m_parts->centres.square().sum(1);
        const at::Tensor transposed = m_parts->centres.t();
        return scoresByBlock(samples, [&](std::int64_t, const at::Tensor& block) {
            const at::Tensor white = scaled(block, m_parts->scale).sub(m_parts->origin).mm(m_parts->whitening);
            // ‖w − c‖² = ‖w‖² + (‖c‖² − 2 w·c), the smallest over c.
            const at::Tensor nearest = at::addmm(centreNorms, white, transposed, /*beta=*/1, /*alpha=*/-2).amin(1);
            return nearest.add_(white.square().sum(1)).clamp_min_(0);
        });
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory for the distances");
    } catch (const c10::Error& error) {
        return fail(ErrorCode::Internal, fmt::format("distances: {}", error.what_without_backtrace()));
    }
}

}  // namespace oodscope::ood
