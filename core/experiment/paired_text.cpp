// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/paired_text.h"

#include <fmt/format.h>

#include <cmath>

namespace oodscope::experiment {
namespace {

nlohmann::json orNull(double value) {
    return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
}

}  // namespace

nlohmann::json toJson(const ood::PairedDelong& test) {
    return {{"auroc_a", test.aurocA},     {"auroc_b", test.aurocB},       {"difference", test.difference},
            {"difference_low", test.low}, {"difference_high", test.high}, {"standard_error", test.standardError},
            {"z", orNull(test.z)},        {"p", orNull(test.p)},          {"correlation", orNull(test.correlation)}};
}

std::string pText(double p) {
    if (std::isnan(p)) return "–";
    return p < 1e-4 ? "< 0.0001" : fmt::format("{:.4f}", p);
}

std::string text(const ood::PairedDelong& test) {
    std::string lines =
        fmt::format("AUROC A {:.4f} %, B {:.4f} %, difference {:+.4f} points (95 % interval {:+.4f} to {:+.4f})\n",
                    100 * test.aurocA, 100 * test.aurocB, 100 * test.difference, 100 * test.low, 100 * test.high);
    if (std::isnan(test.p)) return lines + "no test: neither AUROC varies over these samples\n";
    lines += fmt::format("paired DeLong test: z {:.4f}, p {}", test.z, pText(test.p));
    if (!std::isnan(test.correlation)) lines += fmt::format(", correlation of the AUROCs {:.4f}", test.correlation);
    return lines + "\n";
}

}  // namespace oodscope::experiment
