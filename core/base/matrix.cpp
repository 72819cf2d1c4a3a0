// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/matrix.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace oodscope {

Matrix Matrix::own(std::size_t rows, std::size_t cols, std::vector<float> values) {
    assert(values.size() == rows * cols);
    auto holder = std::make_shared<const std::vector<float>>(std::move(values));
    const float* data = holder->data();
    return share(rows, cols, std::shared_ptr<const float>(std::move(holder), data));
}

Matrix Matrix::share(std::size_t rows, std::size_t cols, std::shared_ptr<const float> data) {
    Matrix matrix;
    matrix.m_rows = rows;
    matrix.m_cols = cols;
    matrix.m_data = std::move(data);
    return matrix;
}

Matrix Matrix::selectRows(std::span<const std::size_t> indices) const {
    std::vector<float> values(indices.size() * m_cols);
    auto out = values.begin();
    for (const std::size_t index : indices) {
        assert(index < m_rows);
        out = std::ranges::copy(row(index), out).out;
    }
    return own(indices.size(), m_cols, std::move(values));
}

}  // namespace oodscope
