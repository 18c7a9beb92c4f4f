include_guard()

# Linked PRIVATE by every target of ours and by no third-party target.
add_library(project_settings INTERFACE)
target_compile_features(project_settings INTERFACE cxx_std_20)
target_compile_options(project_settings INTERFACE
  -Wall -Wextra -Wpedantic
  -Wcast-align -Wcast-qual -Wconversion -Wdouble-promotion -Wextra-semi -Wformat=2
  -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wredundant-decls -Wshadow
  -Wsuggest-override -Wswitch-enum -Wundef
  -Wno-missing-field-initializers  # A designated initialiser leaves the rest to its defaults.
  -Wno-sign-conversion             # Sizes against iterator differences: noise, not bugs.
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-branches -Wduplicated-cond -Wlogical-op -Wuseless-cast>)
target_compile_definitions(project_settings INTERFACE _GLIBCXX_ASSERTIONS)

set(PROJECT_SANITIZE "" CACHE STRING "Passed to -fsanitize=, as in address,undefined")
if(PROJECT_SANITIZE)
  target_compile_options(project_settings INTERFACE
    -fsanitize=${PROJECT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    -g1)  # Enough for the lines of a report, and a fifth less to write and to link.
  target_link_options(project_settings INTERFACE -fsanitize=${PROJECT_SANITIZE})
endif()

option(PROJECT_HARDEN "Exploit mitigations of a release build" OFF)
if(PROJECT_HARDEN)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  target_compile_options(project_settings INTERFACE
    -fstack-protector-strong -fstack-clash-protection -fcf-protection)
  target_compile_definitions(project_settings INTERFACE _FORTIFY_SOURCE=2)
  target_link_options(project_settings INTERFACE -pie -Wl,-z,relro -Wl,-z,now)
endif()
