// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/probe_trainer_torch.h"

#include <ATen/ATen.h>

#include <QtTest>

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
    ProbeTrainer trainer(features, labels, outcome.weight, outcome.bias, options, generic);
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
        ProbeTrainer trainer(features, labels, weight, bias, options);
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
