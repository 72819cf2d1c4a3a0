// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/linalg_pinv.h>
#include <fmt/format.h>

#include "core/ood/blocks_torch.h"
#include "core/ood/principal_space_torch.h"

namespace oodscope::ood {

namespace {

std::int64_t usualDim(std::int64_t width) {
    return width >= 2048 ? 1000 : width >= 768 ? 512 : width / 2;
}

}  // namespace

Result<PrincipalSpace> PrincipalSpace::fit(const LinearHead& head, const Matrix& features, std::int64_t dim) {
    const auto width = std::int64_t(features.cols());
    if (dim == 0) dim = usualDim(width);
    if (dim >= width)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("dim={} leaves no direction outside: features are {} wide", dim, width));
    PrincipalSpace space;
    space.m_origin = at::linalg_pinv(head.weight).mv(head.bias).neg();
    at::Tensor moments = at::zeros({width, width}, at::kDouble);
    forEachBlock(features, [&](std::int64_t, const at::Tensor& rows) {
        const at::Tensor shifted = head.inputs(rows).sub_(space.m_origin);
        moments.addmm_(shifted.t(), shifted);
    });
    const at::Tensor vectors = std::get<1>(at::linalg_eigh(moments));  // eigenvalues rise
    space.m_outside = vectors.narrow(1, 0, width - dim).contiguous();
    return space;
}

at::Tensor PrincipalSpace::residual(const at::Tensor& inputs) const {
    return inputs.sub(m_origin).mm(m_outside).norm(2, {1});
}

}  // namespace oodscope::ood
