// SPDX-License-Identifier: GPL-3.0-or-later
// The opcodes: CPython's Lib/pickletools.py.
#include "core/io/pickle_reader.h"

#include <array>
#include <new>
#include <unordered_map>

#include "core/io/byte_reader.h"
#include "core/io/pickle_literals.h"
#include "core/io/pickle_objects.h"
#include "core/io/utf8.h"

namespace oodscope::io {
namespace {

using Kind = PickleValue::Kind;

std::string hexByte(unsigned value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    return {'0', 'x', kDigits[value >> 4U], kDigits[value & 15U]};
}

/// The stack machine that a pickle is a program for, without the means to run anything.
class PickleMachine {
public:
    PickleMachine(std::span<const std::byte> bytes, PickleDocument& document)
        : m_document(document), m_objects(document), m_reader(bytes) {}

    Status run();

private:
    using Step = PickleStep;

    // Each group does one opcode of its kind; those of other groups are Unknown to it. A reason of its own, if any, is
    // left in m_problem.
    Step frame(unsigned code);
    Step literal(unsigned code);
    Step memo(unsigned code);
    Step stack(unsigned code);
    Step sequence(unsigned code);
    Step fill(unsigned code);
    Step object(unsigned code);
    Step step(unsigned code);

    template <class Index>
    Step recall();
    template <class Index>
    Step remember();
    Step remember(std::size_t index);
    Step global(std::string_view module, std::string_view name);
    Step tuple(std::size_t size);
    Step fillItems(PickleValue& target, PickleItems items);
    Step fillEntries(PickleValue& target, PickleItems items);
    Step finish(Result<PickleValue*> made);

    Step push(PickleValue* value) {
        m_stack.push_back(value);
        return Step::Done;
    }
    Step pushNew(PickleValue::Data data) { return push(m_objects.make(std::move(data))); }
    Step problem(std::string reason) {
        m_problem = std::move(reason);
        return Step::Bad;
    }
    std::size_t above() const { return m_stack.size() - (m_marks.empty() ? 0 : m_marks.back()); }
    PickleValue* pop() {
        PickleValue* value = m_stack.back();
        m_stack.pop_back();
        return value;
    }
    /// Everything since the last mark, which goes too.
    std::optional<PickleValue::Items> popToMark();

    PickleDocument& m_document;
    PickleObjects m_objects;
    ByteReader m_reader;
    std::vector<PickleValue*> m_stack;
    std::vector<std::size_t> m_marks;
    std::vector<PickleValue*> m_memo;
    std::unordered_map<std::string, PickleValue*> m_globals;
    std::string m_problem;
};

std::optional<PickleValue::Items> PickleMachine::popToMark() {
    if (m_marks.empty()) return std::nullopt;
    const auto begin = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
    PickleValue::Items items(begin, m_stack.end());
    m_stack.erase(begin, m_stack.end());
    m_marks.pop_back();
    return items;
}

PickleMachine::Step PickleMachine::finish(Result<PickleValue*> made) {
    return made ? push(*made) : problem(std::move(made.error().message));
}

PickleMachine::Step PickleMachine::frame(unsigned code) {
    switch (code) {
        case 0x80: {  // PROTO
            const auto version = m_reader.number<std::uint8_t>();
            if (!version) return Step::CutShort;
            return *version >= 2 && *version <= 5 ? Step::Done
                                                  : problem("protocol " + std::to_string(*version) + " is not read");
        }
        case 0x95:  // FRAME
            return m_reader.number<std::uint64_t>() ? Step::Done : Step::CutShort;
        case '.':
            return Step::Stop;
        default:
            return Step::Unknown;
    }
}

PickleMachine::Step PickleMachine::literal(unsigned code) {
    PickleLiteral read = readPickleLiteral(code, m_reader);
    if (read.step == Step::Done) return pushNew(std::move(read.value));
    m_problem = std::move(read.problem);
    return read.step;
}

template <class Index>
PickleMachine::Step PickleMachine::recall() {
    const auto index = m_reader.number<Index>();
    if (!index) return Step::CutShort;
    if (*index >= m_memo.size() || m_memo[*index] == nullptr)
        return problem("it uses value " + std::to_string(*index) + ", which it has not made yet");
    return push(m_memo[*index]);
}

template <class Index>
PickleMachine::Step PickleMachine::remember() {
    const auto index = m_reader.number<Index>();
    return index ? remember(*index) : Step::CutShort;
}

PickleMachine::Step PickleMachine::remember(std::size_t index) {
    if (above() == 0) return Step::Bad;
    // Writers count up; an index that no pickle of this length reaches would only cost memory.
    if (index > m_reader.position()) return problem("it remembers a value as number " + std::to_string(index));
    if (index >= m_memo.size()) m_memo.resize(index + 1);
    m_memo[index] = m_stack.back();
    return Step::Done;
}

PickleMachine::Step PickleMachine::memo(unsigned code) {
    switch (code) {
        case 'h':
            return recall<std::uint8_t>();
        case 'j':
            return recall<std::uint32_t>();
        case 'q':
            return remember<std::uint8_t>();
        case 'r':
            return remember<std::uint32_t>();
        case 0x94:
            return remember(m_memo.size());
        default:
            return Step::Unknown;
    }
}

PickleMachine::Step PickleMachine::stack(unsigned code) {
    switch (code) {
        case '(':
            m_marks.push_back(m_stack.size());
            return Step::Done;
        case '0':  // POP, of a mark where one is on top
            if (above() > 0)
                m_stack.pop_back();
            else if (!m_marks.empty())
                m_marks.pop_back();
            else
                return Step::Bad;
            return Step::Done;
        case '1':
            return popToMark() ? Step::Done : Step::Bad;
        case '2':
            return above() > 0 ? push(m_stack.back()) : Step::Bad;
        default:
            return Step::Unknown;
    }
}

PickleMachine::Step PickleMachine::tuple(std::size_t size) {
    if (above() < size) return Step::Bad;
    PickleValue::Items items(m_stack.end() - static_cast<std::ptrdiff_t>(size), m_stack.end());
    m_stack.resize(m_stack.size() - size);
    return push(m_objects.makeSequence(std::move(items), /*tuple=*/true));
}

PickleMachine::Step PickleMachine::sequence(unsigned code) {
    switch (code) {
        case ')':
            return tuple(0);
        case 0x85:
        case 0x86:
        case 0x87:  // TUPLE1, TUPLE2, TUPLE3
            return tuple(code - 0x84);
        case ']':
        case 0x8f:  // EMPTY_LIST, EMPTY_SET
            return push(m_objects.makeSequence({}, /*tuple=*/false));
        case '}':
            return pushNew(PickleValue::Entries());
        case 't':
        case 'l':
        case 0x91: {  // TUPLE, LIST, FROZENSET
            auto items = popToMark();
            return items ? push(m_objects.makeSequence(std::move(*items), code == 't')) : Step::Bad;
        }
        case 'd': {
            const auto items = popToMark();
            if (!items) return Step::Bad;
            PickleValue* made = m_objects.make(PickleValue::Entries());
            m_stack.push_back(made);
            return fillEntries(*made, *items);
        }
        default:
            return Step::Unknown;
    }
}

PickleMachine::Step PickleMachine::fillItems(PickleValue& target, PickleItems items) {
    PickleValue::Items* list = nullptr;
    if (auto* sequence = std::get_if<PickleValue::Sequence>(&target.data()); sequence != nullptr && !sequence->tuple)
        list = &sequence->items;
    if (auto* object = std::get_if<std::unique_ptr<PickleValue::Object>>(&target.data())) list = &(*object)->items;
    if (list == nullptr) return problem("it appends to what is no list");
    list->insert(list->end(), items.begin(), items.end());
    return Step::Done;
}

PickleMachine::Step PickleMachine::fillEntries(PickleValue& target, PickleItems items) {
    auto* entries = std::get_if<PickleValue::Entries>(&target.data());
    if (auto* object = std::get_if<std::unique_ptr<PickleValue::Object>>(&target.data())) entries = &(*object)->entries;
    if (entries == nullptr) return problem("it sets items of what is no dict");
    if (items.size() % 2 != 0) return problem("a dict with a key that has no value");
    for (std::size_t i = 0; i < items.size(); i += 2)
        entries->emplace_back(items[i], items[i + 1]);
    return Step::Done;
}

PickleMachine::Step PickleMachine::fill(unsigned code) {
    const bool many = code == 'e' || code == 'u' || code == 0x90;
    const bool dict = code == 's' || code == 'u';
    if (!many && !dict && code != 'a') return Step::Unknown;
    PickleValue::Items items;
    if (many) {
        auto marked = popToMark();
        if (!marked) return Step::Bad;
        items = std::move(*marked);
    } else {
        const std::size_t size = dict ? 2 : 1;
        if (above() < size) return Step::Bad;
        items.assign(m_stack.end() - static_cast<std::ptrdiff_t>(size), m_stack.end());
        m_stack.resize(m_stack.size() - size);
    }
    if (above() == 0) return Step::Bad;
    return dict ? fillEntries(*m_stack.back(), items) : fillItems(*m_stack.back(), items);
}

PickleMachine::Step PickleMachine::global(std::string_view module, std::string_view name) {
    std::string whole = std::string(module) + "." + std::string(name);
    if (!isUtf8(whole)) return problem("a class name that is not valid UTF-8");
    auto [found, added] = m_globals.try_emplace(std::move(whole), nullptr);
    if (added) {
        auto object = std::make_unique<PickleValue::Object>();
        object->name = m_objects.keep(found->first);
        object->isClass = true;
        found->second = m_objects.make(std::move(object));
    }
    return push(found->second);
}

PickleMachine::Step PickleMachine::object(unsigned code) {
    switch (code) {
        case 'c': {
            const auto module = m_reader.line();
            const auto name = module ? m_reader.line() : std::nullopt;
            return name ? global(*module, *name) : Step::CutShort;
        }
        case 0x93: {  // STACK_GLOBAL
            if (above() < 2) return Step::Bad;
            const auto name = pop()->text();
            const auto module = pop()->text();
            return module && name ? global(*module, *name) : problem("a class whose name is no text");
        }
        case 'R':
        case 0x81: {  // REDUCE, NEWOBJ
            if (above() < 2) return Step::Bad;
            PickleValue* arguments = pop();
            PickleValue* callable = pop();
            return finish(m_objects.call(callable, arguments));
        }
        case 0x92: {  // NEWOBJ_EX: with keyword arguments, which are of no interest
            if (above() < 3) return Step::Bad;
            pop();
            PickleValue* arguments = pop();
            PickleValue* callable = pop();
            return finish(m_objects.call(callable, arguments));
        }
        case 'b': {
            if (above() < 2) return Step::Bad;
            PickleValue* state = pop();
            PickleObjects::build(*m_stack.back(), state);
            return Step::Done;
        }
        case 'Q':
            return above() > 0 ? finish(m_objects.persistent(*pop())) : Step::Bad;
        default:
            return Step::Unknown;
    }
}

PickleMachine::Step PickleMachine::step(unsigned code) {
    constexpr std::array kGroups{&PickleMachine::literal,  &PickleMachine::memo, &PickleMachine::stack,
                                 &PickleMachine::sequence, &PickleMachine::fill, &PickleMachine::object,
                                 &PickleMachine::frame};
    for (const auto group : kGroups) {
        const Step done = (this->*group)(code);
        if (done != Step::Unknown) return done;
    }
    return Step::Unknown;
}

Status PickleMachine::run() {
    for (;;) {
        const std::size_t at = m_reader.position();
        const auto failed = [&](ErrorCode error, const std::string& reason) {
            return fail(error, "byte " + std::to_string(at) + " of its pickle: " + reason);
        };
        const auto code = m_reader.number<std::uint8_t>();
        if (!code) return failed(ErrorCode::BadFile, "it ends too early; was it cut short?");
        switch (step(*code)) {
            case Step::Done:
                break;
            case Step::Unknown:
                return failed(ErrorCode::Unsupported, "opcode " + hexByte(*code) + " is not read");
            case Step::CutShort:
                return failed(ErrorCode::BadFile, "a value reaches past the end; was it cut short?");
            case Step::Bad:
                return failed(ErrorCode::BadFile, m_problem.empty() ? "a value it needs is missing" : m_problem);
            case Step::Stop:
                if (m_stack.size() != 1 || !m_marks.empty())
                    return failed(ErrorCode::BadFile, "it ends without a single result");
                m_document.root = m_stack.back();
                m_document.bytesRead = m_reader.position();
                return {};
        }
        if (m_objects.full()) return failed(ErrorCode::Unsupported, "more values than a checkpoint has");
    }
}

}  // namespace

Result<std::unique_ptr<PickleDocument>> readPickle(std::span<const std::byte> bytes) {
    try {
        auto document = std::make_unique<PickleDocument>();
        if (const Status done = PickleMachine(bytes, *document).run(); !done) return failFrom(done);
        return document;
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory for its pickle");
    }
}

}  // namespace oodscope::io
