// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <mutex>
#include <thread>

#include "core/base/text_util.h"

namespace oodscope::model {
namespace {

std::string cpuName() {
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);) {
        const std::size_t colon = line.find(':');
        if (colon != std::string::npos && line.starts_with("model name"))
            return std::string(trimmed(std::string_view(line).substr(colon + 1)));
    }
    return "CPU";
}

DeviceInfo cpuInfo() {
    DeviceInfo info;
    info.description = cpuName();
    info.memoryBytes =
        static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    info.threads = std::max(1U, std::thread::hardware_concurrency());
    return info;
}

// The CUDA backend registers itself when its library is loaded; a CPU build of LibTorch has none, which is no error.
bool loadCudaBackend() {
    static const bool loaded = [] { return dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr; }();
    return loaded;
}

// Name and memory from the driver itself: LibTorch offers them only in headers that need the CUDA toolkit.
class CudaDriver {
public:
    CudaDriver() {
        void* library = dlopen("libcuda.so.1", RTLD_NOW);
        if (library == nullptr) return;
        const auto init = symbol<int (*)(unsigned)>(library, "cuInit");
        m_get = symbol<int (*)(int*, int)>(library, "cuDeviceGet");
        m_name = symbol<int (*)(char*, int, int)>(library, "cuDeviceGetName");
        m_memory = symbol<int (*)(std::size_t*, int)>(library, "cuDeviceTotalMem_v2");
        m_usable = init != nullptr && m_get != nullptr && m_name != nullptr && m_memory != nullptr && init(0) == 0;
    }

    void describe(DeviceInfo& info) const {
        int handle = 0;
        if (!m_usable || m_get(&handle, info.device.index) != 0) return;
        char name[256] = {};
        std::size_t bytes = 0;
        if (m_name(name, sizeof name, handle) == 0) info.description = name;
        if (m_memory(&bytes, handle) == 0) info.memoryBytes = bytes;
    }

private:
    template <class F>
    static F symbol(void* library, const char* name) {
        return reinterpret_cast<F>(dlsym(library, name));
    }

    int (*m_get)(int*, int) = nullptr;
    int (*m_name)(char*, int, int) = nullptr;
    int (*m_memory)(std::size_t*, int) = nullptr;
    bool m_usable = false;
};

int cudaDeviceCount() {
    if (!loadCudaBackend()) return 0;
    try {
        return at::globalContext().hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().deviceCount()) : 0;
    } catch (const std::exception&) {
        return 0;  // a driver that does not fit: as good as no GPU
    }
}

std::vector<DeviceInfo> findDevices() {
    std::vector<DeviceInfo> devices{cpuInfo()};
    const int count = cudaDeviceCount();
    if (count == 0) return devices;
    const CudaDriver driver;
    for (int index = 0; index < count; ++index) {
        DeviceInfo info;
        info.device = {Device::Kind::Cuda, index};
        info.description = "CUDA GPU";
        driver.describe(info);
        devices.push_back(std::move(info));
    }
    // TF32 convolutions are LibTorch's default; fp32 here means fp32.
    at::globalContext().setAllowTF32CuDNN(false);
    at::globalContext().setAllowTF32CuBLAS(false);
    return devices;
}

std::string deviceNames(const std::vector<DeviceInfo>& devices) {
    std::string names;
    for (const DeviceInfo& info : devices)
        names.append(names.empty() ? "" : ", ").append(info.device.name());
    return names;
}

Result<Device> parseDevice(std::string_view text) {
    if (text == "cpu") return Device{};
    int index = 0;
    const bool prefixed = text.starts_with("cuda:");
    const std::string_view digits = prefixed ? text.substr(5) : std::string_view();
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    const bool number = !digits.empty() && parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
    if (text != "cuda" && (!number || index < 0))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("device '{}' is not known; expected auto, cpu or cuda:N", text));
    const std::vector<DeviceInfo> devices = listDevices();
    const Device device{Device::Kind::Cuda, index};
    if (std::ranges::find(devices, device, &DeviceInfo::device) == devices.end())
        return fail(ErrorCode::Device,
                    fmt::format("{}: this machine has no {}; devices here: {}", device.name(),
                                devices.size() == 1 ? "usable GPU" : "such GPU", deviceNames(devices)));
    return device;
}

std::vector<Device> automaticDevices() {
    std::vector<Device> gpus;
    for (const DeviceInfo& info : listDevices()) {
        if (info.device.kind == Device::Kind::Cuda) gpus.push_back(info.device);
    }
    return gpus.empty() ? std::vector<Device>{Device{}} : gpus;
}

}  // namespace

std::string Device::name() const {
    return kind == Kind::Cpu ? "cpu" : fmt::format("cuda:{}", index);
}

std::string_view precisionName(Precision precision) {
    switch (precision) {
        case Precision::Fp32:
            return "fp32";
        case Precision::Bf16:
            return "bf16";
        case Precision::Fp16:
            return "fp16";
    }
    return "fp32";
}

Result<Precision> parsePrecision(std::string_view text) {
    for (const Precision precision : {Precision::Fp32, Precision::Bf16, Precision::Fp16}) {
        if (text == precisionName(precision)) return precision;
    }
    return fail(ErrorCode::InvalidArgument,
                fmt::format("precision '{}' is not known; expected fp32, bf16 or fp16", text));
}

std::vector<DeviceInfo> listDevices() {
    static std::once_flag once;
    static std::vector<DeviceInfo> devices;
    std::call_once(once, [] { devices = findDevices(); });
    return devices;
}

Result<std::vector<Device>> parseDevices(std::string_view text) {
    if (trimmed(text) == "auto") return automaticDevices();
    std::vector<Device> devices;
    for (const std::string& part : split(text, ',')) {
        const auto device = parseDevice(trimmed(part));
        if (!device) return failFrom(device);
        if (std::ranges::find(devices, *device) != devices.end())
            return fail(ErrorCode::InvalidArgument, fmt::format("device {} is named twice", device->name()));
        devices.push_back(*device);
    }
    return devices;
}

Status checkDevice(Device device) {
    if (device.kind == Device::Kind::Cpu) return {};
    if (const auto known = parseDevices(device.name()); !known) return failFrom(known);
    return {};
}

void setComputeThreads(int threads) {
    at::set_num_threads(std::max(1, threads));
}

}  // namespace oodscope::model
