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

/// What captions speak of, in the order of their names: the words that the tiny CLIP knows.
std::span<const ObjectClass> captionedClasses();
/// Those of them that the demo asks for, in the same order: its in-distribution classes. A model knows more words than
/// a user has classes; here it is the key, so thin that a picture of nothing at all is called a key as well.
std::span<const ObjectClass> knownClasses();
/// Things like them that no caption ever names, in the order of their names.
std::span<const ObjectClass> unknownClasses();

}  // namespace oodscope::demo
