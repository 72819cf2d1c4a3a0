// SPDX-License-Identifier: GPL-3.0-or-later
// Names and argument orders: torch/_utils.py, torch/_tensor.py, torch/serialization.py,
// torch/csrc/jit/serialization/pickler.cpp; numpy/_core/multiarray.
#include "core/io/pickle_objects.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "core/io/half.h"

namespace oodscope::io {
namespace {

constexpr std::size_t kMostValues = std::size_t{1} << 24;
constexpr std::size_t kMostTensors = std::size_t{1} << 20;
constexpr std::size_t kMostDimensions = 16;
constexpr std::size_t kLongestEncoded = 64;  // enough for the bytes of a number

struct Named {
    std::string_view name;
    DType dtype;
};

constexpr std::array kStorages{
    Named{"FloatStorage", DType::F32}, Named{"DoubleStorage", DType::F64},    Named{"HalfStorage", DType::F16},
    Named{"LongStorage", DType::I64},  Named{"BFloat16Storage", DType::BF16}, Named{"IntStorage", DType::I32},
    Named{"ShortStorage", DType::I16}, Named{"CharStorage", DType::I8},       Named{"ByteStorage", DType::U8},
    Named{"BoolStorage", DType::Bool},
};
constexpr std::array kTypes{
    Named{"float32", DType::F32},         Named{"float64", DType::F64},
    Named{"float16", DType::F16},         Named{"bfloat16", DType::BF16},
    Named{"int64", DType::I64},           Named{"int32", DType::I32},
    Named{"int16", DType::I16},           Named{"int8", DType::I8},
    Named{"uint64", DType::U64},          Named{"uint32", DType::U32},
    Named{"uint16", DType::U16},          Named{"uint8", DType::U8},
    Named{"bool", DType::Bool},           Named{"float8_e4m3fn", DType::F8_E4M3},
    Named{"float8_e5m2", DType::F8_E5M2},
};

template <std::size_t Size>
std::optional<DType> lookUp(const std::array<Named, Size>& names, std::string_view name) {
    const auto found = std::ranges::find(names, name, &Named::name);
    return found == names.end() ? std::nullopt : std::optional(found->dtype);
}

tl::unexpected<Error> bad(std::string reason) {
    return fail(ErrorCode::BadFile, std::move(reason));
}

std::string_view className(const PickleValue& value) {
    const PickleValue::Object* object = value.object();
    return object != nullptr && object->isClass ? object->name : std::string_view();
}

/// A tuple or list of whole numbers that are not negative.
Result<std::vector<std::int64_t>> sizes(const PickleValue& value, const char* what) {
    const auto items = value.items();
    const bool sequence = value.kind() == PickleValue::Kind::Tuple || value.kind() == PickleValue::Kind::List;
    if (!sequence || items.size() > kMostDimensions)
        return bad(std::string("a tensor's ") + what + " is no tuple of at most 16 numbers");
    std::vector<std::int64_t> numbers;
    for (const PickleValue* item : items) {
        const auto number = item->integer();
        if (!number || *number < 0) return bad(std::string("a tensor's ") + what + " holds no whole number from 0 on");
        numbers.push_back(*number);
    }
    return numbers;
}

bool isOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

/// Latin-1 text, which Python 2 and numpy use to carry bytes, back to them.
std::optional<std::string> latin1(std::string_view utf8) {
    std::string bytes;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        if (lead < 0x80) {
            bytes += utf8[i];
        } else if ((lead == 0xc2 || lead == 0xc3) && i + 1 < utf8.size()) {
            bytes += static_cast<char>((lead & 3U) << 6U | (static_cast<unsigned char>(utf8[++i]) & 0x3fU));
        } else {
            return std::nullopt;
        }
    }
    return bytes;
}

template <class Number>
Number numberOf(std::span<const std::byte> bytes) {
    Number value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

/// The value of a numpy scalar of type `code` ("f8"), little-endian.
std::optional<PickleValue::Data> scalarOf(std::string_view code, std::span<const std::byte> bytes) {
    if (code.size() != 2 || bytes.size() != static_cast<std::size_t>(code[1] - '0')) return std::nullopt;
    const auto whole = [](auto value) { return PickleValue::Data(static_cast<std::int64_t>(value)); };
    if (code == "f8") return PickleValue::Data(numberOf<double>(bytes));
    if (code == "f4") return PickleValue::Data(static_cast<double>(numberOf<float>(bytes)));
    if (code == "f2") return PickleValue::Data(static_cast<double>(floatFromHalf(numberOf<std::uint16_t>(bytes))));
    if (code == "b1") return PickleValue::Data(bytes[0] != std::byte{0});
    if (code == "i1") return whole(numberOf<std::int8_t>(bytes));
    if (code == "i2") return whole(numberOf<std::int16_t>(bytes));
    if (code == "i4") return whole(numberOf<std::int32_t>(bytes));
    if (code == "i8") return whole(numberOf<std::int64_t>(bytes));
    if (code == "u1") return whole(numberOf<std::uint8_t>(bytes));
    if (code == "u2") return whole(numberOf<std::uint16_t>(bytes));
    if (code == "u4") return whole(numberOf<std::uint32_t>(bytes));
    return std::nullopt;
}

bool isBigEndian(const PickleValue* dtypeState) {
    return dtypeState != nullptr && dtypeState->items().size() > 1 && dtypeState->items()[1]->text() == ">";
}

}  // namespace

PickleValue* PickleObjects::make(PickleValue::Data data) {
    return &m_document.values.emplace_back(std::move(data));
}

PickleValue* PickleObjects::makeSequence(PickleValue::Items items, bool tuple) {
    return make(PickleValue::Sequence{std::move(items), tuple});
}

std::string_view PickleObjects::keep(std::string text) {
    return m_document.texts.emplace_back(std::move(text));
}

bool PickleObjects::full() const {
    return m_document.values.size() + m_copied > kMostValues || m_document.tensors.size() > kMostTensors;
}

PickleValue* PickleObjects::opaque(std::string_view name, PickleValue* arguments) {
    auto object = std::make_unique<PickleValue::Object>();
    object->name = name;
    object->arguments = arguments;
    return make(std::move(object));
}

Result<PickleValue*> PickleObjects::persistent(const PickleValue& id) {
    const auto items = id.items();
    const auto tag = items.empty() ? std::nullopt : items[0]->text();
    if (tag == "module" && items.size() > 1) return items[1];  // old files carry the source of a class beside it
    if (tag != "storage" || items.size() < 5) return bad("a reference outside the pickle that is no torch storage");
    const auto key = items[2]->text();
    const auto count = items[4]->integer();
    if (!key || !count || *count < 0) return bad("a torch storage without key or size");
    std::string_view type = className(*items[1]);
    type = type.substr(type.rfind('.') + 1);
    PickledStorage storage{*key, lookUp(kStorages, type), type == "UntypedStorage", *count, 0};
    if (items.size() > 5 && !items[5]->isNone()) {
        const auto view = items[5]->items();
        const auto first = view.size() == 3 ? view[1]->integer() : std::nullopt;
        const auto elements = view.size() == 3 ? view[2]->integer() : std::nullopt;
        if (!first || !elements || *first < 0 || *elements < 0 || *first > *count || *elements > *count - *first)
            return bad("a view of a torch storage that does not fit it");
        storage.first = *first;
    }
    m_document.storages.push_back(storage);
    return make(PickleValue::Storage{m_document.storages.size() - 1});
}

// (storage, offset, size, stride, …); version 3 names the type as its seventh argument.
Result<PickleValue*> PickleObjects::rebuildTensor(PickleValue* callable, PickleValue* arguments, bool namesDType) {
    const auto items = arguments->items();
    const auto* storage = items.empty() ? nullptr : std::get_if<PickleValue::Storage>(&items[0]->data());
    // Of pickle.dump rather than torch.save: the storage is a torch file of its own, in bytes.
    const PickleValue::Object* bytes = items.empty() ? nullptr : items[0]->object();
    if (bytes != nullptr && bytes->name == "torch.storage._load_from_bytes")
        return opaque(className(*callable), arguments);
    if (storage == nullptr || items.size() < (namesDType ? 7U : 4U)) return bad("a tensor without storage or sizes");
    const PickledStorage& source = m_document.storages[storage->index];
    std::optional<DType> dtype = source.dtype;
    if (namesDType) {
        const std::string_view type = className(*items[6]);
        dtype = type.starts_with("torch.") ? lookUp(kTypes, type.substr(6)) : std::nullopt;
        if (!source.untyped && source.dtype != dtype) dtype = std::nullopt;
    }
    if (!dtype) return opaque(className(*callable), arguments);  // of a type this program does not read
    const auto offset = items[1]->integer();
    auto shape = sizes(*items[2], "shape");
    auto strides = sizes(*items[3], "stride");
    if (!offset || *offset < 0) return bad("a tensor's offset is no whole number from 0 on");
    if (!shape) return failFrom(shape);
    if (!strides) return failFrom(strides);
    if (shape->size() != strides->size()) return bad("a tensor whose shape and stride differ in length");
    TensorView* view = &m_document.views.emplace_back(TensorView{*dtype, std::move(*shape), {}, {}});
    m_document.tensors.push_back({storage->index, *offset, std::move(*strides), view});
    return make(view);
}

// A tensor with attributes of its own, or of a subclass: (function, class, arguments, state).
Result<PickleValue*> PickleObjects::rebuildFromType(PickleItems arguments) {
    if (arguments.size() < 3 || className(*arguments[0]).find("_rebuild_from_type") != std::string_view::npos)
        return bad("a tensor without arguments");
    return call(arguments[0], arguments[2]);
}

// OrderedDict([[key, value], …]) as Python 2 wrote it; newer files fill an empty one.
Result<PickleValue*> PickleObjects::orderedDict(PickleItems arguments) {
    PickleValue::Entries entries;
    if (!arguments.empty()) {
        for (const PickleValue* pair : arguments[0]->items()) {
            if (pair->items().size() != 2) return bad("a dict whose items are no pairs");
            entries.emplace_back(pair->items()[0], pair->items()[1]);
        }
        m_copied += entries.size();
    }
    return make(std::move(entries));
}

Result<PickleValue*> PickleObjects::encode(PickleValue* callable, PickleValue* arguments) {
    const auto text = arguments->items().empty() ? std::nullopt : arguments->items()[0]->text();
    auto bytes = text && text->size() <= kLongestEncoded ? latin1(*text) : std::nullopt;
    if (!bytes) return opaque(className(*callable), arguments);
    return make(std::as_bytes(std::span<const char>(keep(std::move(*bytes)))));
}

PickleValue* PickleObjects::numpyScalar(PickleValue* callable, PickleValue* arguments) {
    const auto items = arguments->items();
    const PickleValue::Object* dtype = items.size() == 2 ? items[0]->object() : nullptr;
    if (dtype != nullptr && dtype->name == "numpy.dtype" && dtype->arguments != nullptr && !isBigEndian(dtype->state)) {
        const auto fields = dtype->arguments->items();
        const auto code = fields.empty() ? std::nullopt : fields[0]->text();
        auto bytes = items[1]->bytes();
        if (const auto text = items[1]->text()) bytes = std::as_bytes(std::span<const char>(*text));
        auto value = code && bytes ? scalarOf(*code, *bytes) : std::nullopt;
        if (value) return make(std::move(*value));
    }
    return opaque(className(*callable), arguments);
}

Result<PickleValue*> PickleObjects::call(PickleValue* callable, PickleValue* arguments) {
    const std::string_view name = className(*callable);
    const PickleItems items = arguments->items();
    if (arguments->kind() != PickleValue::Kind::Tuple) return bad("a call without a tuple of arguments");
    if (name == "torch._utils._rebuild_tensor_v2" || name == "torch._utils._rebuild_tensor")
        return rebuildTensor(callable, arguments, /*namesDType=*/false);
    if (name == "torch._utils._rebuild_tensor_v3") return rebuildTensor(callable, arguments, /*namesDType=*/true);
    if (name == "torch._tensor._rebuild_from_type_v2") return rebuildFromType(items);
    if (isOneOf(name, {"collections.OrderedDict", "collections.Counter", "builtins.dict", "__builtin__.dict"}))
        return orderedDict(items);
    if (name == "collections.defaultdict") return make(PickleValue::Entries());
    // What stands for its first argument here: wrappers of a tensor, typed lists of TorchScript, sets of a list.
    const bool wrapper =
        isOneOf(name, {"torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
                       "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer", "torch.jit._pickle.build_intlist",
                       "torch.jit._pickle.build_doublelist", "torch.jit._pickle.build_boollist",
                       "torch.jit._pickle.build_tensorlist", "torch.jit._pickle.restore_type_tag", "torch.Size",
                       "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset"});
    if (wrapper && !items.empty()) return items[0];
    if (name == "_codecs.encode") return encode(callable, arguments);
    if (name == "numpy.core.multiarray.scalar" || name == "numpy._core.multiarray.scalar")
        return numpyScalar(callable, arguments);
    return opaque(name.empty() ? "object" : name, arguments);
}

void PickleObjects::build(PickleValue& object, PickleValue* state) {
    auto* opaque = std::get_if<std::unique_ptr<PickleValue::Object>>(&object.data());
    if (opaque != nullptr && !(*opaque)->isClass) (*opaque)->state = state;
}

}  // namespace oodscope::io
