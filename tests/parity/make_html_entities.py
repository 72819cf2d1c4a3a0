# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes core/text/html_entity_table.h from Python's table of the HTML named character references (WHATWG)."""
import html.entities
import pathlib
import textwrap

out = pathlib.Path(__file__).resolve().parents[2] / "core" / "text" / "html_entity_table.h"
rows = []
for name, chars in sorted(html.entities.html5.items()):
    if not name.endswith(";"):
        continue
    legacy = "!" if name[:-1] in html.entities.html5 else ""
    rows.append(f"{name[:-1]}{legacy}=" + "+".join(f"{ord(c):x}" for c in chars))
lines = textwrap.wrap(" ".join(rows), 112, break_long_words=False, break_on_hyphens=False)
out.write_text(
    "// SPDX-License-Identifier: GPL-3.0-or-later\n#pragma once\n\n"
    "// Written by tests/parity/make_html_entities.py.\n// clang-format off\n\n#include <string_view>\n\n"
    "namespace oodscope::text {\n\n"
    "/// name=code points in hexadecimal, joined by +; a ! marks names that are also legal without their semicolon.\n"
    "constexpr std::string_view kHtmlEntities =\n" + "\n".join(f'    "{line} "' for line in lines) + ";\n\n"
    "}  // namespace oodscope::text\n"
)
