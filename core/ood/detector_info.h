// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace oodscope::ood {

/// One option of a detector: a number in [low, high], or one of a few words.
struct DetectorOption {
    std::string_view key;       // "k"
    std::string_view standard;  // "1": the default, as it would be written
    std::string_view meaning;   // "neighbours"
    double low = 0;
    double high = 0;
    bool whole = false;           // the number must be an integer
    std::string_view words = {};  // "exp|cosine|distance": one of these instead of a number
};

/// Which parts of DetectorInput a detector looks at.
struct DetectorNeeds {
    bool logits = false;
    bool features = false;
    bool head = false;    // the linear head that gives the logits
    bool labels = false;  // of the train set, for the fit
    bool text = false;    // class vectors of a text tower; the logits are then zero-shot cosines
};

struct DetectorInfo {
    std::string_view key;      // "msp": in files and on the command line
    std::string_view name;     // "Maximum softmax probability"
    std::string_view formula;  // "max softmax(z / T)"
    std::string_view source;   // paper
    bool needsFit = false;     // statistics of the ID train set
    DetectorNeeds needs = {};
    std::span<const DetectorOption> options = {};
};

}  // namespace oodscope::ood
