// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/synthetic_evaluation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>

#include "core/experiment/measuring.h"

namespace oodscope::testing {
namespace {

using experiment::Evaluation;
using experiment::ScoredSet;
namespace fs = std::filesystem;

const std::vector<std::string> kIdClasses{
    "aquarium_fish", "bicycle", "crane", "ladybird", "red-breasted merganser, Mergus serrator, seen from the shore",
    "teapot"};
const std::vector<std::string> kNearClasses{"Caracal caracal caracal", "amphiuma_means", "field road", "windsor_chair"};
const std::vector<std::string> kFarClasses{"banded", "chequered", "noise"};

using Rng = std::mt19937_64;

/// A plain picture of its class: gradient, stripes, discs or noise in the class's colours. PPM, which needs no encoder.
void drawImage(const fs::path& file, int shape, Rng& rng, bool broken) {
    const int width = 48 + static_cast<int>(rng() % 49);
    const int height = 48 + static_cast<int>(rng() % 49);
    const double hue = (shape % 13) * 0.61 + static_cast<double>(rng() % 100) / 500;
    const double cx = 0.3 + static_cast<double>(rng() % 40) / 100;
    const double cy = 0.3 + static_cast<double>(rng() % 40) / 100;
    std::string pixels;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const double u = static_cast<double>(x) / width, v = static_cast<double>(y) / height;
            const double r = std::hypot(u - cx, v - cy);
            double level = 0.35 + 0.4 * v;
            if (shape % 4 == 0 && r < 0.25) level = 1;
            if (shape % 4 == 1) level = 0.5 + 0.5 * std::sin(20 * u + 8 * v);
            if (shape % 4 == 2) level = (static_cast<int>(u * 6) + static_cast<int>(v * 6)) % 2 ? 0.9 : 0.3;
            if (shape % 4 == 3) level = std::abs(std::sin(12 * r));
            level *= 0.9 + static_cast<double>(rng() % 100) / 1000;
            for (int channel = 0; channel < 3; ++channel) {
                const double tint = 0.55 + 0.45 * std::sin(6.283 * (hue + channel / 3.0));
                pixels.push_back(static_cast<char>(std::clamp(255 * level * tint, 0.0, 255.0)));
            }
        }
    }
    if (broken) pixels.resize(pixels.size() / 3);
    fs::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary);
    out << "P6\n" << width << ' ' << height << "\n255\n" << pixels;
}

struct SetRecipe {
    std::string name;
    const std::vector<std::string>* folders;
    std::size_t size;
    double margin;  // by which the logit of "its" class stands out, mean
    double spread;
    bool isId;
};

std::int32_t argmax(const float* row, std::size_t count) {
    return static_cast<std::int32_t>(std::max_element(row, row + count) - row);
}

/// Rows in sorted path order: folder by folder.
ScoredSet makeSet(const SetRecipe& recipe, const SyntheticOptions& options, Rng& rng) {
    ScoredSet set;
    set.name = recipe.name;
    set.root = (options.imageFolder.empty() ? fs::path("/nowhere") : options.imageFolder) / recipe.name;
    set.classNames = *recipe.folders;
    const std::size_t folders = recipe.folders->size(), classes = kIdClasses.size();
    std::normal_distribution<double> noise;
    std::vector<float> logits;
    for (std::size_t i = 0; i < recipe.size; ++i) {
        const std::size_t folder = i * folders / recipe.size;
        std::array<char, 32> name{};
        std::snprintf(name.data(), name.size(), "image_%06zu.ppm", i);
        set.paths.push_back((*recipe.folders)[folder] + "/" + name.data());
        set.trueLabels.push_back(static_cast<std::int32_t>(folder));
        const std::size_t target = recipe.isId ? folder : (folder * 2 + rng() % 2) % classes;
        for (std::size_t c = 0; c < classes; ++c) {
            const double margin = c == target ? recipe.margin + recipe.spread * noise(rng) : 0;
            logits.push_back(static_cast<float>(noise(rng) + margin));
        }
        const float* row = logits.data() + i * classes;
        set.predicted.push_back(argmax(row, classes));
        const bool confused = rng() % 100 < 14;
        set.pseudoLabels.push_back(static_cast<std::int32_t>(confused ? (target + 1) % classes : target));
    }
    set.logits = Matrix::own(recipe.size, classes, std::move(logits));
    if (options.imageFolder.empty()) return set;
    const int firstShape = recipe.isId ? 0 : static_cast<int>(recipe.folders->front().size());
    for (std::size_t i = 0; i < set.size(); ++i) {
        const bool broken = recipe.name == "id test" && i < options.brokenImages;
        drawImage(set.root / set.paths[i], firstShape + set.trueLabels[i], rng, broken);
    }
    return set;
}

void scoreSet(ScoredSet& set) {
    set.scores.assign(3, {});
    for (std::size_t i = 0; i < set.size(); ++i) {
        const auto row = set.logits.row(i);
        const double highest = *std::max_element(row.begin(), row.end());
        double sum = 0;
        for (const float z : row)
            sum += std::exp(z - highest);
        set.scores[0].push_back(1 / sum);
        set.scores[1].push_back(highest + std::log(sum));
        set.scores[2].push_back(highest);
    }
}

double agreement(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b) {
    std::size_t equal = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        equal += a[i] == b[i];
    return a.empty() ? -1 : static_cast<double>(equal) / static_cast<double>(a.size());
}

nlohmann::json provenance(const SyntheticOptions& options) {
    return {{"model",
             {{"name", "synthetic"}, {"weights", "xxh3:0123456789abcdef0123456789abcdef"}, {"activation", "gelu"}}},
            {"prompts", {"a photo of a {c}.", "a blurry photo of a {c}."}},
            {"precision", "fp32"},
            {"seed", options.seed},
            {"probe", {{"epochs", 100}, {"optimizer", "adam"}, {"lr", 1e-3}, {"labels", "pseudo"}}},
            {"convention", "plp"}};
}

}  // namespace

SyntheticOptions syntheticSize(std::size_t images) {
    SyntheticOptions options;
    options.train = images * 200 / 750;
    options.idTest = images * 300 / 750;
    options.nearOod = images * 150 / 750;
    options.farOod = images - options.train - options.idTest - options.nearOod;
    return options;
}

experiment::EvaluationPtr makeSyntheticEvaluation(const SyntheticOptions& options) {
    Rng rng(options.seed);
    auto evaluation = std::make_shared<Evaluation>();
    evaluation->id = "synthetic" + std::to_string(options.seed);
    evaluation->title = "synthetic, PLP";
    evaluation->classNames = kIdClasses;
    evaluation->detectorKeys = {"msp", "free_energy", "max_logit"};
    evaluation->train = makeSet({"id train", &kIdClasses, options.train, 4.2, 1.3, true}, options, rng);
    evaluation->idTest = makeSet({"id test", &kIdClasses, options.idTest, 3.8, 1.4, true}, options, rng);
    evaluation->ood.push_back(makeSet({"near ood", &kNearClasses, options.nearOod, 1.9, 1.2, false}, options, rng));
    evaluation->ood.push_back(makeSet({"far ood", &kFarClasses, options.farOod, 0.4, 0.6, false}, options, rng));
    evaluation->ood[0].group = experiment::OodGroup::Near;
    evaluation->ood[1].group = experiment::OodGroup::Far;
    scoreSet(evaluation->idTest);
    for (auto& set : evaluation->ood)
        scoreSet(set);
    if (options.brokenImages > 0) evaluation->idTest.unreadable.emplace_back("bicycle/cut.jpg", "the file ends early");
    for (int e = 0; e < 100; ++e) {
        evaluation->history.push_back({1.8 * std::exp(-e / 20.0) + 0.3, 0.9 - 0.6 * std::exp(-e / 15.0), 1e-3});
    }
    evaluation->probeAccuracy = agreement(evaluation->idTest.predicted, evaluation->idTest.trueLabels);
    evaluation->zeroShotAccuracy = agreement(evaluation->idTest.pseudoLabels, evaluation->idTest.trueLabels);
    evaluation->pseudoLabelAccuracy = agreement(evaluation->train.pseudoLabels, evaluation->train.trueLabels);
    evaluation->provenance = provenance(options);
    if (auto measurement = experiment::measure(*evaluation, ood::FprConvention::Plp, {})) {
        evaluation->results = std::move(measurement->results);
        evaluation->groups = std::move(measurement->groups);
    }
    return evaluation;
}

}  // namespace oodscope::testing
