// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"
#include "fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace oodscope;
    if (const auto file = io::readSafetensors(fuzz::mappingOf(data, size), "input")) fuzz::checkTensors(*file);
    return 0;
}
