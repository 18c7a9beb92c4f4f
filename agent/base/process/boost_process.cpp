// Boost 1.81 declares the parts of Process v2 in its headers and defines some of them here only.
#include <boost/process/v2/src.hpp>
