// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "app/demo/scene.h"

namespace oodscope::demo {

/// How careless the people are who write the captions.
struct CaptionHabits {
    double wrong = 0.04;   // share that names another class than is to be seen
    double vague = 0.08;   // share that names no class: "a green thing on a table"
    double simple = 0.65;  // share of the rest that names the class and little else
};

/// A caption of a picture, in the words of someone who looked at it, more or less.
std::string captionOf(const Sights& sights, const CaptionHabits& habits, Random& random);

/// "leaves" of "leaf".
std::string pluralOf(std::string_view noun);

}  // namespace oodscope::demo
