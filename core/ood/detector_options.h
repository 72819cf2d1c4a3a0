// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/ood/detector_info.h"

namespace oodscope::ood {

/// The values of a detector's options, complete and in range.
class DetectorOptions {
public:
    /// `text`: "k=5:score=distance"; what it does not name keeps its default. Error: an unknown option, a value out of
    /// range; the message names what there is.
    static Result<DetectorOptions> parse(const DetectorInfo& info, std::string_view text);

    // `key` must be an option of the detector (asserted).
    double number(std::string_view key) const;
    int whole(std::string_view key) const { return static_cast<int>(number(key)); }
    const std::string& word(std::string_view key) const;

    /// Key and value of every option, in the order of the detector's list.
    const std::vector<std::pair<std::string, std::string>>& values() const { return m_values; }

private:
    std::vector<std::pair<std::string, std::string>> m_values;
};

/// "k=1 (neighbours, 1 to 1000000)" for each option of `info`, separated by "; ".
std::string describeOptions(const DetectorInfo& info);

}  // namespace oodscope::ood
