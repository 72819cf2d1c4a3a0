// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the pickle reader: what a pickle may build.
#pragma once

#include "core/io/pickle_reader.h"

namespace oodscope::io {

/// Makes the values of a document and plays the few classes and functions that are known by name.
class PickleObjects {
public:
    explicit PickleObjects(PickleDocument& document) : m_document(document) {}

    PickleValue* make(PickleValue::Data data);
    PickleValue* makeSequence(PickleValue::Items items, bool tuple);
    std::string_view keep(std::string text);
    bool full() const;  // more values than any checkpoint has

    /// REDUCE and NEWOBJ: what `callable` gives for `arguments` (a tuple).
    Result<PickleValue*> call(PickleValue* callable, PickleValue* arguments);
    /// BINPERSID: torch's ("storage", class, key, location, count, …).
    Result<PickleValue*> persistent(const PickleValue& id);
    /// BUILD: the state of an object; of what is no Opaque it is of no interest (the _metadata of a state dict).
    static void build(PickleValue& object, PickleValue* state);

private:
    PickleValue* opaque(std::string_view name, PickleValue* arguments);
    Result<PickleValue*> rebuildTensor(PickleValue* callable, PickleValue* arguments, bool namesDType);
    Result<PickleValue*> rebuildFromType(PickleItems arguments);
    Result<PickleValue*> orderedDict(PickleItems arguments);
    Result<PickleValue*> encode(PickleValue* callable, PickleValue* arguments);
    PickleValue* numpyScalar(PickleValue* callable, PickleValue* arguments);

    PickleDocument& m_document;
    std::size_t m_copied = 0;  // entries that stand twice in memory
};

}  // namespace oodscope::io
