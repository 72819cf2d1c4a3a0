// SPDX-License-Identifier: GPL-3.0-or-later
// Zip archives and legacy files whole; anything else as the pickle inside one, so that the fuzzer need not learn both.
#include "core/io/torch_file.h"
#include "fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace oodscope;
    const io::MappedFile mapped = fuzz::mappingOf(data, size);
    if (!io::looksLikeZip(mapped.bytes) && !io::looksLikeLegacyTorch(mapped.bytes)) {
        static_cast<void>(io::readPickle(mapped.bytes));
        return 0;
    }
    const auto file = io::readTorchFile(mapped, "input");
    if (!file) return 0;
    if (const auto tensors = io::flattenTensors(*file)) fuzz::checkTensors(*tensors);
    return 0;
}
