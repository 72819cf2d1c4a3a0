// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch.
#pragma once

#include <vector>

#include "app/demo/caption_pool.h"
#include "app/demo/train_tiny_clip.h"
#include "core/model/clip_functional_torch.h"
#include "core/text/tokenizer.h"
#include "core/train/adamw_torch.h"

namespace oodscope::demo {

/// Contrastive training (symmetric cross-entropy over the pairs of a batch) on a pool in memory.
/// Throws c10::Error as ATen does.
class TinyClipTrainer {
public:
    TinyClipTrainer(const TrainOptions& options, const model::ClipConfig& config, const CaptionPool& pool,
                    const text::Tokenizer& tokenizer);

    /// One step on the next batch; its loss.
    double step();
    int stepsDone() const { return m_step; }
    double logitScale() const;
    /// Share of `pictures` ([N, size, size, 3] uint8) whose zero-shot class, by "a photo of a {c}.", is theirs.
    double zeroShotAccuracy(const at::Tensor& pictures, const std::vector<int>& classes) const;
    const model::Weights& weights() const { return m_weights; }

private:
    at::Tensor nextIndices();
    at::Tensor loss(const at::Tensor& indices);
    at::Tensor pixelsOf(const at::Tensor& indices);
    at::Tensor keptTokens();
    at::Tensor tokensOf(const at::Tensor& indices) const;
    void prepareWeights();

    TrainOptions m_options;
    model::ClipConfig m_config;
    Random m_random;
    at::Tensor m_pixels;   // [N, side, side, 3] uint8, shares the pool's memory
    at::Tensor m_tokens;   // [N, L] int64
    at::Tensor m_prompts;  // [classes, L] int64
    model::Weights m_weights;
    std::unique_ptr<train::AdamW> m_optimiser;
    std::vector<std::int64_t> m_order;
    std::size_t m_position = 0;
    int m_step = 0;
};

}  // namespace oodscope::demo
