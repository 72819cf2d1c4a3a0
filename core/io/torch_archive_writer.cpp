// SPDX-License-Identifier: GPL-3.0-or-later
// The layout: torch/serialization.py (_save) and torch/_utils.py (_rebuild_tensor_v2).
#include "core/io/torch_archive_writer.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

#include "core/base/files.h"
#include "core/io/pickle_writer.h"
#include "core/io/utf8.h"
#include "core/io/zip_writer.h"

namespace oodscope::io {
namespace {

constexpr std::string_view kTop = "archive/";

const char* storageClass(DType dtype) {
    switch (dtype) {
        case DType::F32:
            return "FloatStorage";
        case DType::F64:
            return "DoubleStorage";
        case DType::F16:
            return "HalfStorage";
        case DType::BF16:
            return "BFloat16Storage";
        case DType::I64:
            return "LongStorage";
        case DType::I32:
            return "IntStorage";
        case DType::I16:
            return "ShortStorage";
        case DType::I8:
            return "CharStorage";
        case DType::U8:
            return "ByteStorage";
        case DType::Bool:
            return "BoolStorage";
        default:
            return nullptr;
    }
}

/// The contiguous tensor whose storage is data/`key`.
PickleWriter& addTensor(PickleWriter& pickle, const TensorToWrite& tensor, std::size_t key) {
    std::int64_t count = 1;
    std::vector<std::int64_t> strides(tensor.shape.size());
    for (std::size_t i = strides.size(); i-- > 0;) {
        strides[i] = count;
        count *= std::max<std::int64_t>(tensor.shape[i], 1);
    }
    const auto elements = static_cast<std::int64_t>(tensor.bytes.size() / dtypeBytes(tensor.dtype));
    pickle.global("torch._utils", "_rebuild_tensor_v2").raw("((").text("storage");
    pickle.global("torch", storageClass(tensor.dtype)).text(std::to_string(key)).text("cpu");
    pickle.integer(elements).raw("tQ").integer(0).tuple(tensor.shape).tuple(strides);
    return pickle.raw("\x89").global("collections", "OrderedDict").raw(")RtR");
}

Status writeArchive(const fs::path& path, const std::string& pickle, std::span<const TensorToWrite> tensors) {
    return writeAtomically(path, [&](const fs::path& temporary) -> Status {
        auto writer = ZipWriter::create(temporary);
        if (!writer) return failFrom(writer);
        const auto add = [&](const std::string& name, std::span<const std::byte> data) {
            return writer->add(std::string(kTop) + name, data);
        };
        const auto addText = [&](const std::string& name, std::string_view text) {
            return add(name, std::as_bytes(std::span<const char>(text)));
        };
        Status done = addText("data.pkl", pickle);
        if (done) done = addText("byteorder", "little");
        for (std::size_t i = 0; done && i < tensors.size(); ++i)
            done = add("data/" + std::to_string(i), tensors[i].bytes);
        if (done) done = addText("version", "3\n");
        return done ? writer->finish() : done;
    });
}

Status checkTensor(const TensorToWrite& tensor) {
    if (const Status sizes = checkSizes(tensor); !sizes) return sizes;
    if (!isUtf8(tensor.name))
        return fail(ErrorCode::InvalidArgument, "tensor " + quotedName(tensor.name) + ": its name is not valid UTF-8");
    if (storageClass(tensor.dtype) != nullptr) return {};
    return fail(ErrorCode::Unsupported, "tensor " + quotedName(tensor.name) + ": torch has no storage class for " +
                                            std::string(dtypeName(tensor.dtype)));
}

Status named(const fs::path& path, const Status& status) {
    return fail(status.error().code, path.string() + ": " + status.error().message);
}

}  // namespace

Status writeTorchStateDict(const fs::path& path, std::span<const TensorToWrite> tensors) {
    std::set<std::string_view> names;
    PickleWriter pickle;
    pickle.global("collections", "OrderedDict").raw(")R(");
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        if (const Status ok = checkTensor(tensors[i]); !ok) return named(path, ok);
        if (!names.insert(tensors[i].name).second)
            return fail(ErrorCode::InvalidArgument,
                        path.string() + ": tensor " + quotedName(tensors[i].name) + " is given twice");
        addTensor(pickle.text(tensors[i].name), tensors[i], i);
    }
    return writeArchive(path, std::move(pickle.raw("u")).take(), tensors);
}

Status writeTorchTensor(const fs::path& path, const TensorToWrite& tensor) {
    if (const Status ok = checkTensor(tensor); !ok) return named(path, ok);
    PickleWriter pickle;
    return writeArchive(path, std::move(addTensor(pickle, tensor, 0)).take(), std::span(&tensor, 1));
}

Status writeTorchIntegers(const fs::path& path, std::span<const std::int64_t> values) {
    PickleWriter pickle;
    pickle.raw("](");
    for (const std::int64_t value : values)
        pickle.integer(value);
    return writeArchive(path, std::move(pickle.raw("e")).take(), {});
}

}  // namespace oodscope::io
