dnl Builds the extension `reverb`: the Zend glue in ext/ and ext/binding, and the server below
dnl ext/core, which knows nothing of PHP.

PHP_ARG_ENABLE([reverb],
  [whether to enable the Reverb WebSocket server],
  [AS_HELP_STRING([--enable-reverb], [Enable the Reverb WebSocket server])])

dnl REVERB_LIBRARY(VARIABLE, pkg-config module, header, link flags, Debian, Alpine, Homebrew)
dnl What pkg-config knows; without its file, the header in the compiler's own paths and the
dnl given flags. Stops with the packages to install when there is neither.
AC_DEFUN([REVERB_LIBRARY], [
  PKG_CHECK_MODULES([$1], [$2], [], [
    AC_CHECK_HEADER([$3], [$1_LIBS="$4"], [
      AC_MSG_ERROR([$2 is missing. Install its development files: Debian and Ubuntu: apt install $5; Alpine: apk add $6; macOS, which is not tested: brew install $7 (and pkg-config, to have it found). Then run configure again.])
    ])
  ])
  PHP_EVAL_INCLINE([$$1_CFLAGS])
  PHP_EVAL_LIBLINE([$$1_LIBS], [REVERB_SHARED_LIBADD])
])

if test "$PHP_REVERB" != "no"; then
  PHP_REQUIRE_CXX()

  PHP_CXX_COMPILE_STDCXX([20], [optional], [REVERB_STD])
  AS_IF([test -z "$REVERB_STD"], [
    AC_MSG_ERROR([$CXX does not compile C++20. Use GCC 11 or later, or Clang 14 or later: ./configure CXX=g++-12, for example.])
  ])

  AC_LANG_PUSH([C++])

  REVERB_LIBRARY([REVERB_LWS], [libwebsockets >= 4.1], [libwebsockets.h], [-lwebsockets],
    [libwebsockets-dev], [libwebsockets-dev libwebsockets-evlib_uv], [libwebsockets])
  REVERB_LIBRARY([REVERB_UV], [libuv >= 1.38], [uv.h], [-luv],
    [libuv1-dev], [libuv-dev], [libuv])
  REVERB_LIBRARY([REVERB_OPENSSL], [openssl >= 1.1.1], [openssl/ssl.h], [-lssl -lcrypto],
    [libssl-dev], [openssl-dev], [openssl@3])
  REVERB_LIBRARY([REVERB_SIMDJSON], [simdjson >= 3.0], [simdjson.h], [-lsimdjson],
    [libsimdjson-dev], [simdjson-dev], [simdjson])
  REVERB_LIBRARY([REVERB_HIREDIS], [hiredis >= 0.14], [hiredis/read.h], [-lhiredis],
    [libhiredis-dev], [hiredis-dev], [hiredis])

  REVERB_LIBRARY([REVERB_ZLIB], [zlib >= 1.2.9], [zlib.h], [-lz],
    [zlib1g-dev], [zlib-dev], [zlib])

  dnl libwebsockets is built with or without each event loop; some systems build it without libuv.
  AC_MSG_CHECKING([whether libwebsockets was built with libuv])
  reverb_cppflags=$CPPFLAGS
  CPPFLAGS="$CPPFLAGS $REVERB_LWS_CFLAGS $REVERB_UV_CFLAGS"
  AC_COMPILE_IFELSE([AC_LANG_SOURCE([
    #include <libwebsockets.h>
    #if !defined(LWS_WITH_LIBUV)
    #error no libuv
    #endif
    #if LWS_LIBRARY_VERSION_NUMBER < 4001000
    #error too old
    #endif
  ])], [AC_MSG_RESULT([yes])], [
    AC_MSG_RESULT([no])
    AC_MSG_ERROR([libwebsockets has to be 4.1 or later, built with -DLWS_WITH_LIBUV=ON. The packages of Debian (libwebsockets-dev), Alpine (libwebsockets-dev) and Homebrew (libwebsockets) are.])
  ])
  CPPFLAGS=$reverb_cppflags

  dnl PHP unloads extensions at its end, while a thread may still be in the system's resolver, which
  dnl nobody can end, and come back from there: into nothing, if the module were gone.
  AC_MSG_CHECKING([whether the linker can keep the module in memory])
  reverb_ldflags=$LDFLAGS
  LDFLAGS="$LDFLAGS -Wl,-z,nodelete"
  AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [
    AC_MSG_RESULT([yes])
    REVERB_SHARED_LIBADD="$REVERB_SHARED_LIBADD -Wl,-z,nodelete"
  ], [AC_MSG_RESULT([no])])
  LDFLAGS=$reverb_ldflags

  AC_LANG_POP([C++])

  dnl Every source file below ext/, found now, so that a new file needs no line here.
  reverb_srcdir=PHP_EXT_SRCDIR([reverb])
  reverb_sources=`cd "$reverb_srcdir" && find ext -name '*.cpp' | LC_ALL=C sort | tr '\n' ' '`
  reverb_folders=`cd "$reverb_srcdir" && find ext -type d | LC_ALL=C sort | tr '\n' ' '`

  dnl The module's entry apart, nothing is seen from outside: another extension may bring another
  dnl version of the same code. Zend's macros declare parameters that we have no use for.
  PHP_NEW_EXTENSION([reverb], [$reverb_sources], [$ext_shared], [],
    [$REVERB_STD -fvisibility=hidden -Wall -Wextra -Wno-unused-parameter -I@ext_srcdir@/ext -I@ext_srcdir@/ext/core -I@ext_srcdir@/stubs -DZEND_ENABLE_STATIC_TSRMLS_CACHE=1],
    [cxx])
  for reverb_folder in $reverb_folders; do
    PHP_ADD_BUILD_DIR([$ext_builddir/$reverb_folder])
  done

  PHP_SUBST([REVERB_SHARED_LIBADD])
fi
