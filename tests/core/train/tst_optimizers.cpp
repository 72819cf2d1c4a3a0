// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>
#include <functional>
#include <vector>

#include "core/train/adamw_torch.h"
#include "core/train/sgd_torch.h"

using namespace oodscope::train;

namespace {

constexpr std::size_t kParameters = 37;
constexpr int kSteps = 25;
using Values = std::vector<double>;

/// A gradient that depends on the parameters, so that an error in one step shows in the next.
double gradientOf(double parameter, std::size_t i, int step) {
    return std::sin(double(i) + 0.3 * step) + 0.2 * parameter;
}
double rateOf(int step) {
    return 0.01 * (1 + step % 3);
}

at::Tensor startTensor(double shift) {
    at::Tensor tensor = at::empty({std::int64_t(kParameters)}, at::kFloat);
    for (std::size_t i = 0; i < kParameters; ++i)
        tensor.data_ptr<float>()[i] = float(0.1 * double(i) - shift);
    return tensor;
}

at::Tensor gradientTensor(const at::Tensor& parameter, int step) {
    at::Tensor gradient = at::empty_like(parameter);
    for (std::size_t i = 0; i < kParameters; ++i) {
        gradient.data_ptr<float>()[i] = float(gradientOf(parameter.data_ptr<float>()[i], i, step));
    }
    return gradient;
}

/// The textbook rule, one number at a time, in double.
Values naiveAdam(const at::Tensor& start, double decay, bool decoupled) {
    Values values(kParameters);
    for (std::size_t i = 0; i < kParameters; ++i) {
        double w = start.data_ptr<float>()[i], m = 0, v = 0;
        for (int t = 1; t <= kSteps; ++t) {
            double g = gradientOf(w, i, t);
            const double rate = rateOf(t);
            if (decoupled) w *= 1 - rate * decay;
            if (!decoupled) g += decay * w;
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            w -= rate * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
        }
        values[i] = w;
    }
    return values;
}

Values naiveNesterov(const at::Tensor& start, double decay) {
    Values values(kParameters);
    for (std::size_t i = 0; i < kParameters; ++i) {
        double w = start.data_ptr<float>()[i], buffer = 0;
        for (int t = 1; t <= kSteps; ++t) {
            const double g = gradientOf(w, i, t) + decay * w;
            buffer = 0.9 * buffer + g;
            w -= rateOf(t) * (g + 0.9 * buffer);
        }
        values[i] = w;
    }
    return values;
}

void verifyNear(const at::Tensor& actual, const Values& wanted) {
    for (std::size_t i = 0; i < kParameters; ++i) {
        QVERIFY2(std::abs(actual.data_ptr<float>()[i] - wanted[i]) < 2e-5, qPrintable(QString::number(i)));
    }
}

}  // namespace

class TestOptimizers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void adamFollowsTheTextbook_data() {
        QTest::addColumn<bool>("decoupled");
        QTest::newRow("Adam, L2 in the gradient") << false;
        QTest::newRow("AdamW") << true;
    }
    void adamFollowsTheTextbook() {
        QFETCH(bool, decoupled);
        const at::Tensor start = startTensor(1.0);
        at::Tensor decayed = start.clone();
        at::Tensor free = start.clone();
        AdamOptions options;
        options.weightDecay = 0.1;
        options.decoupledDecay = decoupled;
        AdamW adam({decayed, free}, options, {true, false});
        for (int t = 1; t <= kSteps; ++t)
            adam.step({gradientTensor(decayed, t), gradientTensor(free, t)}, rateOf(t));
        verifyNear(decayed, naiveAdam(start, 0.1, decoupled));
        verifyNear(free, naiveAdam(start, 0.0, decoupled));
    }

    void sgdFollowsTheTextbook() {
        const at::Tensor start = startTensor(0.5);
        at::Tensor parameter = start.clone();
        SgdOptions options;
        options.weightDecay = 0.05;
        Sgd sgd({parameter}, options);
        for (int t = 1; t <= kSteps; ++t)
            sgd.step({gradientTensor(parameter, t)}, rateOf(t));
        verifyNear(parameter, naiveNesterov(start, 0.05));
    }

    void autogradParametersLearn() {
        at::Tensor w = at::full({4}, 3.0f).requires_grad_(true);
        AdamW adam({w}, AdamOptions{});
        for (int t = 0; t < 400; ++t) {
            adam.zeroGrad();
            (w - 1).pow(2).sum().backward();
            adam.step(0.02);
        }
        QVERIFY((w - 1).abs().max().item<double>() < 1e-2);
        adam.zeroGrad();
        QVERIFY_EXCEPTION_THROWN(adam.step(0.02), c10::Error);
        QVERIFY_EXCEPTION_THROWN(adam.step({}, 0.02), c10::Error);
    }
};

QTEST_APPLESS_MAIN(TestOptimizers)
#include "tst_optimizers.moc"
