// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "app/demo/canvas.h"

namespace oodscope::demo {

/// What varies within a class besides its pose.
struct Look {
    Random& random;
    Colour main;    // the colour a caption names
    Colour accent;  // of the smaller parts
    Colour glint;   // highlights

    double range(double low, double high) { return random.range(low, high); }
    /// A length low … high to the left or to the right.
    double eitherSide(double low, double high) {
        const double side = random.sign();
        return side * random.range(low, high);
    }
};

/// A class of drawn things. `draw` fills about −1 … 1 in both directions.
struct ObjectClass {
    std::string_view name;
    std::string_view kind;  // a wider word for it, as a careless caption would say
    double turn;            // degrees it may lean to either side
    void (*draw)(Canvas&, Look&);
};

/// The classes of the world, in the order of their names. Captions and prompts speak of these.
std::span<const ObjectClass> knownClasses();
/// Things like them that no caption ever names, in the order of their names.
std::span<const ObjectClass> unknownClasses();

}  // namespace oodscope::demo
