// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/train_tiny_clip.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "app/demo/tiny_clip_trainer_torch.h"
#include "core/base/files.h"
#include "core/io/safetensors.h"
#include "core/text/bpe_trainer.h"

namespace oodscope::demo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kHeldOut = 480;
constexpr int kStepsBetweenChecks = 100;

Status checkOptions(const TrainOptions& o) {
    const auto bad = [](int v, int low, int high) { return v < low || v > high; };
    if (bad(o.pictures, 2, 2000000) || bad(o.steps, 1, 10000000) || bad(o.batchSize, 2, 65536))
        return fail(ErrorCode::InvalidArgument,
                    "tiny CLIP: pictures, steps and batch size must be positive, the batch at least 2");
    if (bad(o.imageSize, 8, 512) || bad(o.patchSize, 2, o.imageSize) || o.imageSize % o.patchSize != 0)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("tiny CLIP: the image size {} must be a multiple of the patch size {}", o.imageSize,
                                o.patchSize));
    if (bad(o.imageHeadWidth, 1, 256) || bad(o.imageWidth, 8, 4096) || o.imageWidth % o.imageHeadWidth != 0 ||
        bad(o.textHeads, 1, 256) || bad(o.textWidth, 8, 4096) || o.textWidth % o.textHeads != 0)
        return fail(ErrorCode::InvalidArgument, "tiny CLIP: the widths must be multiples of the heads");
    if (bad(o.imageLayers, 1, 64) || bad(o.textLayers, 1, 64) || bad(o.contextLength, 4, 256) ||
        bad(o.embedDim, 2, 4096) || bad(o.vocabularySize, 514, 100000))
        return fail(ErrorCode::InvalidArgument,
                    "tiny CLIP: layers 1 … 64, context 4 … 256, embedding 2 … 4096, vocabulary 514 … 100000");
    if (bad(o.shift, 0, 256) || !(o.keptPatches > 0 && o.keptPatches <= 1))
        return fail(ErrorCode::InvalidArgument, "tiny CLIP: shift 0 … 256, kept patches above 0 and at most 1");
    if (!(o.learningRate > 0) || !(o.weightDecay >= 0) || !(o.warmupShare >= 0 && o.warmupShare < 1))
        return fail(ErrorCode::InvalidArgument,
                    "tiny CLIP: the learning rate must be above 0, the warm-up share below 1");
    return {};
}

nlohmann::ordered_json configJson(const TrainOptions& o, int vocabularySize) {
    return {{"model_cfg",
             {{"embed_dim", o.embedDim},
              {"vision_cfg",
               {{"image_size", o.imageSize},
                {"layers", o.imageLayers},
                {"width", o.imageWidth},
                {"head_width", o.imageHeadWidth},
                {"patch_size", o.patchSize},
                {"pool_type", "avg"}}},
              {"text_cfg",
               {{"context_length", o.contextLength},
                {"vocab_size", vocabularySize},
                {"width", o.textWidth},
                {"heads", o.textHeads},
                {"layers", o.textLayers}}}}},
            {"preprocess_cfg",
             {{"mean", {0.48145466, 0.4578275, 0.40821073}}, {"std", {0.26862954, 0.26130258, 0.27577711}}}}};
}

/// The folder that is filled and then put in place; what is unfinished goes with it.
class PartFolder {
public:
    explicit PartFolder(const fs::path& target) : m_target(target), m_part(target) { m_part += ".part"; }
    ~PartFolder() {
        std::error_code ec;
        fs::remove_all(m_part, ec);
    }
    PartFolder(const PartFolder&) = delete;
    PartFolder& operator=(const PartFolder&) = delete;

    Status begin() const {
        std::error_code ec;
        if (fs::exists(m_target, ec) && !(fs::is_directory(m_target, ec) && fs::is_empty(m_target, ec)))
            return fail(ErrorCode::InvalidArgument,
                        m_target.string() + ": already there; choose a new folder for the model");
        fs::remove_all(m_part, ec);
        return makeFolders(m_part);
    }
    Status finish() const {
        std::error_code ec;
        fs::remove(m_target, ec);
        fs::rename(m_part, m_target, ec);
        if (ec) return fail(ErrorCode::Io, m_target.string() + ": cannot be put in place: " + ec.message());
        return {};
    }
    const fs::path& path() const { return m_part; }

private:
    fs::path m_target, m_part;
};

Status writeWeights(const model::Weights& weights, const fs::path& path) {
    std::vector<at::Tensor> kept;
    std::vector<io::TensorToWrite> tensors;
    for (const auto& [name, weight] : weights) {
        kept.push_back(weight.detach().contiguous());
        const at::Tensor& t = kept.back();
        const auto* bytes = static_cast<const std::byte*>(t.const_data_ptr());
        tensors.push_back({name, io::DType::F32, t.sizes().vec(), std::span(bytes, t.nbytes())});
    }
    return io::writeSafetensors(path, tensors, {{"format", "pt"}});
}

struct Outcome {
    double loss = 0;  // mean of the last 50 steps
    double logitScale = 0;
    double accuracy = 0;  // zero-shot, on held-out pictures
    double seconds = 0;
};

/// New pictures as the data sets have them: what the model is for.
Result<CaptionPool> drawHeldOut(const TrainOptions& o, const std::stop_token& stop) {
    PoolOptions drawing;
    drawing.seed = mixSeed(o.seed, 303);
    drawing.pictures = kHeldOut;
    drawing.side = o.imageSize;
    drawing.style = photographedStyle();
    drawing.empty = 0;
    drawing.threads = o.threads;
    return drawCaptionPool(drawing, stop, {});
}

double accuracyOn(const CaptionPool& pool, const TinyClipTrainer& trainer) {
    auto* bytes = const_cast<std::uint8_t*>(pool.pixels.data());
    const at::Tensor pixels = at::from_blob(bytes, {std::ssize(pool.classes), pool.side, pool.side, 3}, at::kByte);
    return trainer.zeroShotAccuracy(pixels, pool.classes);
}

Result<Outcome> train(TinyClipTrainer& trainer, const CaptionPool& heldOut, const TrainOptions& o,
                      const std::stop_token& stop, const ProgressFn& progress) {
    constexpr double kMemory = 0.98;
    const auto started = Clock::now();
    auto reported = started - std::chrono::seconds(1);
    Outcome outcome;
    while (trainer.stepsDone() < o.steps) {
        if (stop.stop_requested()) return cancelled();
        const double loss = trainer.step();
        if (!std::isfinite(loss))
            return fail(ErrorCode::Internal,
                        fmt::format("tiny CLIP: the loss is not finite at step {}; lower the learning rate",
                                    trainer.stepsDone()));
        outcome.loss = trainer.stepsDone() == 1 ? loss : kMemory * outcome.loss + (1 - kMemory) * loss;
        outcome.logitScale = trainer.logitScale();
        if (trainer.stepsDone() % kStepsBetweenChecks == 0 || trainer.stepsDone() == o.steps)
            outcome.accuracy = accuracyOn(heldOut, trainer);
        outcome.seconds = std::chrono::duration<double>(Clock::now() - started).count();
        if (!progress || (Clock::now() - reported < std::chrono::milliseconds(50) && trainer.stepsDone() < o.steps))
            continue;
        reported = Clock::now();
        const double perSecond = trainer.stepsDone() / outcome.seconds;
        progress({"training the tiny CLIP",
                  "steps",
                  static_cast<std::uint64_t>(trainer.stepsDone()),
                  static_cast<std::uint64_t>(o.steps),
                  perSecond,
                  (o.steps - trainer.stepsDone()) / perSecond,
                  {{"loss", outcome.loss}, {"accuracy", outcome.accuracy}}});
    }
    return outcome;
}

std::string recipe(const TrainOptions& o, const Outcome& outcome, int vocabularySize) {
    return fmt::format(
        "# Tiny CLIP of the demo world\n\n"
        "Trained from nothing by `oodscope-cli train-demo-clip --seed {}` on drawn pictures with captions "
        "(app/demo), on the CPU. An ordinary open_clip snapshot folder.\n\n"
        "| | |\n|---|---|\n"
        "| seed | {} |\n| pictures | {} of {} px, of {} captioned classes only; random {} px parts of them |\n"
        "| steps × batch | {} × {}, with {:.0f} % of the patches |\n"
        "| optimiser | AdamW, lr {}, weight decay {}, betas 0.9/0.98, warm-up share {}, cosine |\n"
        "| image tower | ViT, patch {}, {} layers, width {}, head width {}, mean of the patches |\n"
        "| text tower | {} layers, width {}, {} heads, context {}, {} tokens |\n"
        "| embedding | {} |\n| final loss (mean) | {:.4f} |\n| logit scale | {:.2f} |\n"
        "| zero-shot accuracy on {} held-out pictures | {:.1f} % |\n| training time | {:.0f} s, {} "
        "threads |\n",
        o.seed, o.seed, o.pictures, o.imageSize + o.shift, captionedClasses().size(), o.imageSize, o.steps, o.batchSize,
        100 * o.keptPatches, o.learningRate, o.weightDecay, o.warmupShare, o.patchSize, o.imageLayers, o.imageWidth,
        o.imageHeadWidth, o.textLayers, o.textWidth, o.textHeads, o.contextLength, vocabularySize, o.embedDim,
        outcome.loss, outcome.logitScale, kHeldOut, 100 * outcome.accuracy, outcome.seconds, at::get_num_threads());
}

Status run(const TrainOptions& o, const fs::path& folder, const std::stop_token& stop, const ProgressFn& progress) {
    PoolOptions drawing;
    drawing.seed = o.seed;
    drawing.pictures = o.pictures;
    drawing.side = o.imageSize + o.shift;
    drawing.threads = o.threads;
    const auto pool = drawCaptionPool(drawing, stop, progress);
    if (!pool) return failFrom(pool);
    const auto heldOut = drawHeldOut(o, stop);
    if (!heldOut) return failFrom(heldOut);
    const auto bpe = text::trainBpe(pool->captions, o.vocabularySize);
    if (!bpe) return failFrom(bpe);
    if (auto written = text::writeBpe(*bpe, folder); !written) return written;
    const auto tokenizer = text::Tokenizer::fromVocabAndMerges(folder / "vocab.json", folder / "merges.txt");
    if (!tokenizer) return failFrom(tokenizer);

    const fs::path configFile = folder / "open_clip_config.json";
    const auto json = configJson(o, tokenizer->vocabularySize());
    if (auto written = writeFileAtomically(configFile, json.dump(2) + "\n"); !written) return written;
    const auto config = model::parseClipConfig(io::Json::parse(json.dump()), configFile);
    if (!config) return failFrom(config);

    TinyClipTrainer trainer(o, *config, *pool, *tokenizer);
    const auto outcome = train(trainer, *heldOut, o, stop, progress);
    if (!outcome) return failFrom(outcome);
    if (auto written = writeWeights(trainer.weights(), folder / "open_clip_model.safetensors"); !written)
        return written;
    return writeFileAtomically(folder / "README.md", recipe(o, *outcome, tokenizer->vocabularySize()));
}

}  // namespace

Status trainTinyClip(const TrainOptions& options, const fs::path& outFolder, std::stop_token stop,
                     const ProgressFn& progress) {
    if (auto good = checkOptions(options); !good) return good;
    const PartFolder part(outFolder);
    if (auto begun = part.begin(); !begun) return begun;
    try {
        if (options.threads > 0) at::set_num_threads(options.threads);
        if (auto trained = run(options, part.path(), stop, progress); !trained) return trained;
    } catch (const std::exception& e) {  // c10::Error is one
        return fail(ErrorCode::Internal, fmt::format("tiny CLIP: {}", std::string_view(e.what()).substr(
                                                                          0, std::string_view(e.what()).find('\n'))));
    }
    return part.finish();
}

}  // namespace oodscope::demo
