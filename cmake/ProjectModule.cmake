include_guard()

# project_module(<name> SOURCES ... [PUBLIC ...] [PRIVATE ...])
# One static library per module. Every dependency is named, with its visibility: PUBLIC only if the
# module's headers include it.
function(project_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${name}: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE project_settings ${arg_PRIVATE})
endfunction()

# project_program(<name> SOURCES ... LINK ...): a main and the libraries it wires.
function(project_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE project_settings ${arg_LINK})
endfunction()

# project_test(<name> [LABEL unit|integration] SOURCES ... LINK ...)
# One doctest binary per module, one ctest entry per case. Integration tests need a Docker engine,
# whose socket tests/run.sh names in SLIPWAY_TEST_ENGINE.
function(project_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL" "SOURCES;LINK")
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  set(timeout 10)
  set(lock "")
  if(arg_LABEL STREQUAL integration)
    set(timeout 300)
    # One engine and one set of host ports serve them all.
    set(lock RESOURCE_LOCK engine)
  elseif(PROJECT_SANITIZE)
    set(timeout 60)
  endif()
  add_executable(${name} $<TARGET_OBJECTS:test_main> ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE project_settings ${arg_LINK} doctest::doctest)
  doctest_discover_tests(${name}
    TEST_PREFIX "${arg_LABEL}/${name}/" PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${timeout} ${lock})
endfunction()
