// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/script_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "core/base/files.h"
#include "core/model/config_section.h"

namespace oodscope::model {
namespace {

constexpr std::array kScriptExtensions{".pt", ".pth", ".ts", ".torchscript"};
constexpr std::uintmax_t kLargestDeclaration = 64 << 10;
constexpr int kMostImageSize = 2048;
constexpr int kMostWidth = 65536;
constexpr int kMostOutputs = 1000;

bool isDeclaration(const fs::path& path) {
    std::error_code ec;
    if (!fs::is_regular_file(path, ec) || fs::file_size(path, ec) > kLargestDeclaration) return false;
    const auto text = readTextFile(path, kLargestDeclaration);
    return text && text->find("\"torchscript\"") != std::string::npos;
}

/// `key` has to be one of two words; true for the second.
bool chooses(ConfigSection& section, std::string_view key, std::string_view first, std::string_view second) {
    const std::string word = section.text(key, "");
    if (word.empty())
        section.fail(key, "is missing");
    else if (word != first && word != second)
        section.fail(key, fmt::format("is \"{}\", expected \"{}\" or \"{}\"", word, first, second));
    return word == second;
}

void readTriple(ConfigSection& section, std::string_view key, std::array<float, 3>& values, double least) {
    float read[3] = {1, 1, 1};
    if (!section.has(key)) section.fail(key, "is missing");
    section.triple(key, read, least);
    std::ranges::copy(read, values.begin());
}

image::Preprocess readPreprocess(ConfigSection& section) {
    image::Preprocess preprocess;
    preprocess.size = section.integer("image_size", std::nullopt, 1, kMostImageSize);
    preprocess.resizeTo = section.integer("resize_to", preprocess.size, preprocess.size, 2 * kMostImageSize);
    readTriple(section, "mean", preprocess.mean, -1e6);
    readTriple(section, "std", preprocess.std, 1e-6);
    if (chooses(section, "interpolation", "bicubic", "bilinear"))
        preprocess.interpolation = image::Interpolation::Bilinear;
    if (chooses(section, "resize_mode", "shortest", "squash")) preprocess.mode = image::ResizeMode::Squash;
    return preprocess;
}

void readOutput(ConfigSection& section, const io::Json& json, ScriptConfig& config) {
    config.namesOutput = section.has("output");
    if (config.namesOutput && json.at("output").is_string())
        config.output = section.text("output", "");
    else
        config.output = section.integer("output", 0, 0, kMostOutputs);
    const std::string pool = section.text("pool", "none");
    if (pool == "mean")
        config.pool = ScriptConfig::Pool::Mean;
    else if (pool == "first")
        config.pool = ScriptConfig::Pool::First;
    else if (pool != "none")
        section.fail("pool", fmt::format("is \"{}\", expected \"none\", \"mean\" or \"first\"", pool));
}

}  // namespace

std::string ScriptConfig::canonical() const {
    const std::string chosen =
        std::holds_alternative<int>(output) ? std::to_string(std::get<int>(output)) : std::get<std::string>(output);
    return fmt::format("torchscript width={} output={}{} pool={} {}", embeddingWidth, namesOutput ? "given " : "",
                       chosen, static_cast<int>(pool), preprocess.describe());
}

fs::path scriptDeclaration(const fs::path& path) {
    fs::path declaration = path;
    declaration.replace_extension(".json");
    const bool named = path == declaration ||
                       std::ranges::find(kScriptExtensions, path.extension().string()) != kScriptExtensions.end();
    return named && isDeclaration(declaration) ? declaration : fs::path();
}

fs::path declaredScript(const fs::path& declaration) {
    for (const char* extension : kScriptExtensions) {
        fs::path script = declaration;
        std::error_code ec;
        if (fs::is_regular_file(script.replace_extension(extension), ec)) return script;
    }
    return {};
}

Result<ScriptConfig> parseScriptConfig(const io::Json& json, const fs::path& path) {
    ConfigSection section(json, path.string());
    if (const std::string format = section.text("format", ""); format != "torchscript")
        section.fail("format", "is not \"torchscript\"");
    ScriptConfig config;
    config.preprocess = readPreprocess(section);
    config.embeddingWidth = section.integer("embedding_width", std::nullopt, 1, kMostWidth);
    readOutput(section, json, config);
    section.ignore({"description"});
    if (const Status status = section.finish(); !status) return failFrom(status);
    return config;
}

}  // namespace oodscope::model
