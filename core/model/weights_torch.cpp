// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weights_torch.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <fmt/format.h>
#include <stdlib.h>  // defines __GLIBC__
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <cstdint>
#include <new>

#include "core/io/mapped_file.h"

namespace oodscope::model {
namespace {

at::ScalarType scalarType(io::DType dtype) {
    switch (dtype) {
        case io::DType::F16:
            return at::kHalf;
        case io::DType::BF16:
            return at::kBFloat16;
        case io::DType::F64:
            return at::kDouble;
        default:
            return at::kFloat;  // openCheckpoint lets only floating-point types through
    }
}

void dropView(void* view) {
    delete static_cast<io::TensorView*>(view);
}

// Lets go of the pages of a tensor of mapTensor; any other is left alone.
void releasePages(const at::Tensor& tensor) {
    const auto* view = tensor.storage().data_ptr().cast_context<io::TensorView>(&dropView);
    if (view != nullptr) io::releasePages(view->bytes, view->owner);
}

at::Tensor mapTensor(const io::TensorView& view) {
    auto* data = const_cast<std::byte*>(view.bytes.data());
    const at::TensorOptions options(scalarType(view.dtype));
    const bool aligned = reinterpret_cast<std::uintptr_t>(data) % io::dtypeBytes(view.dtype) == 0;
    if (!aligned) {
        at::Tensor copy = at::empty(view.shape, options);
        std::copy(view.bytes.begin(), view.bytes.end(), static_cast<std::byte*>(copy.data_ptr()));
        return copy;
    }
    return at::for_blob(data, view.shape).context(new io::TensorView(view), &dropView).options(options).make_tensor();
}

}  // namespace

Placement Placement::of(Device device, Precision precision) {
    const at::ScalarType dtype = precision == Precision::Fp32   ? at::kFloat
                                 : precision == Precision::Bf16 ? at::kBFloat16
                                                                : at::kHalf;
    if (device.kind == Device::Kind::Cpu) return {at::Device(at::kCPU), dtype};
    return {at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index)), dtype};
}

at::Tensor Placement::put(const at::Tensor& tensor) const {
    return tensor.to(device, dtype).contiguous();
}
at::Tensor Placement::putFloat(const at::Tensor& tensor) const {
    return tensor.to(device, at::kFloat).contiguous();
}
at::Tensor Placement::putSum(const at::Tensor& tensor) const {
    return tensor.to(device, sumType()).contiguous();
}

void releasePages(const Weights& weights, std::string_view prefix) {
    for (auto it = weights.lower_bound(std::string(prefix)); it != weights.end() && it->first.starts_with(prefix); ++it)
        releasePages(it->second);
#ifdef __GLIBC__
    // What folding left free between two layers' weights: a quarter of a large model's size where it is kept.
    ::malloc_trim(0);
#endif
}

Weights mapWeights(const io::TensorFile& file, std::string_view prefix) {
    Weights weights;
    for (const auto& [name, view] : file.tensors) {
        if (name.starts_with(prefix)) weights.emplace(name.substr(prefix.size()), mapTensor(view));
    }
    return weights;
}

Weights mapOtherWeights(const io::TensorFile& file, std::string_view prefix) {
    Weights weights;
    for (const auto& [name, view] : file.tensors) {
        if (!name.starts_with(prefix)) weights.emplace(name, mapTensor(view));
    }
    return weights;
}

Error describeTorchError(const std::exception& exception, std::string_view doing) {
    const auto* torch = dynamic_cast<const c10::Error*>(&exception);
    std::string text = torch != nullptr ? torch->what_without_backtrace() : exception.what();
    text = text.substr(0, text.find('\n'));
    const bool memory = dynamic_cast<const c10::OutOfMemoryError*>(&exception) != nullptr ||
                        dynamic_cast<const std::bad_alloc*>(&exception) != nullptr ||
                        text.find("DefaultCPUAllocator") != std::string::npos ||
                        text.find("out of memory") != std::string::npos;
    return {memory ? ErrorCode::OutOfMemory : ErrorCode::Device, fmt::format("{}: {}", doing, text)};
}

}  // namespace oodscope::model
