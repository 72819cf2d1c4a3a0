# SPDX-License-Identifier: GPL-3.0-or-later
# Compile options every target of the project shares.
add_library(oodscope_options INTERFACE)
target_compile_features(oodscope_options INTERFACE cxx_std_20)
target_compile_options(oodscope_options INTERFACE -Wall -Wextra $<$<BOOL:${OODSCOPE_WERROR}>:-Werror>)
target_compile_definitions(oodscope_options INTERFACE QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII
  OODSCOPE_VERSION="${PROJECT_VERSION}")
target_include_directories(oodscope_options INTERFACE ${PROJECT_SOURCE_DIR})
