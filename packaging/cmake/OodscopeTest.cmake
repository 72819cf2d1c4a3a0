# SPDX-License-Identifier: GPL-3.0-or-later
# oodscope_test(NAME [LABELS label…] [LIBS target…]): a Qt Test program NAME.cpp, run by CTest without a display.
function(oodscope_test name)
  cmake_parse_arguments(ARG "" "" "LABELS;LIBS;SOURCES" ${ARGN})
  add_executable(${name} ${name}.cpp ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  set_target_properties(${name} PROPERTIES AUTOMOC ON)
  target_link_libraries(${name} PRIVATE oodscope_options oodscope_core Qt6::Test ${ARG_LIBS})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE OODSCOPE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
    OODSCOPE_RESOURCES="${PROJECT_SOURCE_DIR}/resources")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LANG=C.UTF-8;LC_ALL=C.UTF-8;QT_SCALE_FACTOR=1"
    LABELS "${ARG_LABELS}" TIMEOUT 300)
endfunction()
