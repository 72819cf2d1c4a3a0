// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace oodscope {

enum class ErrorCode {
    InvalidArgument,  // an option or value the caller gave
    NotFound,         // a file, folder, model or artefact that is not there
    BadFile,          // a file whose contents are malformed
    Unsupported,      // understood, but not something this program does
    Io,               // reading or writing failed (permissions, disk full, …)
    Device,           // no such device, or it failed
    OutOfMemory,
    Cancelled,
    Internal,
};

/// One failure. `message` is one line that names the file, the place and the reason, and what to do where that helps.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
    return tl::unexpected<Error>(Error{code, std::move(message)});
}

/// The error of `result`, to hand on from a function with another value type.
template <class T>
tl::unexpected<Error> failFrom(const Result<T>& result) {
    return tl::unexpected<Error>(result.error());
}

inline tl::unexpected<Error> cancelled() { return fail(ErrorCode::Cancelled, "cancelled"); }

}  // namespace oodscope
