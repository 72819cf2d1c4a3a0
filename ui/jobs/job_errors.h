// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <exception>
#include <new>
#include <string>

#include "core/base/error.h"

namespace oodscope::ui {

/// Runs `f`, which gives a Result<T>; what it throws becomes an Error. Nothing may leave a pool thread as an exception.
template <class T, class F>
Result<T> withoutExceptions(F&& f) {
    try {
        return f();
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory; close other programs or use smaller data");
    } catch (const std::exception& e) {
        return fail(ErrorCode::Internal, std::string("internal error: ") + e.what());
    } catch (...) {
        return fail(ErrorCode::Internal, "internal error of an unknown kind");
    }
}

}  // namespace oodscope::ui
