// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json.h"
#include "core/model/clip_config.h"
#include "core/model/timm_config.h"
#include "fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace oodscope;
    const auto json = io::parseJson({reinterpret_cast<const char*>(data), size}, "input");
    if (!json) return 0;
    // What is accepted has a size that can be built: expectedTensors must neither overflow nor take all memory.
    if (const auto config = model::parseClipConfig(*json, "input"))
        fuzz::require(!model::expectedTensors(*config).empty() && !config->canonical().empty());
    static_cast<void>(model::parseTimmConfig(*json, "input"));
    return 0;
}
