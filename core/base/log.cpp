// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

#include <cstdlib>

namespace oodscope {

void setUpLogging() {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "oodscope", std::make_shared<spdlog::sinks::stderr_color_sink_mt>()));
    const char* level = std::getenv("OODSCOPE_LOG");
    spdlog::set_level(level != nullptr ? spdlog::level::from_str(level) : spdlog::level::warn);
}

}  // namespace oodscope
