// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/metric_options.h"

namespace oodscope::cli {

void addConventionOption(CLI::App& command, std::string& convention) {
    command
        .add_option("--convention", convention,
                    "How an FPR is read off the curve: plp, mcm, ninco, openood or torch_uncertainty")
        ->capture_default_str();
}

void addLevelsOption(CLI::App& command, std::vector<double>& levels) {
    command
        .add_option("--tpr", levels, "Further TPRs in (0, 1] at which the FPR is read, separated by commas: 0.8,0.99")
        ->delimiter(',');
}

}  // namespace oodscope::cli
