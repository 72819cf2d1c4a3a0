// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/palette.h"

namespace oodscope::demo {

std::span<const NamedColour> palette() {
    static const NamedColour colours[] = {
        {"red", {206, 58, 52}},   {"orange", {234, 136, 48}}, {"yellow", {240, 203, 70}}, {"green", {92, 160, 78}},
        {"teal", {52, 152, 150}}, {"blue", {66, 112, 190}},   {"purple", {130, 88, 172}}, {"pink", {232, 138, 168}},
        {"brown", {136, 92, 62}}, {"white", {240, 236, 226}}, {"grey", {142, 146, 152}},  {"black", {62, 60, 70}},
    };
    return colours;
}

Colour jittered(const Colour& colour, Random& random, double strength) {
    const double level = random.range(-strength, strength);
    Colour out = colour;
    for (int i = 0; i < 3; ++i)
        out[i] += level + random.range(-strength, strength) * 0.6;
    return out;
}

}  // namespace oodscope::demo
