// SPDX-License-Identifier: GPL-3.0-or-later
// Zip archives and legacy files whole; anything else as the pickle inside one, so that the fuzzer need not learn both,
// or as one with numpy's arrays.
#include <string>

#include "core/io/pickle_reader.h"
#include "core/io/pickled_array.h"
#include "core/io/torch_file.h"
#include "fuzz_input.h"

namespace {

void readArrays(const oodscope::io::PickleDocument& document) {
    using namespace oodscope;
    io::TensorFile arrays;
    for (const io::PickleValue& value : document.values) {
        const auto array = io::arrayIn(value);
        if (array) arrays.tensors.emplace(std::to_string(arrays.tensors.size()), *array);
        const auto numbers = io::numbersIn(value);
        if (array && numbers) fuzz::require(numbers->size() * io::dtypeBytes(array->dtype) == array->bytes.size());
    }
    fuzz::checkTensors(arrays);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace oodscope;
    const io::MappedFile mapped = fuzz::mappingOf(data, size);
    if (!io::looksLikeZip(mapped.bytes) && !io::looksLikeLegacyTorch(mapped.bytes)) {
        if (const auto document = io::readPickle(mapped.bytes)) readArrays(**document);
        return 0;
    }
    const auto file = io::readTorchFile(mapped, "input");
    if (!file) return 0;
    if (const auto tensors = io::flattenTensors(*file)) fuzz::checkTensors(*tensors);
    return 0;
}
