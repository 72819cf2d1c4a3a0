// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/tiny_world.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <random>
#include <stdexcept>

#include "core/base/hash.h"
#include "core/io/json.h"
#include "core/io/safetensors.h"

namespace oodscope::testing {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t kVocabulary = 1400;

template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

/// The weights of `from` with a token embedding for `kVocabulary` tokens.
void growVocabulary(const fs::path& from, const fs::path& to) {
    const io::TensorFile file = must(io::openSafetensors(from));
    const std::int64_t width = file.tensors.at("token_embedding.weight").shape.at(1);
    std::mt19937 random(5);
    std::vector<float> embedding(static_cast<std::size_t>(kVocabulary * width));
    for (float& value : embedding)
        value = static_cast<float>(random() % 2001) / 1000 - 1;
    std::vector<io::TensorToWrite> tensors;
    for (const auto& [name, view] : file.tensors) {
        if (name != "token_embedding.weight") tensors.push_back({name, view.dtype, view.shape, view.bytes});
    }
    tensors.push_back({"token_embedding.weight",
                       io::DType::F32,
                       {kVocabulary, width},
                       std::as_bytes(std::span<const float>(embedding))});
    if (auto written = io::writeSafetensors(to, tensors); !written) throw std::runtime_error(written.error().message);
}

}  // namespace

void makeTinyModel(const fs::path& folder, const fs::path& testData) {
    const fs::path saved = testData / "models/saved";
    fs::create_directories(folder);
    growVocabulary(saved / "open_clip_model.safetensors", folder / "open_clip_model.safetensors");
    io::Json config = must(io::readJson(saved / "open_clip_config.json"));
    config["model_cfg"]["text_cfg"]["vocab_size"] = kVocabulary;
    if (auto written = io::writeJson(folder / "open_clip_config.json", config); !written)
        throw std::runtime_error(written.error().message);
    fs::copy_file(testData / "tokenizer/small_merges.txt", folder / "bpe_simple_vocab_16e6.txt");
}

void drawClasses(const fs::path& root, const std::vector<std::string>& classes, int perClass, unsigned seed) {
    std::mt19937 random(seed);
    constexpr int kSide = 24;
    for (const std::string& name : classes) {
        const auto look = static_cast<unsigned>(std::stoul(hashText(name).substr(0, 6), nullptr, 16));
        fs::create_directories(root / name);
        for (int i = 0; i < perClass; ++i) {
            std::string pixels;
            for (int y = 0; y < kSide; ++y) {
                for (int x = 0; x < kSide; ++x) {
                    const unsigned wave = 40 * static_cast<unsigned>((x * (1 + look % 3) + y * (look % 5)) / 6 % 3);
                    for (const unsigned channel : {look, look >> 8, look >> 16})
                        pixels.push_back(static_cast<char>((channel % 128 + wave + random() % 40) & 0xFF));
                }
            }
            std::ofstream out(root / name / (std::to_string(i) + ".ppm"), std::ios::binary);
            out << "P6\n" << kSide << ' ' << kSide << "\n255\n" << pixels;
        }
    }
}

}  // namespace oodscope::testing
