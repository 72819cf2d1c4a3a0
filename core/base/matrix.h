// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace oodscope {

/// An immutable row-major float32 matrix whose storage is shared: a copy costs nothing. The storage may be memory that
/// the matrix owns or a memory-mapped file. The currency between the rooms, free of torch headers.
class Matrix {
public:
    Matrix() = default;
    /// Takes `values`, whose size must be rows × cols (asserted).
    static Matrix own(std::size_t rows, std::size_t cols, std::vector<float> values);
    /// Shares `data` (rows × cols floats); the deleter of `data` keeps the owner alive.
    static Matrix share(std::size_t rows, std::size_t cols, std::shared_ptr<const float> data);

    std::size_t rows() const { return m_rows; }
    std::size_t cols() const { return m_cols; }
    std::size_t size() const { return m_rows * m_cols; }
    bool empty() const { return size() == 0; }
    const float* data() const { return m_data.get(); }
    std::span<const float> values() const { return {m_data.get(), size()}; }
    std::span<const float> row(std::size_t i) const { return {m_data.get() + i * m_cols, m_cols}; }
    float at(std::size_t r, std::size_t c) const { return m_data.get()[r * m_cols + c]; }
    const std::shared_ptr<const float>& storage() const { return m_data; }

    /// The rows named by `indices`, copied, in that order.
    Matrix selectRows(std::span<const std::size_t> indices) const;

private:
    std::size_t m_rows = 0;
    std::size_t m_cols = 0;
    std::shared_ptr<const float> m_data;
};

}  // namespace oodscope
