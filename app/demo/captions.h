// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "app/demo/scene.h"

namespace oodscope::demo {

/// How careless the people are who write the captions.
struct CaptionHabits {
    double wrong = 0.06;  // share that names another class than is to be seen
    double vague = 0.12;  // share that names no class: "a green thing on a table"
};

/// A caption of a picture, in the words of someone who looked at it, more or less.
std::string captionOf(const Sights& sights, const CaptionHabits& habits, Random& random);

/// "leaves" of "leaf".
std::string pluralOf(std::string_view noun);

}  // namespace oodscope::demo
