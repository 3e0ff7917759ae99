# Compiles, with COMPILER and the include folders INCLUDES (separated by |) of a layer, one source per header: those
# of ALLOWED must compile, those of FORBIDDEN must not be found.
string(REPLACE "|" ";" folders "${INCLUDES}")
list(TRANSFORM folders PREPEND -I)

function(compile header)
  file(WRITE ${WORK_DIR}/one.cpp "#include \"${header}\"\n")
  execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only ${folders} ${WORK_DIR}/one.cpp
                  RESULT_VARIABLE result ERROR_VARIABLE output)
  set(result ${result} PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

foreach(header ${ALLOWED})
  compile(${header})
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${header} must compile here:\n${output}")
  endif()
endforeach()
foreach(header ${FORBIDDEN})
  compile(${header})
  if(result EQUAL 0 OR NOT output MATCHES "${header}.*(No such file|not found)")
    message(FATAL_ERROR "${header} must not be found here:\n${output}")
  endif()
endforeach()
