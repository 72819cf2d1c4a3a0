// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/base/hash.h"
#include "core/model/model.h"

namespace oodscope::test {

/// What a FakeModel's encoders do. `onEncode` runs at the start of every call, on the worker's thread: it may block on
/// a barrier, throw, or answer with an error (OutOfMemory, …) that encode() then returns.
struct FakeBehaviour {
    struct Call {
        model::Device device;
        int number = 0;  // of all calls of all encoders, from 0
        int count = 0;   // images
        std::stop_token stop;
    };
    std::function<Status(const Call&)> onEncode;
    std::function<Status(model::Device)> onLoad;
    /// The last column of every embedding tells of all pixels of its call, so that rows show the batch they were in.
    bool showBatch = false;
    std::atomic<int> loads{0};
    std::atomic<int> calls{0};
    std::atomic<int> images{0};
};

/// Rows computed from the pixels in plain C++: the mean of each of D groups of bytes, in float, one image at a time, so
/// that a row depends on its own image alone. Projected: differences of neighbours, P of them.
class FakeEncoder : public model::ImageEncoder {
public:
    FakeEncoder(model::Device device, int size, int width, int projected, std::shared_ptr<FakeBehaviour> behaviour)
        : m_device(device), m_size(size), m_width(width), m_projected(projected), m_behaviour(std::move(behaviour)) {}

    Result<model::ImageFeatures> encode(std::span<const std::uint8_t> pixels, int count) override {
        const FakeBehaviour::Call call{m_device, m_behaviour->calls++, count, m_stop};
        if (m_behaviour->onEncode) {
            if (Status status = m_behaviour->onEncode(call); !status) return failFrom(status);
        }
        if (m_stop.stop_requested()) return cancelled();
        m_behaviour->images += count;
        std::vector<float> embeddings;
        std::vector<float> projected;
        const std::size_t bytes = pixels.size() / static_cast<std::size_t>(count);
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
            addRow(pixels.subspan(i * bytes, bytes), embeddings, projected);
        const auto rows = static_cast<std::size_t>(count);
        if (m_behaviour->showBatch) {
            const float mark = batchMark(pixels);
            for (std::size_t i = 1; i <= rows; ++i)
                embeddings[i * static_cast<std::size_t>(m_width) - 1] = mark;
        }
        model::ImageFeatures features;
        features.embeddings = Matrix::own(rows, static_cast<std::size_t>(m_width), std::move(embeddings));
        if (m_projected > 0)
            features.projected = Matrix::own(rows, static_cast<std::size_t>(m_projected), std::move(projected));
        return features;
    }
    void setStop(std::stop_token stop) override { m_stop = std::move(stop); }
    int inputSize() const override { return m_size; }
    int embeddingWidth() const override { return m_width; }
    int projectedWidth() const override { return m_projected; }

private:
    static float batchMark(std::span<const std::uint8_t> pixels) {
        return static_cast<float>(std::stoul(Hasher().add(std::as_bytes(pixels)).hex().substr(0, 5), nullptr, 16));
    }

    void addRow(std::span<const std::uint8_t> image, std::vector<float>& embeddings, std::vector<float>& projected) {
        std::vector<float> row(static_cast<std::size_t>(m_width), 0.0F);
        for (std::size_t i = 0; i < image.size(); ++i)
            row[i % row.size()] += static_cast<float>(image[i]) / 255.0F;
        for (int p = 0; p < m_projected; ++p) {
            const auto at = static_cast<std::size_t>(p) % row.size();
            projected.push_back(row[at] - row[(at + 1) % row.size()]);
        }
        embeddings.insert(embeddings.end(), row.begin(), row.end());
    }

    model::Device m_device;
    int m_size;
    int m_width;
    int m_projected;
    std::shared_ptr<FakeBehaviour> m_behaviour;
    std::stop_token m_stop;
};

/// A model without weights: deterministic, fast, and as faulty as its behaviour says.
class FakeModel : public model::Model {
public:
    explicit FakeModel(int imageSize = 8, int embeddingWidth = 6, int projectedWidth = 4) {
        m_info.name = "fake";
        m_info.architecture = "fake tower";
        m_info.activation = "none";
        m_info.imageSize = imageSize;
        m_info.embeddingWidth = embeddingWidth;
        m_info.projectedWidth = projectedWidth;
        m_info.preprocess.size = imageSize;
        m_info.preprocess.resizeTo = imageSize;
    }

    const model::ModelInfo& info() const override { return m_info; }
    Result<std::string> identity() const override { return hashText(m_identity); }
    Result<text::Tokenizer> tokenizer() const override {
        return fail(ErrorCode::Unsupported, "the fake model has no tokenizer");
    }
    Result<std::unique_ptr<model::ImageEncoder>> imageEncoder(model::Device device, model::Precision) const override {
        ++m_behaviour->loads;
        if (m_behaviour->onLoad) {
            if (Status status = m_behaviour->onLoad(device); !status) return failFrom(status);
        }
        return std::make_unique<FakeEncoder>(device, m_info.imageSize, m_info.embeddingWidth, m_info.projectedWidth,
                                             m_behaviour);
    }
    Result<std::unique_ptr<model::TextEncoder>> textEncoder(model::Device, model::Precision) const override {
        return fail(ErrorCode::Unsupported, "the fake model has no text tower");
    }

    FakeBehaviour& behaviour() { return *m_behaviour; }
    model::ModelInfo& mutableInfo() { return m_info; }
    void setIdentity(std::string text) { m_identity = std::move(text); }

private:
    model::ModelInfo m_info;
    std::string m_identity = "fake weights";
    std::shared_ptr<FakeBehaviour> m_behaviour = std::make_shared<FakeBehaviour>();
};

}  // namespace oodscope::test
