// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "core/io/pickle_value.h"

namespace oodscope::io {

/// A numpy array in a pickle as a tensor, row-major, whose bytes lie in the pickle: in either way in which numpy writes
/// one, a call of _reconstruct with the array's state, or from protocol 5 on a call of _frombuffer. Nothing: `value` is
/// something else, or an array of objects, of another byte order, column-major, or with bytes that do not fit its
/// shape.
std::optional<TensorView> arrayIn(const PickleValue& value);

/// The numbers of an array of one dimension, or of a list of plain numbers.
std::optional<std::vector<double>> numbersIn(const PickleValue& value);

}  // namespace oodscope::io
