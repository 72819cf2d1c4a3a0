// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace oodscope::model {

struct Device {
    enum class Kind { Cpu, Cuda } kind = Kind::Cpu;
    int index = 0;

    std::string name() const;  // "cpu", "cuda:0"
    bool operator==(const Device&) const = default;
};

enum class Precision { Fp32, Bf16, Fp16 };
std::string_view precisionName(Precision precision);
Result<Precision> parsePrecision(std::string_view text);

struct DeviceInfo {
    Device device;
    std::string description;  // "NVIDIA H200", or the CPU's model name
    std::uint64_t memoryBytes = 0;
    int threads = 0;  // CPU only
};

/// All usable devices, the CPU first. Opens libtorch_cuda on the first call (slow: not on a window's thread).
std::vector<DeviceInfo> listDevices();
/// "cpu", "cuda:N", "auto" (every GPU, else the CPU) or a comma-separated list. An absent GPU is an error that says
/// which devices there are.
Result<std::vector<Device>> parseDevices(std::string_view text);

/// An error where the device is not there.
Status checkDevice(Device device);

/// Threads that CPU encoders and matrix products started from the calling thread use (the setting belongs to the
/// thread). At least 1.
void setComputeThreads(int threads);

}  // namespace oodscope::model
