// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/matrix_torch.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <memory>

namespace oodscope::model {

Matrix toMatrix(const at::Tensor& tensor) {
    const auto rows = static_cast<std::size_t>(tensor.size(0));
    const auto cols = static_cast<std::size_t>(tensor.size(1));
    auto holder = std::make_shared<const at::Tensor>(tensor.detach().to(at::kCPU, at::kFloat).contiguous());
    const float* data = holder->const_data_ptr<float>();
    return Matrix::share(rows, cols, std::shared_ptr<const float>(std::move(holder), data));
}

at::Tensor toTensor(const Matrix& matrix) {
    auto owner = matrix.storage();
    return at::from_blob(
        const_cast<float*>(matrix.data()),
        {static_cast<std::int64_t>(matrix.rows()), static_cast<std::int64_t>(matrix.cols())}, [owner](void*) {},
        at::TensorOptions(at::kFloat));
}

}  // namespace oodscope::model
