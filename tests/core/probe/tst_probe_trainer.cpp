// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/probe_trainer_torch.h"

#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>
#include <limits>

#include "core/probe/softmax_rows.h"

using namespace oodscope::probe;

namespace {

struct Outcome {
    at::Tensor weight, bias;
    EpochSums sums;
};

/// Three passes over 50 rows in batches of 16 (a part batch at the end), from a fixed start.
Outcome trained(Optimizer optimizer, bool generic, at::ScalarType dtype) {
    at::manual_seed(3);
    const at::Tensor features = at::randn({50, 9}).to(dtype);
    const at::Tensor labels = at::arange(50, at::kLong).remainder(5);
    Outcome outcome{at::randn({5, 9}).mul_(0.1), at::zeros({5}), {}};
    ProbeOptions options;
    options.batchSize = 16;
    options.optimizer = optimizer;
    ProbeTrainer trainer(residentFeatures(features), labels, outcome.weight, outcome.bias, options, generic);
    for (int epoch = 0; epoch < 3; ++epoch) {
        trainer.takeSums();
        for (const at::Tensor& rows : at::randperm(50, at::kLong).split(16))
            trainer.step(rows, 0.01);
    }
    outcome.sums = trainer.takeSums();
    return outcome;
}

}  // namespace

class TestProbeTrainer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The path that a GPU takes, run on the CPU, does what the CPU's own does.
    void genericPathEqualsTheCpuPath_data() {
        QTest::addColumn<int>("optimizer");
        QTest::addColumn<bool>("half");
        QTest::newRow("Adam fp32") << int(Optimizer::Adam) << false;
        QTest::newRow("AdamW fp32") << int(Optimizer::AdamW) << false;
        QTest::newRow("SGD fp32") << int(Optimizer::Sgd) << false;
        QTest::newRow("Adam bf16") << int(Optimizer::Adam) << true;
    }
    void genericPathEqualsTheCpuPath() {
        QFETCH(int, optimizer);
        QFETCH(bool, half);
        const auto dtype = half ? at::kBFloat16 : at::kFloat;
        const double tolerance = half ? 5e-3 : 1e-5;  // a bf16 gradient may round the other way
        const Outcome a = trained(Optimizer(optimizer), /*generic=*/false, dtype);
        const Outcome b = trained(Optimizer(optimizer), /*generic=*/true, dtype);
        QVERIFY((a.weight - b.weight).abs().max().item<double>() < tolerance);
        QVERIFY((a.bias - b.bias).abs().max().item<double>() < tolerance);
        QVERIFY(std::abs(a.sums.loss - b.sums.loss) < 50 * tolerance);
        QVERIFY(a.sums.loss > 1);
        QCOMPARE(a.sums.correct, b.sums.correct);
    }

    /// Logits of every size and both kernels against log-softmax in double.
    void softmaxGradientEqualsLogSoftmax() {
        at::manual_seed(9);
        for (const std::int64_t classes : {1, 2, 15, 16, 17, 333, 1000}) {
            const at::Tensor z = at::randn({classes}).mul_(30);
            const std::int64_t label = classes / 2;
            const at::Tensor logs = at::log_softmax(z.to(at::kDouble), 0);
            at::Tensor wanted = logs.exp();
            wanted[label] -= 1;
            for (const auto kernel : {softmaxGradient, softmaxGradientPortable}) {
                at::Tensor gradient = z.clone();
                const RowOutcome outcome =
                    kernel(gradient.data_ptr<float>(), std::size_t(classes), std::size_t(label), 0.25F);
                QVERIFY((gradient.to(at::kDouble) - wanted * 0.25).abs().max().item<double>() < 2e-7);
                QVERIFY(std::abs(outcome.loss + logs[label].item<double>()) < 1e-5 * (1 + outcome.loss));
                QCOMPARE(outcome.correct, z.argmax().item<std::int64_t>() == label);
            }
        }
    }
    void softmaxGradientKnowsTiesAndBadLogits() {
        float tied[] = {1, 3, 3};
        float again[] = {1, 3, 3};
        QVERIFY(!softmaxGradient(again, 3, 2, 1).correct);
        QVERIFY(softmaxGradient(tied, 3, 1, 1).correct);
        for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            std::vector<float> logits(40, 0.5F);
            logits[33] = bad;
            QVERIFY(!std::isfinite(softmaxGradient(logits.data(), logits.size(), 3, 1).loss));
        }
    }

    /// Rounding as PyTorch rounds, ties included. NaN stays NaN: PyTorch writes other bits in each of its kernels.
    void roundsToBFloat16AsPyTorch() {
        at::Tensor values = at::randn({1000});
        values[0] = 1.00390625F;  // halfway between two bfloat16
        values[1] = 1.01171875F;
        values[2] = std::numeric_limits<float>::quiet_NaN();
        values[3] = std::numeric_limits<float>::infinity();
        const at::Tensor wanted = values.to(at::kBFloat16);
        const auto* wantedBits = reinterpret_cast<const std::uint16_t*>(wanted.data_ptr<at::BFloat16>());
        std::vector<std::uint16_t> bits(1000);
        roundToBFloat16(values.data_ptr<float>(), 1000, bits.data());
        QVERIFY(wanted[2].isnan().item<bool>());
        QVERIFY((bits[2] & 0x7F80U) == 0x7F80U && (bits[2] & 0x7FU) != 0);
        for (std::size_t i = 0; i < bits.size(); ++i)
            QVERIFY(bits[i] == wantedBits[i] || i == 2);
    }

    /// Streaming from the raw matrix is the resident standardised matrix to the bit.
    void streamedRowsEqualResidentRows_data() {
        QTest::addColumn<bool>("half");
        QTest::newRow("fp32") << false;
        QTest::newRow("bf16") << true;
    }
    void streamedRowsEqualResidentRows() {
        QFETCH(bool, half);
        at::manual_seed(4);
        const at::Tensor raw = at::randn({5000, 19}).mul_(3).add_(7);
        const auto features = oodscope::Matrix::own(
            5000, 19, std::vector<float>(raw.data_ptr<float>(), raw.data_ptr<float>() + raw.numel()));
        const ColumnStats stats = columnStats(features).value();
        const at::TensorOptions options(half ? at::kBFloat16 : at::kFloat);
        const at::Tensor rows = at::randperm(5000, at::kLong).narrow(0, 0, 257);
        at::Tensor resident = at::empty({257, 19}, options);
        at::Tensor streamed = at::empty({257, 19}, options);
        residentFeatures(standardisedTensor(features, stats, options)).gather(rows, resident);
        streamedFeatures(features, stats, half).gather(rows, streamed);
        QVERIFY(at::equal(resident, streamed));
    }

    /// One step by hand against autograd.
    void gradientEqualsAutograd() {
        at::manual_seed(5);
        const at::Tensor features = at::randn({12, 6});
        const at::Tensor labels = at::randint(0, 4, {12}, at::kLong);
        const at::Tensor start = at::randn({4, 6});
        at::Tensor weight = start.clone();
        at::Tensor bias = at::zeros({4});
        ProbeOptions options;
        options.optimizer = Optimizer::Sgd;
        options.weightDecay = 0;
        ProbeTrainer trainer(residentFeatures(features), labels, weight, bias, options);
        trainer.step(at::arange(12, at::kLong), 1.0);
        at::Tensor w = start.clone().requires_grad_(true);
        const at::Tensor loss = at::cross_entropy_loss(features.mm(w.t()), labels);
        loss.backward();
        // Nesterov's first step is (1 + momentum) times the gradient.
        QVERIFY((weight - (start - 1.9 * w.grad())).abs().max().item<double>() < 1e-6);
        QVERIFY(std::abs(trainer.takeSums().loss / 12 - loss.item<double>()) < 1e-6);
    }
};

QTEST_APPLESS_MAIN(TestProbeTrainer)
#include "tst_probe_trainer.moc"
