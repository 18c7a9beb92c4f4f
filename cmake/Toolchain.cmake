include_guard()

# Both only make the build faster, so their absence is no error.
find_program(PROJECT_CCACHE ccache)
if(PROJECT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PROJECT_CCACHE})
endif()

find_program(PROJECT_MOLD mold)
if(PROJECT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
